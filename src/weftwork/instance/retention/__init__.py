"""Retention: what is deleted when it is old, too many or too big; the state of assets stays exact."""
