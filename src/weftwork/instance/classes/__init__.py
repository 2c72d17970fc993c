"""The classes that dagster.yaml may name: ours, and those of the user where the API is public."""
