"""New components in a project: the files that a type of component begins with."""
