"""From what a YAML file says to objects: models derived from classes, resolvers, and templates."""
