"""The web application: JSON routes, a stream of news, GraphQL, and the pages; over ASGI."""
