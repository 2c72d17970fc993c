"""SqlComponent and TemplatedSqlComponent: assets that SQL makes."""

from __future__ import annotations

import functools
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from weftwork.components.assets.asset_models import OpSpec
from weftwork.components.built_in.executable_component import ExecutableComponent
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolver import Resolver
from weftwork.components.resolved.templates import render
from weftwork.definitions.events import MaterializeResult


class SQLClient(ABC):
    """What runs SQL; usually a component too, so that files can name it.

    Example:
        >>> class Warehouse(SQLClient, Component, Model, Resolvable):
        ...     path: str
        ...
        ...     def connect_and_execute(self, sql):
        ...         duckdb.connect(self.path).execute(sql)
        ...
        ...     def build_defs(self, context):
        ...         return Definitions()
    """

    @abstractmethod
    def connect_and_execute(self, sql: str) -> None:
        """Connect, run SQL, and disconnect.

        Args:
            sql: one or more statements.
        """


class SqlFile(Model):
    """SQL in a file.

    Attributes:
        path: the file; relative ones begin at the folder of the component.
    """

    path: str


def _resolve_connection(context: ResolutionContext, value: Any) -> Any:
    found = context.resolve_value(value)
    if isinstance(found, str):
        found = ComponentLoadContext.from_resolution_context(context).load_component(found)
    if not isinstance(found, SQLClient):
        raise context.build_exception(
            f"{found!r:.100} runs no SQL: give the path of a component that derives from SQLClient, or a template for one."
        )
    return found


class SqlComponent(ExecutableComponent):
    """Assets that SQL makes; derive from it and say which SQL.

    Attributes:
        connection: what runs it: the path of a component, or a template such as
            ``{{ context.load_component('warehouse') }}``.
        execution: what the op is called.
    """

    connection: Annotated[
        SQLClient,
        Resolver(
            _resolve_connection, model_field_type=str, inject_before_resolve=False,
            description="The path of the component that runs the SQL, or a template for one.",
        ),
    ]  # fmt: skip
    execution: OpSpec | None = None

    @abstractmethod
    def get_sql_content(self, context: Any, component_load_context: ComponentLoadContext) -> str:
        """Return the SQL.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.
        """

    @abstractmethod
    def get_unique_name(self) -> str:
        """Return a name for the op that no other component has."""

    @functools.cached_property
    def op_spec(self) -> OpSpec:
        """Name, tags and pool of the op."""
        said = self.execution or OpSpec()
        return said if said.name is not None else said.model_copy(update={"name": self.get_unique_name()})

    def execute(self, context: Any, component_load_context: ComponentLoadContext) -> None:
        """Run the SQL.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.
        """
        self.connection.connect_and_execute(self.get_sql_content(context, component_load_context))

    def invoke_execute_fn(
        self, context: Any, component_load_context: ComponentLoadContext
    ) -> Iterable[MaterializeResult[Any]]:
        """Run the SQL, and tell that the assets are made.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.
        """
        self.execute(context, component_load_context)
        for asset in self.assets or ():
            yield MaterializeResult(asset_key=asset.key)


class TemplatedSqlComponent(SqlComponent):
    """Assets that SQL with templates makes.

    Attributes:
        sql_template: the SQL, or the file that it is in; its templates are rendered when it runs.
        sql_template_vars: what its templates see.
    """

    sql_template: Annotated[
        str | SqlFile, Resolver.passthrough(description="The SQL, or the file that it is in.")
    ]
    sql_template_vars: Mapping[str, Any] | None = None

    def get_sql_content(self, context: Any, component_load_context: ComponentLoadContext) -> str:
        """Return the SQL, rendered.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.

        Raises:
            ResolutionException: if it cannot be rendered.
        """
        del context
        said = self.sql_template
        if isinstance(said, SqlFile):
            folder = component_load_context.path
            said = ((folder if folder.is_dir() else folder.parent) / said.path).read_text(encoding="utf-8")
        return str(render(said, dict(self.sql_template_vars or {}), as_text=True))

    def get_unique_name(self) -> str:
        """Return a name made from the SQL and what its templates see."""
        said = self.sql_template if isinstance(self.sql_template, str) else self.sql_template.path
        keys = [asset.key.to_user_string() for asset in self.assets or ()]
        return hashlib.sha256(repr((said, self.sql_template_vars, keys)).encode()).hexdigest()[:8]
