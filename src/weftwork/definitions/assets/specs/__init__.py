"""What is said of an asset or a check, without the code that makes it."""
