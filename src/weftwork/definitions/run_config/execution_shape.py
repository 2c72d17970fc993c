"""The earlier shape of the `execution` section of run config, which named the executor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.warnings import warn_user

_MODES = ("in_process", "multiprocess")


def modernize_execution(run_config: Mapping[str, Any], executor_def: Any) -> Mapping[str, Any]:
    """Return run config with `execution: {<executor>: {config: …}}` written as `execution: {config: …}`.

    Args:
        run_config: what the user gave.
        executor_def: the executor of the job.
    """
    section = run_config.get("execution")
    if not isinstance(section, Mapping) or len(section) != 1 or "config" in section:
        return run_config
    name, entry = next(iter(section.items()))
    own_name = getattr(executor_def, "name", None)
    if (name != own_name and name not in _MODES) or not (entry is None or isinstance(entry, Mapping)):
        return run_config
    inner = ((entry or {}).get("config") if "config" in (entry or {}) else entry) or {}
    if own_name == name or own_name in _MODES:
        # A job that runs in one way only takes the config of that way; that of another way means nothing to it.
        config = inner if own_name == name else {}
        now = f"execution: {{config: {config}}}"
    else:
        config = {name: inner}
        now = f"execution: {{config: {{{name}: {inner}}}}}"
    warn_user(
        f"Run config of the form execution: {{{name}: …}} is deprecated. Write {now}.", DeprecationWarning
    )
    return {**run_config, "execution": {"config": config}}
