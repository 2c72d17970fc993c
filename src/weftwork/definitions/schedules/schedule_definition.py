"""A schedule: a cron expression, what it starts, and a function that says with which config."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    ParameterCheckError,
    ScheduleExecutionError,
)
from weftwork.base.lifecycle import former, marked
from weftwork.base.names import check_name
from weftwork.definitions.instigators.owners import check_owners
from weftwork.definitions.instigators.run_requests import complete_request, find_job
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.instigators.target import Target, target_of_anything, target_of_job
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.schedules.schedule_context import ScheduleEvaluationContext
from weftwork.partitions.cron.expression import parse_cron
from weftwork.partitions.cron.zone import get_zone
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata
from weftwork.records.run_request import RunRequest
from weftwork.records.tags import SCHEDULE_NAME_TAG, normalize_definition_tags, normalize_tags

ContextFunction = Callable[[ScheduleEvaluationContext], Any]


class DefaultScheduleStatus(Enum):
    """Whether a schedule runs before anybody has started or stopped it."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class ScheduleExecutionData:
    """What a tick of a schedule asks for.

    Args:
        run_requests: the runs.
        skip_message: why there are none.
        captured_lines: what was logged.
    """

    __slots__ = ("captured_lines", "run_requests", "skip_message")

    def __init__(
        self, run_requests: Sequence[RunRequest], skip_message: str | None, captured_lines: Sequence[Any] = ()
    ) -> None:
        self.run_requests = list(run_requests)
        self.skip_message = skip_message
        self.captured_lines = captured_lines

    log_key = None
    captured_log_key = None


class ScheduleDefinition:
    """Starts a job, or makes assets, at the times of a cron expression.

    Args:
        name: its name (default: that of the job with "_schedule").
        cron_schedule: five fields, "@daily" and the like, or several of these.
        job_name: the name of the job, where the job itself is not at hand.
        run_config: the config of each run.
        run_config_fn: (context) -> the config of a run.
        tags: tags of each run.
        tags_fn: (context) -> tags of a run.
        metadata: name to value, for people.
        should_execute: (context) -> whether to start a run.
        environment_vars: accepted for compatibility.
        execution_timezone: the time zone of the cron expression (default: UTC).
        execution_fn: (context) -> what ``@schedule`` functions return.
        description: text for people.
        job: the job or graph.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        required_resource_keys: the resources that its functions use.
        target: the job, the assets or the selection of assets.
        owners: who answers for it: e-mail addresses or "team:name".

    Raises:
        DagsterInvalidDefinitionError: if an argument is invalid, or two of them exclude each other.
        CheckError: if it is not said what to start.

    Example:
        >>> ScheduleDefinition(job=report, cron_schedule="0 6 * * *", execution_timezone="Europe/Berlin")
    """

    __weft_instigator__ = "schedules"

    def __init__(
        self,
        name: str | None = None,
        *,
        cron_schedule: str | Sequence[str] | None = None,
        job_name: str | None = None,
        run_config: Any = None,
        run_config_fn: ContextFunction | None = None,
        tags: Mapping[str, str] | None = None,
        tags_fn: ContextFunction | None = None,
        metadata: RawMetadata | None = None,
        should_execute: ContextFunction | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
        execution_fn: ContextFunction | TickFunction | None = None,
        description: str | None = None,
        job: Any = None,
        default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
        required_resource_keys: AbstractSet[str] | None = None,
        target: Any = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        self._arguments = {
            "cron_schedule": cron_schedule, "job_name": job_name, "run_config": run_config, "run_config_fn": run_config_fn,
            "tags": tags, "tags_fn": tags_fn, "metadata": metadata, "should_execute": should_execute,
            "environment_vars": environment_vars, "execution_timezone": execution_timezone, "execution_fn": execution_fn,
            "description": description, "job": job, "default_status": default_status,
            "required_resource_keys": required_resource_keys, "target": target, "owners": owners,
        }  # fmt: skip
        self.target: Target = _find_target(name, job, job_name, target)
        self.name: str = check_name(
            name if name is not None else f"{self.target.job_name}_schedule", "schedule"
        )
        what = f"schedule '{self.name}'"
        self.cron_schedule: str | Sequence[str] = _check_cron(cron_schedule, what)
        self.execution_timezone: str | None = _check_timezone(execution_timezone, what)
        self.tags: dict[str, str] = normalize_definition_tags(tags, f"the tags of {what}")
        self.metadata: Metadata = normalize_metadata(metadata)
        self.description: str | None = check_type(description, str, "description", optional=True)
        self._environment_vars: Mapping[str, str] | None = check_type(
            environment_vars, Mapping, "environment_vars", optional=True
        )
        self.default_status: DefaultScheduleStatus = check_type(
            default_status, DefaultScheduleStatus, "default_status"
        )
        self.owners = check_owners(owners, what)
        _refuse_pairs(what, self._arguments)
        self._run_config = _to_config(run_config)
        self._run_config_fn = _check_function(run_config_fn, "run_config_fn")
        self._tags_fn = _check_function(tags_fn, "tags_fn")
        self._should_execute = _check_function(should_execute, "should_execute")
        self._function: TickFunction | None = _to_tick_function(execution_fn)
        declared = frozenset(required_resource_keys or ())
        self.required_resource_keys: frozenset[str] = declared | frozenset(
            self._function.resource_params if self._function else ()
        )

    @property
    @marked("ScheduleDefinition.environment_vars", former("Schedules see the variables of their process."))
    def environment_vars(self) -> Mapping[str, str] | None:
        """What was given under that name; nothing reads it."""
        return self._environment_vars

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self.target.job_name

    @property
    def has_job(self) -> bool:
        """Whether the job is known, and not only its name."""
        return self.target.has_job

    @property
    def has_anonymous_job(self) -> bool:
        """Whether the job was made here, of a selection of assets."""
        return self.target.is_anonymous

    @property
    def job(self) -> Any:
        """The job.

        Raises:
            DagsterInvalidDefinitionError: if only its name is known.
        """
        return self.target.job

    @property
    def target_jobs(self) -> Sequence[Any]:
        """The job, as far as it is known, and not only its name."""
        return [self.target.job] if self.target.has_job else []

    @property
    def target_job_names(self) -> Sequence[str]:
        """The name of the job."""
        return [self.target.job_name]

    @property
    def cron_schedules(self) -> Sequence[str]:
        """The cron expressions, one or several."""
        return [self.cron_schedule] if isinstance(self.cron_schedule, str) else self.cron_schedule

    def evaluate_tick(self, context: ScheduleEvaluationContext) -> ScheduleExecutionData:
        """Return what the schedule asks for at the time of ``context``.

        Raises:
            ScheduleExecutionError: if the user's function raised; its exception is the cause.
            CheckError: if the function returned what it may not.
        """
        check_type(context, ScheduleEvaluationContext, "context")
        if self._should_execute is not None and not self._guard(
            "should_execute", self._should_execute, context
        ):
            return ScheduleExecutionData(
                [], f"should_execute of schedule '{self.name}' returned False.", context.captured_lines
            )
        if self._function is not None:
            self._function.open_resources(context, self.required_resource_keys)
            items = _list_items(self.name, self._guard("the function", self._function.call, context))
        else:
            items = [self._build_default(context)]
        if not items:
            return ScheduleExecutionData(
                [], "The function of the schedule returned nothing.", context.captured_lines
            )
        if isinstance(items[0], SkipReason):
            return ScheduleExecutionData([], items[0].skip_message, context.captured_lines)
        requests = [
            self._build_default(context, item) if isinstance(item, Mapping) else item for item in items
        ]  # fmt: skip
        return ScheduleExecutionData(
            [self._complete(request, context) for request in requests], None, context.captured_lines
        )

    def _complete(self, request: RunRequest, context: ScheduleEvaluationContext) -> RunRequest:
        repository = context.find_repository()
        return complete_request(
            request, {SCHEDULE_NAME_TAG: self.name},
            lambda: find_job(request.job_name or self.job_name, self.target, repository), context._instance,
        )  # fmt: skip

    def _build_default(
        self, context: ScheduleEvaluationContext, config: Mapping[str, Any] | None = None
    ) -> RunRequest:
        if config is None:
            config = self._run_config
            if self._run_config_fn is not None:
                config = _to_config(self._guard("run_config_fn", self._run_config_fn, context))
        tags = self.tags
        if self._tags_fn is not None:
            tags = normalize_tags(
                self._guard("tags_fn", self._tags_fn, context), f"the tags of schedule '{self.name}'"
            )
        return RunRequest(run_config=dict(config), tags=tags)

    def _guard(self, what: str, function: Callable[[Any], Any], context: ScheduleEvaluationContext) -> Any:
        try:
            result = function(context)
            return list(result) if hasattr(result, "__next__") else result
        except Exception as error:
            raise ScheduleExecutionError(
                f"{what} of schedule '{self.name}' raised {type(error).__name__}: {error}",
                user_exception=error,
            ) from error

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, and return just what it returns.

        Args:
            *args: a context of ``build_schedule_context``, if the function takes one.
            **kwargs: the context by name; resources by name.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit.
        """
        if self._function is None:
            raise DagsterInvalidInvocationError(
                f"The schedule '{self.name}' has no function of its own; only schedules made by @schedule can be called."
            )
        return self._function.invoke(
            self.name, ScheduleEvaluationContext, self.required_resource_keys, args, kwargs
        )

    def with_attributes(self, *, job: Any = None, metadata: RawMetadata | None = None) -> ScheduleDefinition:
        """Return the schedule with another job or other metadata."""
        changes: dict[str, Any] = {}
        if job is not None:
            changes.update(job=job, job_name=None, target=None)
        if metadata is not None:
            changes["metadata"] = metadata
        return ScheduleDefinition(self.name, **{**self._arguments, **changes})

    def with_updated_job(self, new_job: Any) -> ScheduleDefinition:
        """Return the schedule with another job."""
        return self.with_attributes(job=new_job)

    def __repr__(self) -> str:
        return f"<ScheduleDefinition '{self.name}' {self.cron_schedule}>"


def _find_target(name: str | None, job: Any, job_name: str | None, target: Any) -> Target:
    owner = f"schedule '{name}'" if name else "a schedule"
    check_type(name, str, "name", optional=True)
    check_type(job_name, str, "job_name", optional=True)
    if sum(given is not None for given in (job, job_name, target)) > 1:
        raise DagsterInvalidDefinitionError(f"Give {owner} one of job, job_name and target, not several.")
    if job is not None:
        return target_of_job(job, owner)
    if target is not None:
        return target_of_anything(target, name, owner)
    if job_name is None:
        raise CheckError(f"It is not said what {owner} starts: give target=, job= or job_name=.")
    return Target(None, job_name)


def _check_cron(cron_schedule: Any, what: str) -> str | Sequence[str]:
    if isinstance(cron_schedule, str):
        parse_cron(cron_schedule, what)
        _warn_of_long_steps(cron_schedule, what)
        return cron_schedule
    if not isinstance(cron_schedule, (list, tuple)):
        raise ParameterCheckError(
            f"cron_schedule of {what} must be text or a list of texts, not {cron_schedule!r:.200}."
        )
    if not cron_schedule:
        raise DagsterInvalidDefinitionError(f"cron_schedule of {what} is an empty list: it would never tick.")
    for cron in cron_schedule:
        parse_cron(cron, what)
        _warn_of_long_steps(cron, what)
    return list(cron_schedule)


def _warn_of_long_steps(cron: str, what: str) -> None:
    """Warn of a step that is longer than its field: `*/90` minutes is once an hour, not every hour and a half."""
    if "/" not in cron:
        return
    for field, length in zip(cron.split(), (60, 24, 31, 12, 7), strict=False):
        step = field.rpartition("/")[2] if "/" in field else ""
        if step.isdecimal() and int(step) >= length:
            from warnings import warn  # rare

            warn(
                f"{cron!r} of {what} has the step {field!r}, which is longer than its field of {length}: it starts again "
                f"with each turn, so it ticks more often than it says.",
                stacklevel=5,
            )


def _check_timezone(timezone: Any, what: str) -> str | None:
    if timezone is None:
        return None
    try:
        get_zone(check_type(timezone, str, "execution_timezone"))
    except DagsterInvalidDefinitionError as error:
        raise DagsterInvalidDefinitionError(f"execution_timezone of {what}: {error}") from error
    return str(timezone)


def _refuse_pairs(what: str, arguments: Mapping[str, Any]) -> None:
    pairs: Iterable[tuple[str, str]] = [("tags_fn", "tags"), ("run_config_fn", "run_config")]
    if arguments["execution_fn"] is not None and not isinstance(arguments["execution_fn"], TickFunction):
        pairs = [
            *pairs,
            *(
                ("execution_fn", other)
                for other in ("run_config_fn", "tags_fn", "should_execute", "run_config")
            ),
        ]
    for one, other in pairs:
        if arguments[one] is not None and arguments[other]:
            raise DagsterInvalidDefinitionError(f"Give {what} {one} or {other}, not both.")


def _check_function(function: Any, name: str) -> Any:
    return None if function is None else check_callable(function, name)


def _to_tick_function(function: Any) -> TickFunction | None:
    if function is None or isinstance(function, TickFunction):
        return function
    return TickFunction(function, "schedule")


def _to_config(config: Any) -> Mapping[str, Any]:
    to_dict = getattr(config, "to_config_dict", None)
    return to_dict() if to_dict else check_type(config or {}, Mapping, "run_config")  # type: ignore[no-any-return]


def _list_items(name: str, result: Any) -> list[Any]:
    """Return what a function returned as a list: requests, or one config, or one skip reason."""
    if result is None:
        return []
    items = list(result) if isinstance(result, (list, tuple)) else [result]
    if len(items) > 1:
        for item in items:
            if not isinstance(item, RunRequest):
                raise CheckError(
                    f"Schedule '{name}' gave several things, of which {item!r:.100} is no RunRequest. Give one SkipReason, one config, "
                    f"or RunRequests only."
                )
            if item.run_key is None:
                raise CheckError(f"Schedule '{name}' asks for several runs: each RunRequest needs a run_key.")
    elif items and not isinstance(items[0], (RunRequest, SkipReason, Mapping)):
        raise CheckError(
            f"Schedule '{name}' gave {items[0]!r:.100} of type {type(items[0]).__name__}. Expected RunRequest, SkipReason, a dict of "
            f"run config, or None."
        )
    return items
