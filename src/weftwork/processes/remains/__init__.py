"""What processes leave behind: others that they started, and files that are not whole."""
