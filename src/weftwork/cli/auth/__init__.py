"""Commands about who may use the web application."""
