"""`weft debug`: runs as files, to look at them elsewhere."""
