"""What a run is asked for, and what it takes from the job: config, tags, resources, plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_type
from weftwork.base.collector.rest import collector_at_rest
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.ids import is_uuid, new_id
from weftwork.config.redaction import REDACTOR
from weftwork.config.run_config import to_run_config_dict
from weftwork.definitions.io.default import is_default_io_manager
from weftwork.definitions.jobs.requirements import check_requirements
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.definitions.run_config.resolution import get_run_config_schema, resolve_run_config
from weftwork.definitions.run_config.resolved import ResolvedRunConfig
from weftwork.execution.run_scope import Captured, Listener, RunScope
from weftwork.instance.instance import DagsterInstance
from weftwork.io_managers.in_memory import mem_io_manager
from weftwork.planning.compile import compile_plan
from weftwork.planning.plan import Plan
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARENT_RUN_ID_TAG,
    PARTITION_NAME_TAG,
    RESUME_RETRY_TAG,
    ROOT_RUN_ID_TAG,
    normalize_tags,
)

if TYPE_CHECKING:
    from weftwork.execution.control.run_lease import RunLease
    from weftwork.execution.runs.reexecution import ReexecutionOptions
    from weftwork.planning.reexecution.repeat import Repeat
    from weftwork.records.control.code_origin import CodeOrigin


class AskedRun:
    """What is asked for.

    Args:
        job: the job.
        run_config: its config.
        instance: where it is recorded.
        partition_key: the partition that it is for.
        tags: tags of the run.
        asset_selection: the assets to make; all of the job if None.
        op_selection: selection queries; all ops of the job if None.
        run_id: the id of the run; a new one if None.
        input_values: values for the inputs of the job.
        resources: resource key to resource, over those of the job.
        in_memory: whether the default IO manager keeps values in memory; never those of assets.
        reexecution: the run that is repeated.
        asset_check_selection: the checks to evaluate; those of the assets if None.
        code_origin: where the code of the job is found; None where only this process can run it.

    Attributes:
        run: the run; with ``build_scope``, or with ``record``, it is recorded.

    Raises:
        DagsterInvalidSubsetError: if a selection query selects nothing.
        DagsterInvariantViolationError: if the job has no partitions and one is asked for.
        DagsterRunNotFoundError: if there is no run to repeat.
    """

    __slots__ = (
        "in_memory",
        "input_values",
        "instance",
        "is_recorded",
        "job",
        "lease",
        "parent",
        "reexecution",
        "resource_defs",
        "run",
    )

    def __init__(
        self,
        job: Any,
        instance: DagsterInstance,
        *,
        run_config: Any = None,
        partition_key: str | None = None,
        tags: Mapping[str, Any] | None = None,
        asset_selection: Iterable[AssetKey] | None = None,
        op_selection: Sequence[str] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        in_memory: bool = False,
        reexecution: ReexecutionOptions | None = None,
        code_origin: CodeOrigin | None = None,
        asset_check_selection: Iterable[AssetCheckKey] | None = None,
    ) -> None:
        check_type(instance, DagsterInstance, "instance")
        check_type(partition_key, str, "partition_key", optional=True)
        if isinstance(op_selection, str):
            raise ParameterCheckError(
                f"op_selection is a list of queries, not text: write [{op_selection!r}]."
            )
        if run_id is not None and not is_uuid(run_id):
            raise CheckError(f"A run id is a UUID, not '{run_id}'. Leave it out to have one made.")
        self.instance = instance
        self.is_recorded = False
        self.lease: RunLease | None = None
        self.reexecution = reexecution
        self.parent = parent = _find_parent(instance, reexecution)
        assets = frozenset(asset_selection) if asset_selection is not None else None
        checks = frozenset(asset_check_selection) if asset_check_selection is not None else None
        ops = list(op_selection) if op_selection else None
        if parent is not None:
            assets, ops = assets or parent.asset_selection, ops or parent.op_selection
            checks = checks if checks is not None else parent.asset_check_selection
        self.job = job = _take_part(job, assets, ops, checks)
        given = to_run_config_dict(run_config)
        if parent is not None and run_config is None:
            given = parent.run_config
        if partition_key is not None:
            _check_partition(job, partition_key, instance)
        run_tags = {
            **_tags_of_parent(parent),
            **_tags_of_reexecution(reexecution),
            **normalize_tags(job.run_tags),
            **normalize_tags(tags),
        }
        if partition_key is not None:
            run_tags = {**job.get_tags_for_partition_key(partition_key), **run_tags}
        if ASSET_PARTITION_RANGE_START_TAG in run_tags or ASSET_PARTITION_RANGE_END_TAG in run_tags:
            _check_range(job, run_tags, instance)
        self.input_values = {**(job.input_values or {}), **(input_values or {})}
        self.resource_defs = _pick_resources(job, resources, in_memory)
        self.run = DagsterRun(
            job_name=job.name, run_id=run_id or new_id(), run_config=dict(given), tags=run_tags,
            asset_selection=assets if assets is not None else job.asset_selection,
            asset_check_selection=checks, op_selection=ops or (sorted(job.op_selection) if job.op_selection else None),
            parent_run_id=parent.run_id if parent is not None else None,
            root_run_id=(parent.root_run_id or parent.run_id) if parent is not None else None,
            code_origin=code_origin,
        )  # fmt: skip

    @classmethod
    def of_recorded(
        cls, job: Any, instance: DagsterInstance, run: DagsterRun, lease: RunLease | None = None
    ) -> AskedRun:
        """Return what is asked by a run that is recorded already.

        Args:
            job: its job, as a whole.
            instance: where it is recorded.
            run: the run.
            lease: its lease, which this process holds; None for a process that does not drive it.

        Raises:
            DagsterInvalidSubsetError: if what it selects is not there any more.
            DagsterRunNotFoundError: if the run that it repeats is not there any more.
        """
        from weftwork.execution.runs.reexecution import options_of  # only runs of a process of their own

        asked = cls.__new__(cls)
        asked.instance, asked.run, asked.lease, asked.is_recorded = instance, run, lease, True
        asked.reexecution = options_of(run)
        asked.parent = _find_parent(instance, asked.reexecution)
        asked.job = job = _take_part(job, run.asset_selection, run.op_selection, run.asset_check_selection)
        asked.input_values = dict(job.input_values or {})
        asked.resource_defs = _pick_resources(job, None, False)
        return asked

    def resolve_config(self) -> ResolvedRunConfig:
        """Return what the config of the run comes to, that of the job and of the partition under it.

        Raises:
            DagsterInvalidConfigError: if it does not fit.
        """
        job, key = self.job, self.run.tags.get(PARTITION_NAME_TAG)
        default = job.default_run_config
        if key is not None and job.partitioned_config is not None:
            default = job.get_run_config_for_partition_key(key) or default
            if default and not (
                self.run.run_config or self.is_recorded
            ):  # the run tells what its partition came to
                self.run = self.run.replace(run_config=dict(default))
        given: Mapping[str, Any] = self.run.run_config
        config = _merge(default, given) if default else given
        if config:
            config = job.drop_unselected_config(config)
            self._note_secrets(config)
        return resolve_run_config(job, config)

    def _note_secrets(self, config: Mapping[str, Any]) -> None:
        """Mask the secrets of the config in all that this process tells, and have the run say where they stand."""
        from weftwork.config.secret_fields import find_secret_paths, list_secrets  # only a run with config

        config_type = get_run_config_schema(self.job).config_type_for(config)
        paths = [list(path) for path in find_secret_paths(config_type, config)]
        for secret in list_secrets(config, paths):
            REDACTOR.add(secret)
        if paths and not self.is_recorded:
            self.run = self.run.replace(secret_fields=paths)

    def record(self) -> Repeat | None:
        """Record the run, unless it is; return what it repeats.

        Raises:
            DagsterExecutionStepNotFoundError: if a query for steps to repeat names none.
            DagsterRunAlreadyExists: if there is a run of that id.
        """
        repeat: Repeat | None = None
        if self.parent is not None and self.reexecution is not None:
            from weftwork.execution.runs.reexecution import build_repeat  # only runs that repeat another

            repeat = build_repeat(plan_of(self.job), self.instance, self.parent, self.reexecution)
        if not self.is_recorded:
            if repeat is not None:
                self.run = self.run.replace(step_keys_to_execute=repeat.step_keys())
            self.instance.add_run(self.run)
            self.is_recorded = True
        return repeat

    def build_scope(
        self, config: ResolvedRunConfig, *, listener: Listener | None = None, captured: Captured | None = None
    ) -> RunScope:
        """Record the run under a lease and return what its steps share.

        Raises:
            DagsterExecutionStepNotFoundError: if a query for steps to repeat names none.
            DagsterRunAlreadyExists: if there is a run of that id.
        """
        plan = plan_of(self.job)  # what cannot be planned leaves no run behind
        if self.lease is None and not self.is_recorded:
            self.lease = _acquire_lease(self.instance, self.run.run_id)
        try:
            repeat = self.record()
            scope = RunScope(
                job=self.job, plan=plan, run=self.run, instance=self.instance, config=config,
                repeat=repeat, resource_defs=self.resource_defs, input_values=self.input_values,
                listener=listener, captured=captured, make_context=_make_context,
            )  # fmt: skip
        except BaseException:
            if self.lease is not None:
                self.lease.release()
            raise
        if self.lease is not None:
            scope.hold(self.lease)
        return scope


def plan_of(job: Any) -> Plan:
    """Return the plan of a job; compiled when it is first asked for."""
    known = job.__dict__.get("_weft_plan")
    if known is None:
        with collector_at_rest():
            known = job.__dict__["_weft_plan"] = compile_plan(job.spec)
    plan: Plan = known
    return plan


def _make_context(step: Any) -> Any:
    from weftwork.execution.contexts.op_context import make_context  # only functions that ask for one

    return make_context(step)


def _find_parent(instance: DagsterInstance, reexecution: ReexecutionOptions | None) -> DagsterRun | None:
    if reexecution is None:
        return None
    from weftwork.execution.runs.reexecution import get_parent_run  # only runs that repeat another

    return get_parent_run(instance, reexecution)


def _acquire_lease(instance: DagsterInstance, run_id: str) -> RunLease | None:
    if instance.is_ephemeral:
        return None
    from weftwork.execution.control.run_lease import RunLease  # nothing outlives a process in memory

    return RunLease.acquire(instance, run_id)


def _take_part(
    job: Any,
    assets: frozenset[AssetKey] | None,
    ops: list[str] | None,
    checks: frozenset[AssetCheckKey] | None = None,
) -> Any:
    if ops or assets is not None or checks is not None:
        return job.get_subset(op_selection=ops, asset_selection=assets, asset_check_selection=checks)
    return job


def _tags_of_parent(parent: DagsterRun | None) -> dict[str, str]:
    if parent is None:
        return {}
    partitions = (PARTITION_NAME_TAG, "dagster/asset_partition_range")
    kept = {key: value for key, value in parent.tags.items() if key.startswith(partitions)}
    return {**kept, PARENT_RUN_ID_TAG: parent.run_id, ROOT_RUN_ID_TAG: parent.root_run_id or parent.run_id}


def _tags_of_reexecution(reexecution: ReexecutionOptions | None) -> dict[str, str]:
    """Return the tag by which another process knows that what failed is repeated."""
    return {RESUME_RETRY_TAG: "true"} if reexecution is not None and reexecution.is_from_failure else {}


def _check_partition(job: Any, partition_key: str, instance: DagsterInstance) -> None:
    if job.partitions_def is None and job.partitioned_config is None:
        if job.asset_layer is not None:
            job.asset_layer.refuse_different_partitions()
        raise DagsterInvariantViolationError(
            f"Partition '{partition_key}' is asked of job '{job.name}', which has no partitions. Leave partition_key out, or "
            f"give the job or its assets a partitions_def."
        )
    job.partitions_def.validate_partition_key(partition_key, dynamic_partitions_store=instance)


def _check_range(job: Any, tags: Mapping[str, str], instance: DagsterInstance) -> None:
    """Refuse a range of partitions that has one end only, no partition, or ends that do not exist."""
    start, end = tags.get(ASSET_PARTITION_RANGE_START_TAG), tags.get(ASSET_PARTITION_RANGE_END_TAG)
    if start is None or end is None:
        if start is not end:
            raise DagsterInvariantViolationError(
                f"A run of a range of partitions has the tags '{ASSET_PARTITION_RANGE_START_TAG}' and "
                f"'{ASSET_PARTITION_RANGE_END_TAG}'; this one has '{start or end}' alone."
            )
        return
    if job.partitions_def is None or start == end:
        return
    from weftwork.partitions.context import partition_loading_context  # only runs of ranges
    from weftwork.partitions.keys import PartitionKeyRange

    with partition_loading_context(dynamic_partitions_store=instance):
        for key in (start, end):
            job.partitions_def.validate_partition_key(key, dynamic_partitions_store=instance)
        chosen = job.partitions_def.subset_with_partition_key_range(PartitionKeyRange(start, end))
    if chosen.is_empty:
        raise DagsterInvalidInvocationError(
            f"The range from '{start}' to '{end}' has no partition: its start comes after its end."
        )


def _merge(default: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given config with the job's own as the default of each entry that it does not have."""
    merged = dict(default)
    for key, value in given.items():
        if (
            key in ("ops", "resources", "loggers")
            and isinstance(value, Mapping)
            and isinstance(merged.get(key), Mapping)
        ):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged


def _pick_resources(job: Any, resources: Mapping[str, Any] | None, in_memory: bool) -> Mapping[str, Any]:
    found: Mapping[str, Any] = job.resource_defs
    if resources:
        found = {**found, **wrap_resources(resources)}
        check_requirements(job.requirements, found, job.name)
    elif not job.required_resource_keys <= found.keys():  # a run that cannot begin is none
        job.validate_resource_requirements_satisfied()
    if in_memory and not job.is_asset_job:  # values of assets are there for later runs
        found = {
            key: mem_io_manager if is_default_io_manager(value) else value for key, value in found.items()
        }
    return found
