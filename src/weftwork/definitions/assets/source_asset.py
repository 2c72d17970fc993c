"""An asset that is loaded and perhaps observed, but not made: the older form of an external AssetSpec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.text import quote_names
from weftwork.definitions.assets.node_binding import AssetExecutionType, NodeBinding
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import (
    AUTO_OBSERVE_METADATA,
    DEFAULT_GROUP_NAME,
    IO_MANAGER_KEY_METADATA,
)
from weftwork.definitions.jobs.requirements import expand_resource_keys
from weftwork.definitions.nodes.outputs import DEFAULT_IO_MANAGER_KEY, DEFAULT_OUTPUT, Out
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.definitions.ports import execution_port
from weftwork.definitions.resources.wrapping import wrap_resource, wrap_resources
from weftwork.records.keys import AssetKey, CoercibleToAssetKey
from weftwork.records.metadata import normalize_metadata

SourceAssetObserveFunction = Callable[..., Any]


class SourceAsset:
    """An asset that other assets load, and that nothing here makes; use ``AssetSpec`` in new programs.

    Args:
        key: the key of the asset.
        metadata: name to value.
        io_manager_key: the resource that loads it (default "io_manager").
        io_manager_def: the IO manager that loads it, where it belongs to this asset alone.
        description: text for people.
        partitions_def: the partitions it has.
        group_name: the group it is shown in.
        resource_defs: resources that belong to it.
        observe_fn: observes it: returns its data version.
        op_tags: tags of the op that observes it.
        auto_observe_interval_minutes: how often it is observed by itself; needs ``observe_fn``.
        legacy_freshness_policy: how far it may lag behind.
        automation_condition: when it should be observed.
        tags: text to text.
        freshness_policy: how old it may become.

    Raises:
        DagsterInvalidDefinitionError: if an attribute is not of the documented form.
    """

    __slots__ = (
        "__weakref__", "_node_def", "_required_resource_keys", "auto_observe_interval_minutes", "io_manager_key",
        "observe_fn", "op_tags", "resource_defs", "spec",
    )  # fmt: skip

    def __init__(
        self,
        key: CoercibleToAssetKey,
        metadata: Mapping[str, Any] | None = None,
        io_manager_key: str | None = None,
        io_manager_def: object | None = None,
        description: str | None = None,
        partitions_def: Any = None,
        group_name: str | None = None,
        resource_defs: Mapping[str, object] | None = None,
        observe_fn: SourceAssetObserveFunction | None = None,
        op_tags: Mapping[str, Any] | None = None,
        *,
        auto_observe_interval_minutes: float | None = None,
        legacy_freshness_policy: Any = None,
        automation_condition: Any = None,
        tags: Mapping[str, str] | None = None,
        freshness_policy: Any = None,
        _required_resource_keys: frozenset[str] = frozenset(),
    ) -> None:
        self.spec = AssetSpec(
            key, metadata=metadata, description=description, partitions_def=partitions_def,
            group_name=group_name or DEFAULT_GROUP_NAME, tags=tags, automation_condition=automation_condition,
            legacy_freshness_policy=legacy_freshness_policy, freshness_policy=freshness_policy,
        )  # fmt: skip
        resources: dict[str, Any] = dict(wrap_resources(resource_defs) if resource_defs else {})
        if io_manager_def is not None:
            io_manager_key = io_manager_key or f"{self.spec.key.to_python_identifier()}__io_manager"
            resources[io_manager_key] = wrap_resource(io_manager_def)
        self.io_manager_key = io_manager_key
        self.resource_defs: Mapping[str, Any] = resources
        self.observe_fn = observe_fn
        self.op_tags = dict(op_tags or {})
        self.auto_observe_interval_minutes = auto_observe_interval_minutes
        self._required_resource_keys = _required_resource_keys
        self._node_def: OpDefinition | None = None

    @property
    def key(self) -> AssetKey:
        """The key of the asset."""
        return self.spec.key

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Name to metadata value."""
        return normalize_metadata(self.spec.metadata, allow_invalid=True)

    @property
    def raw_metadata(self) -> Mapping[str, Any]:
        """Name to value, as given."""
        return self.spec.metadata

    description = property(lambda self: self.spec.description, doc="Text for people.")
    partitions_def = property(lambda self: self.spec.partitions_def, doc="The partitions it has.")
    group_name = property(lambda self: self.spec.group_name, doc="The group it is shown in.")
    tags = property(lambda self: self.spec.tags, doc="Text to text.")
    automation_condition = property(
        lambda self: self.spec.automation_condition, doc="When it should be observed."
    )
    freshness_policy = property(lambda self: self.spec.freshness_policy, doc="How old it may become.")
    legacy_freshness_policy = property(
        lambda self: self.spec.legacy_freshness_policy, doc="How far it may lag behind."
    )

    @property
    def is_observable(self) -> bool:
        """Whether it can be observed."""
        return self.observe_fn is not None

    @property
    def is_executable(self) -> bool:
        """Whether it can be observed."""
        return self.is_observable

    @property
    def execution_type(self) -> AssetExecutionType:
        """What running it does to the asset."""
        return AssetExecutionType.OBSERVATION if self.is_observable else AssetExecutionType.UNEXECUTABLE

    @property
    def io_manager_def(self) -> Any:
        """The IO manager that belongs to it, if one does."""
        return self.resource_defs.get(self.get_io_manager_key())

    def get_io_manager_key(self) -> str:
        """Return the resource that loads it."""
        return self.io_manager_key or DEFAULT_IO_MANAGER_KEY

    @property
    def node_def(self) -> OpDefinition | None:
        """The op that observes it, or None."""
        if self._node_def is None and self.observe_fn is not None:
            self._node_def = OpDefinition(
                ComputeFunction(self.observe_fn),
                self.key.to_python_identifier(),
                outs={DEFAULT_OUTPUT: Out(Any)},
                tags=self.op_tags,
                description=self.description,
                required_resource_keys=self._required_resource_keys,
            )
        return self._node_def

    @property
    def op(self) -> OpDefinition:
        """The op that observes it.

        Raises:
            CheckError: if it cannot be observed.
        """
        node = self.node_def
        if node is None:
            raise CheckError(
                f"Source asset '{self.key.to_user_string()}' has no observe_fn, so there is no op."
            )
        return node

    @property
    def required_resource_keys(self) -> set[str]:
        """The resources that observing and loading it need."""
        own = set(self.op.required_resource_keys) if self.is_observable else set()
        return own | {self.get_io_manager_key()}

    def with_attributes(self, group_name: str | None = None, key: AssetKey | None = None) -> SourceAsset:
        """Return a copy with another group or key.

        Raises:
            DagsterInvalidDefinitionError: if it has a group already.
        """
        if group_name is not None and self.group_name != DEFAULT_GROUP_NAME:
            raise DagsterInvalidDefinitionError(
                f"Source asset '{self.key.to_user_string()}' is in group '{self.group_name}' already; "
                f"it cannot be put in '{group_name}'."
            )
        return self._copy(key=key or self.key, group_name=group_name or self.group_name)

    def with_resources(self, resource_defs: Mapping[str, Any]) -> SourceAsset:
        """Return a copy that those of the given resources belong to that it needs.

        Raises:
            DagsterInvalidDefinitionError: if one that it needs is missing.
        """
        wrapped = wrap_resources(resource_defs)
        wanted = expand_resource_keys(self.required_resource_keys, {**wrapped, **self.resource_defs})
        needed = {key: wrapped[key] for key in wanted if key in wrapped}
        known = {DEFAULT_IO_MANAGER_KEY, *needed, *self.resource_defs}
        missing = sorted(key for key in wanted if key not in known)
        if missing:
            raise DagsterInvalidDefinitionError(
                f"Source asset '{self.key.to_user_string()}' needs the resource '{missing[0]}', which is not given. "
                f"Given are {quote_names(wrapped)}."
            )
        return self._copy(resource_defs={**needed, **self.resource_defs})

    def _copy(self, **changes: Any) -> SourceAsset:
        arguments: dict[str, Any] = {
            "key": self.key, "metadata": self.raw_metadata, "io_manager_key": self.io_manager_key,
            "description": self.description, "partitions_def": self.partitions_def, "group_name": self.group_name,
            "resource_defs": self.resource_defs, "observe_fn": self.observe_fn, "op_tags": self.op_tags,
            "auto_observe_interval_minutes": self.auto_observe_interval_minutes, "tags": self.tags,
            "legacy_freshness_policy": self.legacy_freshness_policy, "freshness_policy": self.freshness_policy,
            "automation_condition": self.automation_condition,
            "_required_resource_keys": self._required_resource_keys,
        }  # fmt: skip
        return SourceAsset(**{**arguments, **changes})

    def to_external_spec(self) -> AssetSpec:
        """Return the asset as a spec: what ``Definitions`` sees."""
        extra: dict[str, Any] = {}
        if self.io_manager_key is not None:
            extra[IO_MANAGER_KEY_METADATA] = self.io_manager_key
        if self.auto_observe_interval_minutes is not None:
            extra[AUTO_OBSERVE_METADATA] = self.auto_observe_interval_minutes
        return self.spec.changed(metadata={**self.spec.metadata, **extra}) if extra else self.spec

    def to_binding(self) -> NodeBinding | None:
        """Return the op with the key of its output, if it can be observed."""
        node = self.node_def
        if node is None:
            return None
        return NodeBinding(
            node, {}, {DEFAULT_OUTPUT: self.key}, {}, execution_type=AssetExecutionType.OBSERVATION
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function that observes it, as a test does."""
        return execution_port().invoke_op(self.op, args, kwargs)

    def __repr__(self) -> str:
        return f"SourceAsset({self.key.to_user_string()!r})"
