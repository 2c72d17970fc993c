"""The components of a project, as a tree of its folders: found, loaded and built when they are asked for."""
