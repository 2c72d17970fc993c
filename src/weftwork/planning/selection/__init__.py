"""Selections of assets: an algebra, its text form, and how they are resolved over the asset graph."""
