"""The host's view of user code: starts code servers, asks them, keeps what they say of their definitions."""
