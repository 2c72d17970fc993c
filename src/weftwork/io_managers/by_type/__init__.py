"""Files in the format that fits the type of the value."""
