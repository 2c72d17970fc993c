"""Commands of the web application: dev, serve, open."""
