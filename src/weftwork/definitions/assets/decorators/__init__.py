"""The decorators that make functions into assets."""
