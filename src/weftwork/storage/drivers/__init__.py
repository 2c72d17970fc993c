"""The databases that the store runs on; everything that differs between them is in this folder."""
