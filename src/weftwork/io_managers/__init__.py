"""The built-in IO managers: files, memory, any file system through fsspec."""
