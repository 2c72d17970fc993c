"""Keys of steps with their mapping keys: ``op[a][b]`` is the item b of the item a of op."""

from __future__ import annotations

Keys = tuple[str, ...]


def instance_key(step_key: str, keys: Keys) -> str:
    """Return the key of an instance of a step."""
    return f"{step_key}[{']['.join(keys)}]" if keys else step_key


def parse_instance_key(key: str) -> tuple[str, Keys]:
    """Return the key of the step and the mapping keys of an instance."""
    template, bracket, rest = key.partition("[")
    return template, tuple(rest[:-1].split("][")) if bracket else ()


def open_key(step_key: str, depth: int) -> str:
    """Return the key that stands for all instances of a step that multiplies: ``op[?]``."""
    return step_key + "[?]" * depth
