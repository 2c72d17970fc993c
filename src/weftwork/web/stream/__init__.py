"""The stream of news: what changed, told to pages as server-sent events."""
