"""Resolver: how the value of one field comes from what a file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

from weftwork.base.arguments import check_callable
from weftwork.components.errors import ResolutionException
from weftwork.components.resolved.model import ComponentFormConfig
from weftwork.components.resolved.resolution_context import ResolutionContext

T = TypeVar("T")
DEFAULT, VALUE, PARENT, PASS = "default", "value", "parent", "passthrough"


class FieldDocs(NamedTuple):
    """What a schema says of a field.

    Attributes:
        description: text for people.
        examples: values that it may have.
        json_schema_extra: what else the JSON schema has.
    """

    description: str | None = None
    examples: list[Any] | None = None
    json_schema_extra: dict[str, Any] | None = None

    def or_else(self, other: FieldDocs) -> FieldDocs:
        """Return this, with what it does not say taken from another."""
        return FieldDocs(
            self.description or other.description,
            self.examples or other.examples,
            self.json_schema_extra or other.json_schema_extra,
        )


class Resolver:
    """Says, inside of ``Annotated``, how the value of a field comes from what a file says.

    Args:
        fn: gets the ``ResolutionContext`` and what the file says, and returns the value.
        model_field_name: what the file calls the field (default: its name).
        model_field_type: what the file may say (default: what the field itself may be).
        description: text for people.
        examples: values that the file may say.
        inject_before_resolve: whether a value that is nothing but a template is taken as it is, and other templates
            are rendered before ``fn`` sees them.
        json_schema_extra: what else the JSON schema has.
        form_config: how a form shows it.

    Example:
        >>> class Report(Resolvable, Model):
        ...     day: Annotated[date, Resolver(lambda context, text: date.fromisoformat(text), model_field_type=str)]
    """

    kind = VALUE

    def __init__(
        self,
        fn: Callable[[ResolutionContext, Any], Any],
        *,
        model_field_name: str | None = None,
        model_field_type: Any = None,
        description: str | None = None,
        examples: list[Any] | None = None,
        inject_before_resolve: bool = True,
        json_schema_extra: dict[str, Any] | None = None,
        form_config: ComponentFormConfig | None = None,
    ) -> None:
        form = form_config.to_field_json_schema_extra() if form_config is not None else {}
        self.fn = check_callable(fn, "fn")
        self.model_field_name = model_field_name
        self.model_field_type = model_field_type
        self.docs = FieldDocs(description, examples, {**form, **(json_schema_extra or {})} or None)
        self.inject_before_resolve = inject_before_resolve

    @staticmethod
    def default(
        *,
        model_field_name: str | None = None,
        model_field_type: Any = None,
        description: str | None = None,
        examples: list[Any] | None = None,
        json_schema_extra: dict[str, Any] | None = None,
        form_config: ComponentFormConfig | None = None,
    ) -> Resolver:
        """Return a resolver that does what is done without one; it names and describes. Arguments as for the class."""
        made = Resolver(
            _keep, model_field_name=model_field_name, model_field_type=model_field_type, description=description,
            examples=examples, json_schema_extra=json_schema_extra, form_config=form_config,
        )  # fmt: skip
        made.kind = DEFAULT
        return made

    @staticmethod
    def passthrough(description: str | None = None, examples: list[Any] | None = None) -> Resolver:
        """Return a resolver that keeps what the file says, templates included."""
        made = Resolver(_keep, description=description, examples=examples, inject_before_resolve=False)
        made.kind = PASS
        return made

    @staticmethod
    def from_model(fn: Callable[[ResolutionContext, Any], Any], **kwargs: Any) -> Resolver:
        """Return a resolver whose function gets all that the file says of the object, not only this field.

        Args:
            fn: gets the ``ResolutionContext`` and the model.
            **kwargs: as for the class.
        """
        made = Resolver(fn, **kwargs)
        made.kind = PARENT
        return made

    @staticmethod
    def union(arg_resolver_pairs: Sequence[tuple[Any, Resolver]]) -> Resolver:
        """Return a resolver that tries several, and takes the first that does not fail.

        Args:
            arg_resolver_pairs: type and resolver.
        """
        return Resolver(lambda context, value: _resolve_first(arg_resolver_pairs, context, value))

    def with_outer_resolver(self, outer: Resolver) -> Resolver:
        """Return a resolver whose names and descriptions are those of ``outer``, where it has them."""
        made = Resolver(self.fn, inject_before_resolve=self.inject_before_resolve)
        made.kind = self.kind
        made.model_field_name = outer.model_field_name or self.model_field_name
        made.model_field_type = outer.model_field_type or self.model_field_type
        made.docs = outer.docs.or_else(self.docs)
        return made

    @property
    def is_default(self) -> bool:
        """Whether it does what is done without one."""
        return self.kind == DEFAULT

    @property
    def resolves_from_parent_object(self) -> bool:
        """Whether its function gets all that the file says of the object."""
        return self.kind == PARENT

    def execute(self, context: ResolutionContext, model: Any, field_name: str) -> Any:
        """Return the value of a field.

        Args:
            context: what templates see.
            model: what the file says of the object.
            field_name: the field.

        Raises:
            ResolutionException: if the function fails.
        """
        name = self.model_field_name or field_name
        given = model if self.kind == PARENT else getattr(model, name)
        return self.call(context if self.kind == PARENT else context.at_path(name), given, field_name, model)

    def call(self, context: ResolutionContext, value: Any, field_name: str, model: Any) -> Any:
        """Return what the function makes of a value.

        Raises:
            ResolutionException: if it fails.
        """
        try:
            return self.fn(context, value)
        except ResolutionException:
            raise
        except Exception as error:
            raise context.build_resolve_fn_exc(
                [f"{type(error).__name__}: {error}"], field_name, model
            ) from error


def _keep(context: ResolutionContext, value: Any) -> Any:
    del context
    return value


def _resolve_first(pairs: Sequence[tuple[Any, Resolver]], context: ResolutionContext, value: Any) -> Any:
    failures = []
    for kind, resolver in pairs:
        try:
            return resolver.fn(context, value)
        except Exception as error:  # noqa: BLE001 - another of them may do, and all failures are told
            failures.append(f"{kind}: {type(error).__name__}: {error}")
    raise context.build_exception("nothing that it may be takes this value:\n  " + "\n  ".join(failures))


Injected = Annotated[
    T,
    Resolver(
        lambda context, value: context.resolve_value(value), model_field_type=str,
        description="A template, such as '{{ name }}'.",
    ),
]  # fmt: skip
"""``Injected[Kind]``: a value of any kind that a template stands for."""
