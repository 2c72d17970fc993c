"""An op or graph that is about to be used in a graph, with what is said of this one use."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.names import check_name
from weftwork.definitions.nodes.dependencies import check_hooks
from weftwork.definitions.nodes.run_limits import read_run_when
from weftwork.records.retry import RetryPolicy
from weftwork.records.tags import normalize_tags


def check_run_when(node_def: Any, run_when: str) -> str:
    """Return the run condition of a use of an op.

    Raises:
        DagsterInvalidDefinitionError: if there is no such condition, or the node is a graph.
    """
    if node_def.is_graph:
        raise DagsterInvalidDefinitionError(
            f"A run condition is for ops, and '{node_def.name}' is a graph. Give it to the ops inside."
        )
    return read_run_when(run_when, f"op '{node_def.name}'")


class PendingNodeInvocation:
    """An op or graph with an alias, tags, hooks or a retry policy for one use in a graph.

    Args:
        node_def: the op or graph.
        given_alias: the name of this use.
        tags: tags of this use.
        hook_defs: hooks of this use.
        retry_policy: retry policy of this use.
        run_when: run condition of this use of an op.

    Attributes:
        is_used: whether it was called, or another was made of it.
    """

    __slots__ = ("given_alias", "hook_defs", "is_used", "node_def", "retry_policy", "run_when", "tags")

    def __init__(
        self,
        node_def: Any,
        given_alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Set[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
        run_when: str | None = None,
    ) -> None:
        self.node_def = node_def
        self.given_alias = check_name(given_alias, "node") if given_alias is not None else None
        self.tags = normalize_tags(tags, f"the tags of '{given_alias or node_def.name}'") if tags else {}
        self.hook_defs: frozenset[Any] = check_hooks(hook_defs) if hook_defs else frozenset()
        self.retry_policy: RetryPolicy | None = check_type(
            retry_policy, RetryPolicy, "retry_policy", optional=True
        )
        self.run_when = run_when
        self.is_used = False
        from weftwork.definitions.nodes.composing import find_composition  # inside of compositions

        composition = find_composition()
        if composition is not None:
            composition.pending.append(self)

    def _with(self, **changes: Any) -> PendingNodeInvocation:
        facts = {"given_alias": self.given_alias, "tags": self.tags, "hook_defs": self.hook_defs,
                 "retry_policy": self.retry_policy, "run_when": self.run_when}  # fmt: skip
        self.is_used = True
        return PendingNodeInvocation(self.node_def, **{**facts, **changes})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Use it in the graph that is being composed; outside of one, call the op's function."""
        from weftwork.definitions.nodes.composing import find_composition  # inside of compositions

        self.is_used = True
        composition = find_composition()
        if composition is None:
            return self.node_def(*args, **kwargs)
        return composition.add(
            self.node_def,
            args,
            kwargs,
            self.given_alias,
            self.tags,
            self.hook_defs,
            self.retry_policy,
            self.run_when,
        )

    def alias(self, name: str) -> PendingNodeInvocation:
        """Return it under another name."""
        return self._with(given_alias=name)

    def tag(self, tags: Mapping[str, Any] | None) -> PendingNodeInvocation:
        """Return it with more tags."""
        return self._with(tags={**self.tags, **normalize_tags(tags)})

    def with_hooks(self, hook_defs: Set[Any]) -> PendingNodeInvocation:
        """Return it with more hooks."""
        return self._with(hook_defs=self.hook_defs | check_hooks(hook_defs))

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """Return it with another retry policy."""
        return self._with(retry_policy=retry_policy)

    def with_run_when(self, run_when: str) -> PendingNodeInvocation:
        """Return it with another run condition; see ``@op(run_when=…)``."""
        return self._with(run_when=check_run_when(self.node_def, run_when))

    def describe_node(self) -> str:
        """Return which op or graph it is."""
        kind = "graph" if self.node_def.is_graph else "op"
        return f"{kind} '{self.node_def.name}'" + (f" as '{self.given_alias}'" if self.given_alias else "")

    def to_job(self, name: str | None = None, tags: Mapping[str, Any] | None = None, hooks: Set[Any] | None = None,
               **arguments: Any) -> Any:  # fmt: skip
        """Return the graph as a job; arguments as in ``GraphDefinition.to_job``.

        Raises:
            DagsterInvalidInvocationError: if it is an op.
        """
        all_hooks = self.hook_defs | (check_hooks(hooks, "hooks") if hooks else frozenset())
        return self._check_graph("to_job").to_job(
            name=name or self.given_alias, tags={**self.tags, **normalize_tags(tags)}, hooks=all_hooks or None,
            **{"op_retry_policy": self.retry_policy, **arguments},
        )  # fmt: skip

    def execute_in_process(self, run_config: Any = None, instance: Any = None, resources: Mapping[str, Any] | None = None,
                           raise_on_error: bool = True, run_id: str | None = None,
                           input_values: Mapping[str, Any] | None = None) -> Any:  # fmt: skip
        """Run the graph in this process; arguments as in ``GraphDefinition.execute_in_process``.

        Raises:
            DagsterInvalidInvocationError: if it is an op.
        """
        self._check_graph("execute_in_process")
        job = self.to_job(resource_defs=resources, input_values=input_values)
        return job.execute_in_process(
            run_config=run_config, instance=instance, raise_on_error=raise_on_error, run_id=run_id
        )

    def _check_graph(self, method: str) -> Any:
        if self.node_def.is_graph:
            return self.node_def
        raise DagsterInvalidInvocationError(
            f".{method}(…) is for graphs, and '{self.node_def.name}' is an op. Call it in a @graph or @job function."
        )
