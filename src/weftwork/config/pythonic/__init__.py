"""Config classes on pydantic: the only part of ``config`` that loads it."""
