"""What configures an instance: what dagster.yaml means, .env files, and what must not be shown."""
