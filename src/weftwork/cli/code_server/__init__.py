"""`weft code-server`: servers of code locations that are started by hand."""
