"""Types of the values that pass between ops: how they are checked, named, and loaded from config."""
