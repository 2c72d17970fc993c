"""What is told of an error while a component is loaded or built."""

from __future__ import annotations

from weftwork.base.errors import DagsterError


def describe_error(error: Exception) -> str:
    """Return what is wrong, indented; things that do not fit one per line.

    Args:
        error: what was raised.
    """
    lines = _list_lines(error) or [f"{type(error).__name__}: {error}"]
    return "\n".join(f"  {line}" for text in lines for line in text.splitlines())


def _list_lines(error: Exception) -> list[str]:
    if isinstance(error, DagsterError):
        return [str(error)]
    if type(error).__name__ != "ValidationError" or not hasattr(error, "error_count"):
        return []
    from weftwork.components.resolved.validation import list_problems  # pydantic is loaded: it raised this

    problems = list_problems(error)  # type: ignore[arg-type]  # it is pydantic's
    return [problem.describe() for problem in problems]
