"""Names from when they were previews."""
