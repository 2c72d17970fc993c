"""The durable state as tables: one SQL implementation for SQLite and PostgreSQL, and the lazy one in memory."""
