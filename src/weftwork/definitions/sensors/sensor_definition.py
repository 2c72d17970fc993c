"""A sensor: a function that looks for what has happened, and what it starts then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
)
from weftwork.base.names import check_name
from weftwork.base.text import did_you_mean, quote_names
from weftwork.base.warnings import warn_user
from weftwork.definitions.instigators.owners import check_owners
from weftwork.definitions.instigators.run_requests import complete_request, find_job
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.instigators.target import Target, is_executable, target_of_anything, target_of_job
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext
from weftwork.definitions.sensors.sensor_result import DagsterRunReaction, SensorExecutionData, SensorResult
from weftwork.partitions.dynamic import AddDynamicPartitionsRequest
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata
from weftwork.records.run_request import RunRequest
from weftwork.records.tags import SENSOR_NAME_TAG, normalize_definition_tags

DEFAULT_INTERVAL_S = 30


class DefaultSensorStatus(Enum):
    """Whether a sensor runs before anybody has started or stopped it."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class SensorType(Enum):
    """The kinds of sensor."""

    STANDARD = "STANDARD"
    RUN_STATUS = "RUN_STATUS"
    ASSET = "ASSET"
    MULTI_ASSET = "MULTI_ASSET"
    FRESHNESS_POLICY = "FRESHNESS_POLICY"
    AUTO_MATERIALIZE = "AUTO_MATERIALIZE"
    AUTOMATION = "AUTOMATION"
    UNKNOWN = "UNKNOWN"


class SensorDefinition:
    """Looks every few seconds for what has happened, and starts jobs, or makes assets, then.

    Args:
        name: its name (default: that of the function).
        evaluation_fn: (context) -> what ``@sensor`` functions return.
        job_name: the name of the job, where the job itself is not at hand.
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people.
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        asset_selection: the assets that it may ask for.
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.
        target: the job, several jobs, the assets or the selection of assets.
        owners: who answers for it: e-mail addresses or "team:name".

    Raises:
        DagsterInvalidDefinitionError: if an argument is invalid, or two of them exclude each other.
    """

    __weft_instigator__ = "sensors"

    def __init__(
        self,
        name: str | None = None,
        *,
        evaluation_fn: Callable[..., Any] | TickFunction | None = None,
        job_name: str | None = None,
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        asset_selection: Any = None,
        required_resource_keys: AbstractSet[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: RawMetadata | None = None,
        target: Any = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        if evaluation_fn is None:
            raise DagsterInvalidDefinitionError(
                "A sensor needs a function: give evaluation_fn, or use @sensor."
            )
        function = (
            evaluation_fn
            if isinstance(evaluation_fn, TickFunction)
            else TickFunction(evaluation_fn, "sensor")
        )
        self._function = function
        if name is None and isinstance(evaluation_fn, TickFunction):
            name = function.name
        self.name: str = check_name(name, "sensor") if name is not None else function.name
        what = f"sensor '{self.name}'"
        self.targets: Sequence[Target] = _find_targets(
            self.name, job, jobs, job_name, target, asset_selection
        )
        self.asset_selection: AssetSelection | None = (
            None if asset_selection is None else AssetSelection.from_coercible(asset_selection)
        )
        check_type(minimum_interval_seconds, int, "minimum_interval_seconds", optional=True)
        self.minimum_interval_seconds: int = (
            DEFAULT_INTERVAL_S if minimum_interval_seconds is None else minimum_interval_seconds
        )
        self.description: str | None = check_type(description, str, "description", optional=True)
        self.default_status: DefaultSensorStatus = check_type(
            default_status, DefaultSensorStatus, "default_status"
        )
        self.required_resource_keys: frozenset[str] = frozenset(required_resource_keys or ()) | frozenset(
            function.resource_params
        )
        self.tags: dict[str, str] = normalize_definition_tags(tags, f"the tags of {what}")
        self.metadata: Metadata = normalize_metadata(metadata)
        self.owners: list[str] = check_owners(owners, what) or []

    @property
    def sensor_type(self) -> SensorType:
        """The kind of sensor."""
        return SensorType.STANDARD

    @property
    def target_jobs(self) -> Sequence[Any]:
        """The jobs, as far as they are known, and not only their names."""
        return [target.job for target in self.targets if target.has_job]

    @property
    def target_job_names(self) -> Sequence[str]:
        """The names of the jobs."""
        return [target.job_name for target in self.targets]

    @property
    def has_jobs(self) -> bool:
        """Whether the jobs are known, and not only their names."""
        return any(target.has_job for target in self.targets)

    @property
    def has_anonymous_job(self) -> bool:
        """Whether the job was made here, of a selection of assets."""
        return any(target.is_anonymous for target in self.targets)

    @property
    def jobs(self) -> Sequence[Any]:
        """The jobs.

        Raises:
            DagsterInvalidDefinitionError: if there are none.
        """
        if not self.has_jobs:
            raise DagsterInvalidDefinitionError(f"The sensor '{self.name}' has no jobs.")
        return self.target_jobs

    @property
    def job(self) -> Any:
        """The job.

        Raises:
            DagsterInvalidDefinitionError: if there is none, or several.
        """
        return self._single_target().job

    @property
    def job_name(self) -> str:
        """The name of the job.

        Raises:
            DagsterInvalidDefinitionError: if there is none, or several.
        """
        return self._single_target().job_name

    def _single_target(self) -> Target:
        if len(self.targets) != 1:
            count = "no job" if not self.targets else f"several jobs: {quote_names(self.target_job_names)}"
            raise DagsterInvalidDefinitionError(f"The sensor '{self.name}' has {count}.")
        return self.targets[0]

    def evaluate_tick(self, context: SensorEvaluationContext) -> SensorExecutionData:
        """Return what the sensor asks for.

        Args:
            context: the context; ``build_sensor_context()`` in tests.

        Raises:
            CheckError: if the function returned what it may not.
            DagsterInvariantViolationError: if a request is for no job of the sensor.
        """
        check_type(context, SensorEvaluationContext, "context")
        self._function.open_resources(context, self.required_resource_keys)
        result, reactions = self._join(self._list_items(self._function.call(context)))
        if context.cursor_updated and result.cursor is not None:
            raise DagsterInvariantViolationError(
                f"The sensor '{self.name}' called context.update_cursor() and set SensorResult.cursor too: do one of them."
            )
        requests = self._complete_all(result.run_requests, result.dynamic_partitions_requests, context)
        skip_message = result.skip_reason.skip_message if result.skip_reason else None
        if not requests and not reactions and result.skip_reason is None:
            skip_message = "The function of the sensor returned nothing."
        return SensorExecutionData(
            requests, skip_message, result.cursor or context.cursor, dagster_run_reactions=reactions,
            dynamic_partitions_requests=result.dynamic_partitions_requests, asset_events=result.asset_events,
            automation_condition_evaluations=result.automation_condition_evaluations, captured_lines=context.captured_lines,
        )  # fmt: skip

    def _list_items(self, result: Any) -> list[Any]:
        if result is None:
            return []
        items = list(result) if isinstance(result, (list, tuple)) or hasattr(result, "__next__") else [result]
        for item in items:
            if not isinstance(item, (RunRequest, SkipReason, SensorResult, DagsterRunReaction)):
                raise CheckError(
                    f"The sensor '{self.name}' gave {item!r:.100} of type {type(item).__name__}. Expected RunRequest, SkipReason, "
                    f"SensorResult or None."
                )
        return items

    def _join(self, items: list[Any]) -> tuple[SensorResult, list[DagsterRunReaction]]:
        results = [item for item in items if isinstance(item, SensorResult)]
        if results:
            if len(items) > 1:
                raise CheckError(
                    f"The sensor '{self.name}' gave a SensorResult and something else: put all into the SensorResult."
                )
            return results[0], []
        requests = [item for item in items if isinstance(item, RunRequest)]
        reasons = [item for item in items if isinstance(item, SkipReason)]
        if len(reasons) > 1 or (reasons and requests):
            raise CheckError(
                f"The sensor '{self.name}' gave {len(reasons)} SkipReason and {len(requests)} RunRequest: give one or the other."
            )
        reactions = [item for item in items if isinstance(item, DagsterRunReaction)]
        return SensorResult(requests, reasons[0] if reasons else None), reactions

    def _complete_all(
        self, requests: Iterable[RunRequest], partitions: Iterable[Any], context: SensorEvaluationContext
    ) -> list[RunRequest]:
        new_keys: dict[str, list[str]] = {}
        for asked in partitions:
            if isinstance(asked, AddDynamicPartitionsRequest):
                new_keys.setdefault(asked.partitions_def_name, []).extend(asked.partition_keys)
        return [self._complete(request, context, new_keys) for request in requests]

    def _complete(
        self, request: RunRequest, context: SensorEvaluationContext, new_keys: Mapping[str, Sequence[str]]
    ) -> RunRequest:
        if self.asset_selection is not None:
            request = self._restrict_to_selection(request, context)
        target = self._find_target(request)
        job_name = request.job_name or (target.job_name if target else "")
        return complete_request(
            request, {SENSOR_NAME_TAG: self.name}, lambda: find_job(job_name, target, context.repository_def), context._instance,
            new_keys,
        )  # fmt: skip

    def _find_target(self, request: RunRequest) -> Target | None:
        names = self.target_job_names
        if self.asset_selection is not None:
            return None
        if not names:
            raise DagsterInvariantViolationError(
                f"The sensor '{self.name}' asks for a run but has no target: give it job=, jobs=, job_name= or target=."
            )
        if request.job_name is None:
            if len(names) > 1:
                raise DagsterInvariantViolationError(
                    f"The sensor '{self.name}' asks for a run without saying of which job: give RunRequest(job_name=...), one of "
                    f"{quote_names(names)}."
                )
            return self.targets[0]
        if request.job_name not in names:
            raise DagsterInvariantViolationError(
                f"The sensor '{self.name}' asks for a run of '{request.job_name}', which is not among its jobs: {quote_names(names)}."
                f"{did_you_mean(request.job_name, names)}"
            )
        return self.targets[names.index(request.job_name)]

    def _restrict_to_selection(self, request: RunRequest, context: SensorEvaluationContext) -> RunRequest:
        assert self.asset_selection is not None
        repository = context.repository_def
        if repository is None:
            raise DagsterInvariantViolationError(
                f"The sensor '{self.name}' has an asset_selection, which is looked up in the code location: give repository_def= or "
                f"definitions= to the context."
            )
        allowed = self.asset_selection.resolve(repository.asset_graph)
        asked = request.asset_selection if request.asset_selection is not None else sorted(allowed)
        outside = sorted(key.to_user_string() for key in asked if key not in allowed)
        if outside:
            raise DagsterInvalidSubsetError(
                f"The sensor '{self.name}' asks for assets outside of its asset_selection: {quote_names(outside)}."
            )
        job = repository.get_implicit_job_def_for_assets(asked)
        return request.with_replaced_attrs(
            job_name=job.name if job else None,
            asset_selection=list(asked),
            asset_check_keys=self._find_checks(request, asked, repository),
        )

    def _find_checks(self, request: RunRequest, asked: Iterable[Any], repository: Any) -> list[Any]:
        """Return the checks that are asked for; those on the assets where none are named.

        Raises:
            DagsterInvalidSubsetError: if there is no such check.
        """
        known = repository.asset_checks_defs_by_key
        if request.asset_check_keys is None:
            assets = set(asked)
            return [check for check in known if check.asset_key in assets]
        unknown = [check.to_user_string() for check in request.asset_check_keys if check not in known]
        if unknown:
            names = [check.to_user_string() for check in known]
            raise DagsterInvalidSubsetError(
                f"The sensor '{self.name}' asks for checks that do not exist: {quote_names(unknown)}."
                f"{did_you_mean(unknown[0], names)}"
            )
        assert self.asset_selection is not None
        allowed = self.asset_selection.resolve_checks(repository.asset_graph)
        outside = [check.to_user_string() for check in request.asset_check_keys if check not in allowed]
        if outside:
            warn_user(
                f"The sensor '{self.name}' asks for asset check keys outside of its asset_selection: {quote_names(outside)}. This is "
                f"deprecated: add them to the selection.",
                DeprecationWarning,
            )
        return list(request.asset_check_keys)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, and return just what it returns.

        Args:
            *args: a context of ``build_sensor_context``, if the function takes one.
            **kwargs: the context by name; resources by name.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit.
        """
        return self._function.invoke(
            self.name, SensorEvaluationContext, self.required_resource_keys, args, kwargs
        )

    def with_attributes(
        self, *, jobs: Sequence[Any] | None = None, metadata: RawMetadata | None = None
    ) -> SensorDefinition:
        """Return the sensor with other jobs or other metadata."""
        import copy  # rare: only where definitions are changed as a whole

        made = copy.copy(self)
        if jobs is not None:
            made.targets = [target_of_job(job, f"sensor '{self.name}'") for job in jobs]
        if metadata is not None:
            made.metadata = normalize_metadata(metadata)
        return made

    def with_updated_jobs(self, new_jobs: Sequence[Any]) -> SensorDefinition:
        """Return the sensor with other jobs."""
        return self.with_attributes(jobs=new_jobs)

    def with_updated_job(self, new_job: Any) -> SensorDefinition:
        """Return the sensor with another job."""
        return self.with_attributes(jobs=[new_job])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.name}'>"


def _find_targets(
    name: str, job: Any, jobs: Sequence[Any] | None, job_name: str | None, target: Any, asset_selection: Any
) -> list[Target]:
    owner = f"sensor '{name}'"
    check_type(job_name, str, "job_name", optional=True)
    if sum(given is not None for given in (job, jobs, job_name, target, asset_selection)) > 1:
        raise DagsterInvalidDefinitionError(
            f"Give {owner} one of job, jobs, job_name, target and asset_selection, not several."
        )
    if job is not None:
        return [target_of_job(job, owner)]
    if jobs is not None:
        return [target_of_job(one, owner) for one in jobs]
    if target is not None:
        if isinstance(target, (list, tuple)) and target and all(is_executable(one) for one in target):
            return [target_of_job(one, owner) for one in target]
        return [target_of_anything(target, name, owner)]
    return [Target(None, job_name)] if job_name is not None else []
