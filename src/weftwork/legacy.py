"""Names of earlier versions of the API: each still works, and warns with what to write now."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.warnings import warn_of_version_strategy, warn_user
from weftwork.definitions import events
from weftwork.definitions.graphs.compose import compose_graph
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.nodes import inputs, outputs
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.decorator import get_function_name, op
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import MetadataValue


def _warn(name: str, instead: str) -> None:
    warn_user(f"{name} is deprecated. {instead}", DeprecationWarning)


class InputDefinition(inputs.InputDefinition):
    """An input of a solid or op; now ``In``, in a dict by name.

    Args:
        name: its name.
        dagster_type: the type of its values.
        description: text for people.
        default_value: what it is where nothing is connected or configured.
        root_manager_key: the resource that loads it; now ``input_manager_key``.
        metadata: arbitrary data for IO managers and people.
        asset_key: the asset that it is.
        asset_partitions: accepted and ignored.
        input_manager_key: the resource that loads it.
    """

    __slots__ = ()

    def __init__(
        self,
        name: str,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        default_value: Any = NO_VALUE,
        root_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        asset_key: Any = None,
        asset_partitions: Any = None,
        input_manager_key: str | None = None,
    ) -> None:
        _warn("InputDefinition", f'Write @op(ins={{"{name}": In(…)}}).')
        super().__init__(
            name, dagster_type, description, default_value, metadata, asset_key, asset_partitions,
            input_manager_key or root_manager_key,
        )  # fmt: skip


class OutputDefinition(outputs.OutputDefinition):
    """An output of a solid or op; now ``Out``, in a dict by name.

    Args:
        dagster_type: the type of its values.
        name: its name (default "result").
        description: text for people.
        is_required: whether the op must give it.
        io_manager_key: the resource that stores it.
        metadata: arbitrary data for IO managers and people.
        asset_key: accepted and ignored: assets are made with ``@asset``.
        asset_partitions: accepted and ignored.
    """

    __slots__ = ()
    _instead = "Out"

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        name: str | None = None,
        description: str | None = None,
        is_required: bool | None = None,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        asset_key: Any = None,
        asset_partitions: Any = None,
    ) -> None:
        now = self._instead
        _warn(type(self).__name__, f"Write @op(out={now}(…)), or out={{name: {now}(…)}} for several outputs.")
        if asset_key is not None or asset_partitions is not None:
            _warn("An asset on the output of an op", "It is ignored: make the asset with @asset.")
        super().__init__(
            dagster_type, name, description, is_required, io_manager_key, metadata,
            dynamic_depth=int(now == "DynamicOut"),
        )  # fmt: skip


class DynamicOutputDefinition(OutputDefinition):
    """An output that gives any number of keyed items, now ``DynamicOut``; arguments as in ``OutputDefinition``."""

    __slots__ = ()
    _instead = "DynamicOut"


class DynamicOutput(events.DynamicOutput[Any]):
    """One item of a dynamic output, with the arguments of the experimental module.

    Args:
        value: the value.
        mapping_key: the key of the item.
        output_name: the output.
        metadata_entries: a list of entries; now ``metadata``.
        metadata: name to value.
    """

    __slots__ = ()

    def __init__(
        self,
        value: Any,
        mapping_key: str,
        output_name: str | None = "result",
        metadata_entries: Iterable[Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(value, mapping_key, output_name, _join_metadata(metadata, metadata_entries))


def solid(
    name: Any = None,
    description: str | None = None,
    input_defs: Sequence[inputs.InputDefinition] | None = None,
    output_defs: Sequence[outputs.OutputDefinition] | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    retry_policy: Any = None,
) -> Any:
    """Make a function an op; now ``@op``, with ``ins`` and ``out``.

    Args:
        name: its name, or the function where the decorator is used without parentheses.
        description: text for people.
        input_defs: its inputs.
        output_defs: its outputs.
        config_schema: the schema of its config.
        required_resource_keys: the resources that it uses.
        tags: tags.
        version: the version of its code.
        retry_policy: when and how often it is tried again.
    """
    _warn(
        "@solid", "Write @op, ins={name: In(…)} for input_defs, out=… for output_defs, and context.op_config."
    )

    def decorate(fn: Callable[..., Any]) -> OpDefinition:
        outs: Any = None
        if output_defs is not None:
            outs = {each.name: outputs.Out.from_definition(each) for each in output_defs}
        made: OpDefinition = op(
            name=name if isinstance(name, str) else None,
            description=description,
            ins={each.name: inputs.In.from_definition(each) for each in input_defs or ()},
            out=outs,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=tags,
            retry_policy=retry_policy,
            code_version=version,
        )(fn)
        return made

    return decorate(name) if callable(name) else decorate


def pipeline(
    name: Any = None,
    description: str | None = None,
    mode_defs: Any = None,
    preset_defs: Any = None,
    tags: Mapping[str, Any] | None = None,
    hook_defs: Set[Any] | None = None,
    input_defs: Any = None,
    output_defs: Any = None,
    config_schema: Any = None,
    config_fn: Any = None,
    solid_retry_policy: Any = None,
    version_strategy: Any = None,
) -> Any:
    """Make a function that calls solids a job; now ``@job``.

    Args:
        name: its name, or the function where the decorator is used without parentheses.
        description: text for people.
        mode_defs: refused: a job has one set of resources.
        preset_defs: refused: a job has one config.
        tags: tags.
        hook_defs: hooks of every op.
        input_defs: refused: inputs belong to a graph.
        output_defs: refused: outputs belong to a graph.
        config_schema: refused, as is ``config_fn``: a job takes a ConfigMapping as its config.
        config_fn: see ``config_schema``.
        solid_retry_policy: for ops that have none of their own.
        version_strategy: accepted and ignored.

    Raises:
        DagsterInvalidDefinitionError: if an argument is given that no job can have.
    """
    _warn("@pipeline", "Write @job, hooks for hook_defs and op_retry_policy for solid_retry_policy.")
    if version_strategy is not None:
        warn_of_version_strategy()
    gone = {
        "mode_defs": "write one job per mode: graph.to_job(name=…, resource_defs=…)",
        "preset_defs": "give the job its config: @job(config=…)",
        "input_defs": "compose a @graph, which has inputs, and call .to_job()",
        "output_defs": "compose a @graph, which has outputs, and call .to_job()",
        "config_schema": "give the job a ConfigMapping: @job(config=ConfigMapping(…))",
        "config_fn": "give the job a ConfigMapping: @job(config=ConfigMapping(…))",
    }
    given = locals()
    for key, instead in gone.items():
        if given[key] is not None:
            raise DagsterInvalidDefinitionError(f"@pipeline cannot take {key} any more: {instead}.")

    def decorate(fn: Callable[..., Any]) -> JobDefinition:
        own_name = name if isinstance(name, str) else get_function_name(fn, "job")
        # A pipeline could return its last output, which nothing ever read.
        graph_def = compose_graph(fn, name=own_name, kind="@pipeline", description=description)
        return JobDefinition(
            graph_def=graph_def, tags=tags, hook_defs=hook_defs, op_retry_policy=solid_retry_policy
        )

    return decorate(name) if callable(name) else decorate


class _EntryFields(NamedTuple):
    label: str
    description: str | None
    value: MetadataValue


class MetadataEntry(_EntryFields):
    """A named value of metadata; now an entry of a dict.

    Args:
        label: its name.
        description: text for people.
        entry_data: the value; the earlier name of ``value``.
        value: the value.
    """

    __slots__ = ()

    def __new__(
        cls, label: str, description: str | None = None, entry_data: Any = None, value: Any = None
    ) -> MetadataEntry:
        """Make an entry; see the class."""
        from weftwork.records.metadata import normalize_metadata_value  # what few programs still need

        _warn(cls.__name__, f'Write metadata={{"{label}": value}}.')
        given = entry_data if value is None else value
        return super().__new__(cls, label, description, normalize_metadata_value(label, given))

    @property
    def entry_data(self) -> MetadataValue:
        """The value."""
        return self.value


class EventMetadataEntry(MetadataEntry):
    """A named value of metadata; now an entry of a dict.  ``EventMetadataEntry.text(value, label)`` and so on."""

    __slots__ = ()

    @staticmethod
    def text(text: str | None, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry of text."""
        return _make_entry(label, description, MetadataValue.text(text or ""))

    @staticmethod
    def url(url: str | None, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry with a link."""
        return _make_entry(label, description, MetadataValue.url(url or ""))

    @staticmethod
    def path(path: str | None, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry with a path."""
        return _make_entry(label, description, MetadataValue.path(path or ""))

    @staticmethod
    def fspath(
        path: str | None, label: str | None = None, description: str | None = None
    ) -> EventMetadataEntry:
        """Return an entry with a path, named "path" unless it has a label."""
        return _make_entry(label or "path", description, MetadataValue.path(path or ""))

    @staticmethod
    def json(data: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry of JSON data."""
        return _make_entry(label, description, MetadataValue.json(data))

    @staticmethod
    def md(md_str: str | None, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry of markdown."""
        return _make_entry(label, description, MetadataValue.md(md_str or ""))

    @staticmethod
    def python_artifact(
        python_artifact: Any, label: str, description: str | None = None
    ) -> EventMetadataEntry:
        """Return an entry that names a class or function."""
        return _make_entry(label, description, MetadataValue.python_artifact(python_artifact))

    @staticmethod
    def float(value: float | None, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry of a number with a fraction."""
        return _make_entry(label, description, MetadataValue.float(0.0 if value is None else value))

    @staticmethod
    def int(value: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry of a whole number."""
        return _make_entry(label, description, MetadataValue.int(0 if value is None else value))

    @staticmethod
    def asset(asset_key: AssetKey, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry that names an asset."""
        return _make_entry(label, description, MetadataValue.asset(asset_key))

    @staticmethod
    def pipeline_run(run_id: str, label: str, description: str | None = None) -> EventMetadataEntry:
        """Return an entry that names a run."""
        return _make_entry(label, description, MetadataValue.dagster_run(run_id))


def _make_entry(label: str, description: str | None, value: Any) -> EventMetadataEntry:
    made = EventMetadataEntry(label, description, None, value)
    assert isinstance(made, EventMetadataEntry)
    return made


class PartitionMetadataEntry(NamedTuple):
    """A named value of metadata of one partition of a materialization.

    Attributes:
        partition: the partition.
        entry: the named value.
    """

    partition: str
    entry: MetadataEntry


class _EventMetadataForms(type):
    def __getattr__(cls, name: str) -> Any:
        now = {"pipeline_run": "dagster_run"}.get(name, name)
        made = getattr(MetadataValue, now)
        _warn(f"EventMetadata.{name}", f"Write MetadataValue.{now}.")
        return made


class EventMetadata(metaclass=_EventMetadataForms):
    """The values of metadata, ``EventMetadata.text("…")`` and so on; now ``MetadataValue``."""


def Materialization(  # noqa: N802 - it was a class
    label: str | None = None,
    description: str | None = None,
    metadata_entries: Iterable[Any] | None = None,
    asset_key: Any = None,
    partition: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> AssetMaterialization:
    """Return the event that says that data was made; now ``AssetMaterialization``.

    Args:
        label: the name of the data, which is its asset key where none is given.
        description: text for people.
        metadata_entries: a list of entries.
        asset_key: the asset.
        partition: the partition of it.
        tags: tags.
    """
    _warn("Materialization", 'Write AssetMaterialization(asset_key="…", metadata={…}).')
    key: Any = asset_key if asset_key is not None else label
    return AssetMaterialization(
        key, description, _join_metadata(None, metadata_entries), partition, dict(tags) if tags else None
    )


def _join_metadata(metadata: Mapping[str, Any] | None, entries: Iterable[Any] | None) -> dict[str, Any]:
    found = dict(metadata or {})
    if entries:
        _warn("metadata_entries", "Write metadata={label: value}.")
    for entry in entries or ():
        plain = entry.entry if isinstance(entry, PartitionMetadataEntry) else entry
        found[plain.label] = plain.value
    return found


class BindResourcesToJobs(list[Any]):
    """A list of jobs that take resources from Definitions, which all jobs do now.

    Args:
        jobs: the jobs.
    """

    def __init__(self, jobs: Iterable[Any]) -> None:
        _warn("BindResourcesToJobs", "Write Definitions(jobs=[…]).")
        super().__init__(jobs)


class VersionStrategy(ABC):
    """Says which version the code of an op or resource has; now ``@op(code_version=…)``."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _warn("VersionStrategy", "Give ops and assets a code_version.")

    @abstractmethod
    def get_op_version(self, context: Any) -> str:
        """Return the version of the code of an op."""

    def get_resource_version(self, context: Any) -> str | None:
        """Return the version of the code of a resource, or None."""
        del context
        return None


_RENAMED = {
    "ExecuteJobResult": ("weftwork.execution.results.job_result", "JobExecutionResult"),
    "ReconstructablePipeline": ("weftwork.execution.reconstructable", "ReconstructableJob"),
}


def __getattr__(name: str) -> Any:
    if name not in _RENAMED:
        raise AttributeError(f"module 'weftwork.legacy' has no attribute '{name}'")
    module, now = _RENAMED[name]
    _warn(name, f"Write {now}.")
    return getattr(importlib.import_module(module), now)  # execution is loaded only by those who ask for it
