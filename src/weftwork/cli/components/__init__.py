"""Commands about the components of the project in the working directory."""
