"""Resources that are pydantic models: their class, the definition made of it, and adapters for older ones."""
