"""`weft materialize`: what to run for a selection, running it, and telling how it goes."""
