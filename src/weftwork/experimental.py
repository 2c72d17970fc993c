"""The former home of dynamic outputs; both names now come from the package itself."""

from __future__ import annotations

from typing import Any

_NAMES = {"DynamicOutput": "DynamicOutput", "DynamicOutputDefinition": "DynamicOut"}
__all__ = ["DynamicOutput", "DynamicOutputDefinition"]  # noqa: F822 - loaded on first use


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'weftwork.experimental' has no attribute '{name}'")
    from weftwork import legacy  # few programs still need it
    from weftwork.base.warnings import warn_user  # only with a name that warns

    warn_user(
        f"weftwork.experimental.{name} is deprecated. Import {_NAMES[name]} from weftwork.",
        DeprecationWarning,
    )
    return getattr(legacy, name)


def __dir__() -> list[str]:
    return list(_NAMES)
