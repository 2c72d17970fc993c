"""Config: what users may configure, validation of what they wrote, values from the environment.

Schemas are in ``schema`` (with ``config_type`` for scalars and enums, ``sources`` for values that may come
from the environment), checking in ``evaluation``, and ``pythonic`` adapts pydantic models; only that
sub-package loads pydantic.
"""

# Reads the whole shorthand in, so that it means the same whichever module is imported first.
from weftwork.config import schema as schema
