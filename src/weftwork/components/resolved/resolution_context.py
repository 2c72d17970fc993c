"""ResolutionContext: what templates see while the values of a file are resolved, and where in the file that is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weftwork.components.errors import ResolutionException
from weftwork.components.resolved.scopes import build_default_scope
from weftwork.components.resolved.source_text import SourceText
from weftwork.components.resolved.templates import has_template, render


class ResolutionContext:
    """What templates see while values are resolved, and where in the file that is.

    Args:
        scope: name to value, for templates.
        path: the keys and positions from the top of the file to the value.
        source_position_tree: the file.
        stash: values that resolvers pass on to resolvers.

    Example:
        >>> ResolutionContext(scope={"name": "orders"}).resolve_value("raw_{{ name }}")
        'raw_orders'
    """

    __slots__ = ("scope", "path", "source_position_tree", "stash")

    def __init__(
        self,
        scope: Mapping[str, Any],
        path: list[str | int] | None = None,
        source_position_tree: SourceText | None = None,
        stash: dict[str, Any] | None = None,
    ) -> None:
        self.scope = scope
        self.path = path or []
        self.source_position_tree = source_position_tree
        self.stash = stash or {}

    @staticmethod
    def default(source_position_tree: SourceText | None = None) -> ResolutionContext:
        """Return a context in which templates see ``env``, ``dg``, ``datetime`` and ``automation_condition``."""
        return ResolutionContext(build_default_scope(), source_position_tree=source_position_tree)

    def _changed(self, **changes: Any) -> ResolutionContext:
        return ResolutionContext(**{**{name: getattr(self, name) for name in self.__slots__}, **changes})

    def at_path(self, path_part: str | int) -> ResolutionContext:
        """Return the context for a value inside of this one."""
        return self._changed(path=[*self.path, path_part])

    def with_scope(self, **additional_scope: Any) -> ResolutionContext:
        """Return a context in which templates see these names too."""
        return self._changed(scope={**self.scope, **additional_scope})

    def with_source_position_tree(self, source_position_tree: SourceText) -> ResolutionContext:
        """Return a context that tells places in this file."""
        return self._changed(source_position_tree=source_position_tree)

    def with_stashed_value(self, key: str, value: Any) -> ResolutionContext:
        """Return a context whose ``stash`` has one more value."""
        return self._changed(stash={**self.stash, key: value})

    def resolve_value(self, val: Any, as_type: type | None = None) -> Any:
        """Return a value with all templates in it replaced by what they stand for, at any depth.

        Args:
            val: text, a number, a list, a dict...
            as_type: what is wanted; ``str`` keeps text that looks like a number text, others are for type checkers.

        Raises:
            ResolutionException: if a template cannot be rendered.
        """
        if isinstance(val, str):
            return self._render(val, as_text=as_type is str) if has_template(val) else val
        if isinstance(val, dict):
            return {key: self.at_path(str(key)).resolve_value(item, as_type) for key, item in val.items()}
        if isinstance(val, (list, tuple)):
            items = [self.at_path(number).resolve_value(item, as_type) for number, item in enumerate(val)]
            return items if isinstance(val, list) else tuple(items)
        return val

    def _render(self, text: str, *, as_text: bool) -> Any:
        try:
            return render(text, self.scope, as_text=as_text)
        except ResolutionException as error:
            raise self.build_exception(str(error)) from error.__cause__

    def build_exception(self, what: str) -> ResolutionException:
        """Return the error for the place where this is, with file, line and path before what is wrong."""
        return ResolutionException(f"{self.place()}{what}")

    def build_resolve_fn_exc(self, fmt_exc: list[str], field_name: str, model: Any) -> ResolutionException:
        """Return the error for a resolver that failed.

        Args:
            fmt_exc: the formatted exception.
            field_name: the field.
            model: what it resolves from.
        """
        kind = type(model).__name__
        return self.build_exception(f"the resolver of '{field_name}' of {kind} failed:\n{''.join(fmt_exc)}")

    def place(self) -> str:
        """Return file, line and path for messages; empty at the top of no file."""
        source = self.source_position_tree
        where = [source.place_of(self.path)] if source is not None and source.name else []
        if self.path:
            where.append(".".join(str(part) for part in self.path))
        return f"{' '.join(where)}: " if where else ""

    def resolve_source_relative_path(self, value: str) -> Path:
        """Return a path of the file as one from where the program runs: relative ones begin at the file's folder.

        Args:
            value: the path.
        """
        source = self.source_position_tree
        given = Path(value)
        if given.is_absolute() or source is None:
            return given
        return Path(source.name).parent / given
