"""`weft instance`: where records are kept, and what is done with them as a whole."""
