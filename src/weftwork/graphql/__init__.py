"""GraphQL: the documented subset that clients and scripts use, as a schema and thin resolvers over ``api``."""
