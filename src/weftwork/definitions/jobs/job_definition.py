"""A job: a graph with all that a run of it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.lifecycle import former, marked
from weftwork.base.names import check_name
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.graphs.graph_inputs import explain_unresolved, find_unresolved
from weftwork.definitions.graphs.job_port import register_job_class
from weftwork.definitions.jobs import job_arguments as arguments
from weftwork.definitions.jobs.job_view import JobView
from weftwork.definitions.jobs.requirements import (
    Requirement,
    check_requirements,
    expand_resource_keys,
    list_requirements,
)
from weftwork.definitions.nodes.dependencies import check_hooks
from weftwork.definitions.ports import execution_port
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import JobSpec, NodeAssetsSpec
from weftwork.records.tags import normalize_definition_tags


class JobDefinition(JobView):
    """A graph with all that a run of it needs; usually made with ``@job`` or ``graph.to_job``.

    Args:
        graph_def: the graph.
        resource_defs: resource key to resource; ``io_manager`` defaults to files.
        executor_def: how steps are run (default: each in a process, or all in one, as config says).
        logger_defs: logger name to logger (default: "console").
        name: its name (default: that of the graph).
        config: the default run config (dict or RunConfig), a ConfigMapping, or a PartitionedConfig.
        description: text for people.
        partitions_def: the partitions that its runs are for.
        tags: tags of the job, and of its runs unless ``run_tags`` is given.
        run_tags: tags of its runs.
        metadata: name to metadata value.
        hook_defs: hooks of every op.
        op_retry_policy: for ops that have none of their own.
        asset_layer: which of its outputs are assets.
        input_values: values of the inputs of the graph.
        owners: who answers for it: e-mail addresses or "team:name".
        automation_condition: when it runs by itself.

    Raises:
        DagsterInvalidDefinitionError: if a resource is missing, or an argument fits nothing.
        ParameterCheckError: if an argument is of the wrong kind.
    """

    def __init__(
        self,
        *,
        graph_def: GraphDefinition,
        resource_defs: Mapping[str, Any] | None = None,
        executor_def: Any = None,
        logger_defs: Mapping[str, Any] | None = None,
        name: str | None = None,
        config: Any = None,
        description: str | None = None,
        partitions_def: Any = None,
        tags: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        metadata: RawMetadata | None = None,
        hook_defs: Set[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
        asset_layer: Any = None,
        input_values: Mapping[str, Any] | None = None,
        owners: Sequence[str] | None = None,
        automation_condition: Any = None,
    ) -> None:
        self.graph: GraphDefinition = check_type(graph_def, GraphDefinition, "graph_def")
        self.name = graph_def.name if name is None else check_name(name, "job")
        self._explicit_resources = arguments.check_resources(resource_defs)
        self._executor_def = arguments.check_executor(executor_def)
        self._logger_defs = arguments.check_loggers(logger_defs)
        self._description: str | None = check_type(description, str, "description", optional=True)
        given_partitions = arguments.check_partitions(partitions_def)
        self._config = arguments.read_config(config, given_partitions, self.name)
        self.partitions_def = (
            self._config.partitioned.partitions_def if self._config.partitioned else given_partitions
        )
        where = f"of job '{self.name}'"
        self.tags = {**graph_def.tags, **normalize_definition_tags(tags, f"the tags {where}")}
        self.has_separately_defined_run_tags = run_tags is not None
        self.run_tags = (
            self.tags
            if run_tags is None
            else {**graph_def.tags, **normalize_definition_tags(run_tags, f"the run_tags {where}")}
        )
        self.metadata: Metadata = normalize_metadata(metadata) if metadata else {}
        self.hook_defs: frozenset[Any] = check_hooks(hook_defs) if hook_defs else frozenset()
        self.op_retry_policy: RetryPolicy | None = check_type(
            op_retry_policy, RetryPolicy, "op_retry_policy", optional=True
        )
        self.asset_layer = asset_layer
        self.input_values = arguments.check_input_values(input_values, graph_def, self.name)
        unresolved = find_unresolved(graph_def, nested_only=asset_layer is not None)
        if unresolved is not None:
            raise explain_unresolved(unresolved, self.name)
        self.owners = arguments.check_owners(owners, self.name)
        self.automation_condition = automation_condition
        self.parent_job: JobDefinition | None = None
        self.op_selection: frozenset[str] | None = None
        self.resolved_op_selection: frozenset[str] | None = None
        self.asset_selection: frozenset[AssetKey] | None = None
        self.asset_check_selection: frozenset[AssetCheckKey] | None = None
        if self._explicit_resources:
            self.validate_resource_requirements_satisfied()

    @property
    def description(self) -> str | None:
        """Text for people: its own, or that of the graph."""
        return self.graph.description if self._description is None else self._description

    @property
    def explicit_resource_keys(self) -> frozenset[str]:
        """The keys of the resources that were given."""
        return frozenset(self._explicit_resources)

    @cached_property
    def resource_defs(self) -> Mapping[str, Any]:
        """Resource key to resource, the default IO manager included."""
        if "io_manager" in self._explicit_resources:
            return self._explicit_resources
        from weftwork.definitions.io.default import (
            default_io_manager,  # a job that is only looked at needs none
        )

        return {"io_manager": default_io_manager(), **self._explicit_resources}

    @cached_property
    def executor_def(self) -> Any:
        """How steps are run."""
        if self._executor_def is not None:
            return self._executor_def
        from weftwork.definitions.executors.builtin_executors import (
            multi_or_in_process_executor,  # on first use
        )

        return multi_or_in_process_executor

    @cached_property
    def loggers(self) -> Mapping[str, Any]:
        """Logger name to logger."""
        if self._logger_defs is not None:
            return self._logger_defs
        from weftwork.definitions.loggers.console import default_loggers  # on first use

        return default_loggers()

    @property
    def has_specified_executor(self) -> bool:
        """Whether it names its executor."""
        return self._executor_def is not None

    @property
    def has_specified_loggers(self) -> bool:
        """Whether it names its loggers."""
        return self._logger_defs is not None

    @property
    def config_mapping(self) -> Any:
        """What makes its run config from other config, or None."""
        return self._config.mapping

    @cached_property
    def partitioned_config(self) -> Any:
        """What makes its run config from a partition key, or None where it has no partitions."""
        if self._config.partitioned is not None or self.partitions_def is None:
            return self._config.partitioned
        from weftwork.definitions.partitioned_config.partitioned_config import (
            PartitionedConfig,  # few jobs have one
        )

        fixed = self._config.default or {}
        return PartitionedConfig(self.partitions_def, run_config_for_partition_key_fn=lambda _key: fixed)

    @property
    def run_config(self) -> Mapping[str, Any] | None:
        """The run config of runs that give none, or None."""
        return self._config.default

    @property
    def default_run_config(self) -> Mapping[str, Any]:
        """The run config of runs that give none; empty if there is none."""
        return self._config.default or {}

    @property
    def run_config_schema(self) -> Any:
        """The run config that it takes."""
        from weftwork.definitions.run_config.resolution import get_run_config_schema  # on first use

        job: Any = self
        return get_run_config_schema(job)

    @property
    def is_asset_job(self) -> bool:
        """Whether it makes assets."""
        return self.asset_layer is not None

    @property
    def is_subset(self) -> bool:
        """Whether it is a part of another job."""
        return self.parent_job is not None

    @cached_property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources that a run opens."""
        return expand_resource_keys(
            {requirement.key for requirement in self.requirements}, self.resource_defs
        )

    @cached_property
    def spec(self) -> JobSpec:
        """The job as planning sees it."""
        if self.asset_layer is not None:
            assets = tuple(self.asset_layer.node_specs())
        else:
            assets = tuple(
                NodeAssetsSpec(node=name, inputs={key: asset.key for key, asset in inputs.items()})
                for name, inputs in self.graph.input_assets.items()
            )
        return JobSpec(
            name=self.name, graph=self.graph.spec, assets=assets, retry_policy=self.op_retry_policy
        )

    @cached_property
    def requirements(self) -> Sequence[Requirement]:
        """The resources that its ops, hooks and the assets that its ops load need, each with one that needs it."""
        found: dict[tuple[str, str], Requirement] = {}
        for requirement in self.list_requirements():
            found.setdefault((requirement.key, requirement.kind), requirement)
        return list(found.values())

    def list_requirements(self) -> Iterable[Requirement]:
        """Return the resources that its ops, hooks and the assets that its ops load need."""
        yield from list_requirements(self.graph, self.hook_defs)
        for (path, name), asset in self.input_assets.items():
            if self.get_node(path).definition.is_graph:
                continue
            who = f"input '{name}' of op '{'.'.join(path)}', which is asset '{asset.key.to_user_string()}',"
            yield Requirement(asset.io_manager_key, who, "input manager")

    def validate_resource_requirements_satisfied(self) -> None:
        """Check that every resource that is needed is there.

        Raises:
            DagsterInvalidDefinitionError: if one is not.
        """
        check_requirements(self.requirements, self.resource_defs, self.name)

    def is_missing_required_resources(self) -> bool:
        """Return whether a resource that is needed is not there."""
        return any(requirement.key not in self.resource_defs for requirement in self.requirements)

    def get_required_resource_defs(self) -> Mapping[str, Any]:
        """Return the resources that a run opens."""
        return {
            key: self.resource_defs[key] for key in self.required_resource_keys if key in self.resource_defs
        }

    def describe_target(self) -> str:
        """Return what it is and its name."""
        return f"job '{self.name}'"

    def has_direct_input_value(self, input_name: str) -> bool:
        """Return whether the job has a value for one of its inputs."""
        return input_name in self.input_values

    def get_direct_input_value(self, input_name: str) -> Any:
        """Return the value that the job has for one of its inputs."""
        return self.input_values[input_name]

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse: a job is run, not called.

        Raises:
            DagsterInvariantViolationError: always.
        """
        raise DagsterInvariantViolationError(
            f"Job '{self.name}' cannot be called. Run it with {self.name}.execute_in_process(), or make it a @graph to use "
            f"it inside of another one."
        )

    def _copy(self, **changes: Any) -> JobDefinition:
        given: dict[str, Any] = {
            "graph_def": self.graph, "resource_defs": self._explicit_resources, "executor_def": self._executor_def,
            "logger_defs": self._logger_defs, "name": self.name,
            "config": self._config.partitioned or self._config.mapping or self._config.default,
            "description": self._description, "partitions_def": self.partitions_def, "tags": self.tags,
            "run_tags": self.run_tags if self.has_separately_defined_run_tags else None, "metadata": self.metadata,
            "hook_defs": self.hook_defs, "op_retry_policy": self.op_retry_policy, "asset_layer": self.asset_layer,
            "input_values": self.input_values, "owners": self.owners, "automation_condition": self.automation_condition,
        }  # fmt: skip
        made = type(self)(**{**given, **changes})
        made.parent_job = self.parent_job
        made.op_selection = self.op_selection
        made.resolved_op_selection = self.resolved_op_selection
        made.asset_selection = self.asset_selection
        made.asset_check_selection = self.asset_check_selection
        return made

    def with_hooks(self, hook_defs: Set[Any]) -> JobDefinition:
        """Return the job with more hooks on every op."""
        return self._copy(hook_defs=self.hook_defs | check_hooks(hook_defs))

    def with_top_level_resources(self, resource_defs: Mapping[str, Any]) -> JobDefinition:
        """Return the job with more resources; those it has stay."""
        if all(key in self._explicit_resources for key in resource_defs):
            return self
        return self._copy(resource_defs={**resource_defs, **self._explicit_resources})

    def with_executor_def(self, executor_def: Any) -> JobDefinition:
        """Return the job with another executor."""
        return self if executor_def is self._executor_def else self._copy(executor_def=executor_def)

    def with_logger_defs(self, logger_defs: Mapping[str, Any]) -> JobDefinition:
        """Return the job with other loggers."""
        return self if logger_defs == self._logger_defs else self._copy(logger_defs=logger_defs)

    def with_metadata(self, metadata: RawMetadata) -> JobDefinition:
        """Return the job with other metadata."""
        return self._copy(metadata=metadata)

    def get_subset(
        self,
        *,
        op_selection: Iterable[str] | None = None,
        asset_selection: Iterable[AssetKey] | None = None,
        asset_check_selection: Iterable[AssetCheckKey] | None = None,
    ) -> JobDefinition:
        """Return a part of the job.

        Args:
            op_selection: queries, as in ``execute_in_process``.
            asset_selection: the assets to make.
            asset_check_selection: the checks to evaluate; None for those of the assets.

        Raises:
            DagsterInvalidSubsetError: if a query selects nothing, or an asset is not in the job.
            CheckError: if ops and assets are both selected.
        """
        if asset_selection is not None or asset_check_selection is not None:
            if op_selection:
                raise CheckError(f"Job '{self.name}': select ops or assets, not both.")
            return self._subset_assets(asset_selection, asset_check_selection)
        if isinstance(op_selection, str):
            raise ParameterCheckError(
                f"op_selection must be a list of queries, not text: write [{op_selection!r}]."
            )
        queries = list(op_selection or ())
        return self._subset_ops(queries) if queries else self

    def _subset_assets(
        self, assets: Iterable[AssetKey] | None, checks: Iterable[AssetCheckKey] | None
    ) -> JobDefinition:
        if self.asset_layer is None:
            keys = ", ".join(sorted(str(key) for key in (*(assets or ()), *(checks or ()))))
            raise DagsterInvalidSubsetError(
                f"Job '{self.name}' makes no assets, so none of {keys} can be selected."
            )
        made: JobDefinition = self.asset_layer.subset_job(
            self,
            None if assets is None else frozenset(assets),
            None if checks is None else frozenset(checks),
        )
        return made

    def _subset_ops(self, queries: list[str]) -> JobDefinition:
        from weftwork.definitions.graphs.selection import list_selected_paths, select_nodes  # few take a part
        from weftwork.definitions.graphs.subset import take_nodes  # few take a part
        from weftwork.definitions.jobs.unselected_config import keep_known_ops  # few take a part

        selected = select_nodes(self.graph, queries)
        graph = take_nodes(self.graph, selected)
        default = self._config.default
        unresolved = find_unresolved(graph, nested_only=self.asset_layer is not None)
        if unresolved is not None:
            raise DagsterInvalidSubsetError(
                f"The selection {queries} cuts an input off: {explain_unresolved(unresolved, self.name)}"
            )
        made = self._copy(
            graph_def=graph,
            config=self._config.partitioned
            or self._config.mapping
            or (default if default is None else keep_known_ops(default, self.graph, graph)),
            input_values={key: value for key, value in self.input_values.items() if key in graph.input_dict},
        )
        made.parent_job = self.parent_job or self
        made.op_selection = frozenset(queries)
        made.resolved_op_selection = frozenset(list_selected_paths(selected))
        return made

    def drop_unselected_config(self, run_config: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return run config without the entries of ops that the job had before a part was selected."""
        if self.parent_job is None:
            return run_config
        from weftwork.definitions.jobs.unselected_config import keep_known_ops  # few take a part

        return keep_known_ops(run_config, self.parent_job.graph, self.graph)

    def get_run_config_for_partition_key(self, partition_key: str) -> Mapping[str, Any]:
        """Return the run config of a partition."""
        config = self.partitioned_config
        found: Mapping[str, Any] = config.get_run_config_for_partition_key(partition_key) if config else {}
        return found

    def get_tags_for_partition_key(
        self, partition_key: str, selected_asset_keys: Iterable[AssetKey] | None = None
    ) -> Mapping[str, str]:
        """Return the tags of a run for a partition."""
        from weftwork.definitions.jobs.partition_runs import get_partition_tags  # few jobs have partitions

        return get_partition_tags(self, partition_key)

    @marked("JobDefinition.run_request_for_partition", former("Write RunRequest(partition_key=…)."))
    def run_request_for_partition(
        self,
        partition_key: str,
        run_key: str | None = None,
        tags: Mapping[str, str] | None = None,
        asset_selection: Sequence[AssetKey] | None = None,
        run_config: Mapping[str, Any] | None = None,
        current_time: Any = None,
        dynamic_partitions_store: Any = None,
    ) -> Any:
        """Return the request of a run for a partition.

        Args:
            partition_key: the partition.
            run_key: at most one run is made for it.
            tags: tags of the run.
            asset_selection: the assets to make.
            run_config: the run config (default: as the job says for the partition).
            current_time: the time that counts as now.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.

        Raises:
            CheckError: if the job has no partitions.
            DagsterUnknownPartitionError: if there is no such partition.
        """
        from weftwork.definitions.jobs.partition_runs import build_run_request  # few jobs have partitions

        return build_run_request(
            self,
            partition_key,
            run_key,
            tags,
            asset_selection,
            run_config,
            current_time,
            dynamic_partitions_store,
        )

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        asset_selection: Sequence[AssetKey] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        resources: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run the job in this process.

        Args:
            run_config: the run config; what it does not name is as the job says.
            instance: where the run is recorded (default: in memory).
            partition_key: the partition that the run is for.
            raise_on_error: whether the exception of an op is raised here.
            op_selection: the ops to run: names, ``*op`` with all that it needs, ``op*`` with all that needs it, as many
                ``+`` as levels, ``graph.op`` inside of a graph; a list is the union.
            asset_selection: the assets to make.
            run_id: the id of the run, a UUID (default: a new one).
            input_values: values of the inputs of the graph.
            tags: tags of the run.
            resources: resource key to resource, over those of the job.

        Returns:
            ExecuteInProcessResult: what happened and what came out.

        Raises:
            DagsterInvalidSubsetError: if a query selects nothing.
            DagsterInvalidConfigError: if the run config does not fit.
        """
        if op_selection and asset_selection:
            raise CheckError(f"Job '{self.name}': select ops or assets, not both.")
        if input_values:
            arguments.check_input_values(input_values, self.graph, self.name)
        job = self
        if resources:
            # In the job, so that they can be configured as those that it has.
            given = arguments.check_resources(resources)
            job = job._copy(resource_defs={**self._explicit_resources, **given})
        job.validate_resource_requirements_satisfied()
        if input_values:
            # With the values in the job, config need not give these inputs.
            job = job._copy(input_values={**self.input_values, **input_values})
        return execution_port().execute_in_process(
            job, run_config=run_config, instance=instance, partition_key=partition_key, raise_on_error=raise_on_error,
            op_selection=op_selection, asset_selection=asset_selection, run_id=run_id, input_values=input_values,
            tags=tags,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<JobDefinition '{self.name}'>"


register_job_class(JobDefinition)
