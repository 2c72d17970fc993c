"""Every exception that Weftwork raises, as one tree.

DagsterError
├── the user's mistake
│   ├── DagsterInvalidDefinitionError          an op, graph, job, asset … is declared wrongly
│   │   └── DagsterImportError                 a file or module with definitions cannot be imported
│   ├── DagsterInvalidConfigDefinitionError    a config schema is no schema
│   ├── DagsterInvalidPythonicConfigDefinitionError, …InPythonicConfigDefinitionError
│   ├── DagsterInvalidConfigError              run config does not fit its schema (all errors at once)
│   ├── DagsterInvalidInvocationError          an op, context or function is called wrongly
│   ├── DagsterInvalidSubsetError              a selection matches nothing or splits what is whole
│   │   └── SplitAssetsError, UnknownAssetsError   (they are errors of the definition, too)
│   ├── DagsterInvalidAssetSelectionError      the text of an asset selection cannot be read
│   ├── DagsterInvalidPropertyError            a context has no such property here
│   ├── DagsterInvalidMetadata, DagsterInvalidAssetKey, DagsterInvalidObservationError
│   ├── DagsterUnknownResourceError, DagsterUnknownPartitionError, DagsterStepOutputNotFoundError, …
│   ├── DagsterInvariantViolationError         anything else that was promised and not kept
│   │   └── NoSinglePartitionError             one partition is asked for where there is none, or several
│   └── DagsterTypeCheckDidNotPass             a value is not of its declared type
└── the world's failure
    ├── DagsterUserCodeExecutionError          user code raised (the cause is its exception)
    │   └── step, resource, type, hook, IO manager, schedule, sensor … variants
    ├── DagsterRunNotFoundError, DagsterRunAlreadyExists, DagsterRunConflict
    ├── DagsterHomeNotSetError, DagsterStorageError
    ├── AccessDeniedError                      somebody may not do what they ask for
    ├── DagsterCodeLocationLoadError, …NotFoundError, DagsterUserCodeUnreachableError, …ProcessError
    ├── DagsterStepTimeoutError, DagsterRunTimeoutError
    └── DagsterSubprocessError, DagsterLaunchFailedError, DagsterUnmetExecutorRequirementsError

CheckError (an argument of the wrong kind) and DagsterExecutionInterruptedError (a BaseException, as
KeyboardInterrupt is) stand beside the tree, as documented.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

ExcInfo = tuple[type[BaseException], BaseException, types.TracebackType | None] | tuple[None, None, None]


class CheckError(Exception):
    """An argument or a value is not of the kind that was asked for."""


class ParameterCheckError(CheckError):
    """A parameter of a call is not of the kind that was asked for."""


class DagsterError(Exception):
    """Root of all errors that Weftwork raises on purpose."""

    @property
    def is_user_code_error(self) -> bool:
        """Whether the cause is an exception of the user's own code."""
        return False


class DagsterInvalidDefinitionError(DagsterError):
    """A definition (op, graph, job, asset, resource, …) is declared wrongly."""


class DagsterImportError(DagsterInvalidDefinitionError):
    """A file or module that should hold definitions cannot be imported."""


class DagsterCodeLocationLoadError(DagsterError):
    """A code location cannot be loaded."""


class DagsterCodeLocationNotFoundError(DagsterError):
    """No code location has that name."""


class DagsterUserCodeUnreachableError(DagsterError):
    """The server of a code location does not answer, or not in time.

    Attributes:
        timed_out: whether it took too long.
    """

    def __init__(self, *args: object, timed_out: bool = False) -> None:
        super().__init__(*args)
        self.timed_out = timed_out


class DagsterUserCodeProcessError(DagsterError):
    """User code raised in the process of its code location.

    Attributes:
        error_info: what it raised, as data, with the user's own lines.
        is_mistake: whether what was asked for is at fault, such as a name that does not exist.
    """

    def __init__(self, *args: object, error_info: Any = None, is_mistake: bool = False) -> None:
        super().__init__(*args)
        self.error_info = error_info
        self.is_mistake = is_mistake

    @property
    def is_user_code_error(self) -> bool:
        """Whether it is an exception of the user's own code."""
        return not self.is_mistake


class DagsterInvalidInvocationError(DagsterError):
    """An op, a hook, a context or a function is called wrongly."""


class DagsterInvalidSubsetError(DagsterError):
    """A selection matches nothing, or splits what cannot be split."""


class UnknownAssetsError(DagsterInvalidSubsetError, DagsterInvalidDefinitionError):
    """A selection names what is not there, or is not made here; both the selection and the definitions may be mended."""


class SplitAssetsError(DagsterInvalidSubsetError, DagsterInvalidDefinitionError):
    """A selection splits what cannot be split; both the selection and the definition may be mended."""


class DagsterInvalidAssetSelectionError(DagsterError):
    """The text of an asset selection cannot be read."""


class DagsterInvalidPropertyError(DagsterError):
    """A property is asked of a context that does not have it there."""


class DagsterInvariantViolationError(DagsterError):
    """Something that was promised is not kept."""


class NoSinglePartitionError(DagsterInvariantViolationError, CheckError):
    """One partition is asked for, where there is none or are several."""


class DagsterInvalidMetadata(DagsterError):
    """A metadata value is of no kind that can be recorded."""


class DagsterInvalidAssetKey(DagsterError):
    """An asset key cannot be read from what was given."""


class DagsterInvalidObservationError(DagsterError):
    """An observation function did not give what an observation needs."""


class DagsterStepOutputNotFoundError(DagsterError):
    """A step ended without an output that it must produce."""

    def __init__(self, *args: object, step_key: str | None = None, output_name: str | None = None) -> None:
        super().__init__(*args)
        self.step_key = step_key
        self.output_name = output_name


class DagsterExecutionStepNotFoundError(DagsterError):
    """A step is named that the plan does not have."""

    def __init__(self, *args: object, step_keys: Sequence[str] = ()) -> None:
        super().__init__(*args)
        self.step_keys = list(step_keys)


class DagsterUnknownPartitionError(DagsterError):
    """A partition is named that does not exist."""


class DagsterUnknownStepStateError(DagsterError):
    """A run ended while the state of one of its steps is unknown."""


class DagsterUnknownResourceError(DagsterError, AttributeError):
    """A resource is read that was not declared as required."""

    def __init__(self, resource_name: str, *args: object) -> None:
        self.resource_name = resource_name
        message = (
            args[0]
            if args
            else (
                f"Resource '{resource_name}' is not available here: it was not declared as required. "
                f"Add '{resource_name}' to required_resource_keys, or take it as a parameter."
            )
        )
        super().__init__(message)


class DagsterInvalidConfigDefinitionError(DagsterError):
    """A config schema holds something that is no config type."""

    def __init__(
        self, original_root: object, current_value: object, stack: Sequence[str], reason: str | None = None
    ) -> None:
        self.original_root = original_root
        self.current_value = current_value
        self.stack = list(stack)
        where = "".join(f" at '{':'.join(self.stack)}'" for _ in (1,) if self.stack)
        super().__init__(
            f"Not a config type{where}: {current_value!r}. Expected a Field, a builtin type (int, str, float, bool), "
            f"a dict of fields, a one-element list, or one of Selector, Permissive, Noneable, Array, Map, Enum."
            + (f" {reason}" if reason else "")
        )


class DagsterInvalidPythonicConfigDefinitionError(DagsterError):
    """A field of a Config class has a type that config cannot hold."""

    def __init__(
        self,
        config_class: type | None = None,
        field_name: str | None = None,
        invalid_type: object = None,
        is_resource: bool = False,
    ) -> None:
        self.config_class = config_class
        self.field_name = field_name
        self.invalid_type = invalid_type
        self.is_resource = is_resource
        owner = config_class.__name__ if config_class else "a Config class"
        super().__init__(
            f"Field '{field_name}' of {owner} has type {invalid_type!r}, which config cannot hold."
            + (
                " A field that takes another resource must be annotated with its class or ResourceDependency."
                if is_resource
                else " Use builtin types, other Config classes, enums or pydantic types."
            )
        )


class DagsterInvalidDagsterTypeInPythonicConfigDefinitionError(DagsterError):
    """A field of a Config class is annotated with a DagsterType instead of a Python type."""

    def __init__(self, config_class_name: str, field_name: str | None) -> None:
        self.config_class_name = config_class_name
        self.field_name = field_name
        super().__init__(
            f"Field '{field_name}' of {config_class_name} is annotated with a DagsterType. Annotate it with the "
            f"Python type instead."
        )


class DagsterInvalidConfigError(DagsterError):
    """Config does not fit its schema; carries every error at once.

    Attributes:
        errors: the single errors, each with ``reason``, ``message`` and ``stack`` (its path).
        config_value: the config as it was given.
    """

    def __init__(self, preamble: str, errors: Sequence[Any], config_value: object) -> None:
        self.preamble = preamble
        self.errors = list(errors)
        self.config_value = config_value
        lines = [preamble]
        for number, error in enumerate(self.errors, start=1):
            lines.append(f"    Error {number}: {getattr(error, 'message', error)}")
        super().__init__("\n".join(lines))


class DagsterUnmetExecutorRequirementsError(DagsterError):
    """The executor needs something of the job, its storage or its instance that is not there."""


class DagsterEventLogInvalidForRun(DagsterError):
    """The event log of a run cannot be read."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"The event log of run {run_id} cannot be read.")


class DagsterRunNotFoundError(DagsterError):
    """No run has that id."""

    def __init__(self, *args: object, invalid_run_id: str | None = None) -> None:
        super().__init__(*args)
        self.invalid_run_id = invalid_run_id


class DagsterRunAlreadyExists(DagsterError):
    """A run with that id exists."""


class DagsterRunConflict(DagsterError):
    """A run with that id exists and is another run."""


class DagsterSnapshotDoesNotExist(DagsterError):
    """A stored snapshot is asked for that is not there."""


class DagsterHomeNotSetError(DagsterError):
    """A persistent instance is asked for while DAGSTER_HOME is not set."""


class AccessDeniedError(DagsterError):
    """Somebody asks for what their role, or a read-only server, does not allow."""


class DagsterStorageError(DagsterError):
    """The store cannot be read or written: it is full, locked, damaged, or of a newer version.

    Attributes:
        is_transient: whether the same may well succeed later: it is locked, full, or the server is away.
        is_full: whether there is no space left where it is kept.
    """

    def __init__(self, *args: object, is_transient: bool = False, is_full: bool = False) -> None:
        super().__init__(*args)
        self.is_transient = is_transient
        self.is_full = is_full


class StoreAwayError(DagsterStorageError):
    """A run has waited for its store as long as it may, and ends."""


class DagsterUndefinedDataVersionError(DagsterError):
    """A data version is asked for that was never recorded."""


class DagsterAssetCheckFailedError(DagsterError):
    """A blocking asset check of severity ERROR did not pass."""


class DagsterBackfillFailedError(DagsterError):
    """A backfill ended in failure."""


class DagsterSubprocessError(DagsterError):
    """A child process ended with an error."""

    def __init__(self, *args: object, subprocess_error_infos: Sequence[Any] = ()) -> None:
        super().__init__(*args)
        self.subprocess_error_infos = list(subprocess_error_infos)


class ChildProcessCrashException(DagsterError):
    """The process of a step ended before the step did.

    Attributes:
        exit_code: the exit code of the process; None if a signal ended it.
    """

    def __init__(self, *args: object, exit_code: int | None = None) -> None:
        super().__init__(*args)
        self.exit_code = exit_code


class DagsterLaunchFailedError(DagsterError):
    """A run cannot be launched."""


class DagsterPipesExecutionError(Exception):
    """An external process that reports through pipes ended with an error."""


class DagsterTypeCheckDidNotPass(DagsterError):
    """A value is not of its declared type.

    Attributes:
        description: what the type check said.
        metadata: what the type check recorded.
        dagster_type: the declared type.
    """

    # Makes metadata values of plain ones; set by the module of metadata, of which errors know nothing.
    normalize: ClassVar[Callable[[Mapping[str, Any]], dict[str, Any]]] = dict

    def __init__(
        self,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        dagster_type: Any = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.metadata = type(self).normalize(metadata or {})
        self.dagster_type = dagster_type


class DagsterExecutionInterruptedError(BaseException):
    """A run or step is interrupted; derives from BaseException so that ``except Exception`` lets it pass."""


class DagsterUserCodeExecutionError(DagsterError):
    """User code raised; the exception is kept as ``user_exception`` and as ``__cause__``.

    Attributes:
        user_exception: the user's own exception object.
        original_exc_info: its (type, value, traceback).
    """

    def __init__(
        self,
        *args: object,
        user_exception: BaseException | None = None,
        original_exc_info: ExcInfo | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(*args)
        if user_exception is None and original_exc_info:
            user_exception = original_exc_info[1]
        self.user_exception = user_exception
        self.original_exc_info = original_exc_info or (
            (type(user_exception), user_exception, user_exception.__traceback__)
            if user_exception
            else (None,) * 3
        )
        self.__cause__ = user_exception
        for name, value in facts.items():
            setattr(self, name, value)

    @property
    def is_user_code_error(self) -> bool:
        """Always True: the cause is an exception of the user's own code."""
        return True


class DagsterExecutionStepExecutionError(DagsterUserCodeExecutionError):
    """The function of an op raised.  Attributes: ``step_key``, ``op_name``, ``op_def_name``."""


class DagsterExecutionLoadInputError(DagsterUserCodeExecutionError):
    """An IO manager or input manager raised while it loaded an input."""


class DagsterExecutionHandleOutputError(DagsterUserCodeExecutionError):
    """An IO manager raised while it stored an output."""


class DagsterResourceFunctionError(DagsterUserCodeExecutionError):
    """The function of a resource raised."""


class DagsterConfigMappingFunctionError(DagsterUserCodeExecutionError):
    """The function of a config mapping raised."""


class DagsterTypeCheckError(DagsterUserCodeExecutionError):
    """The function of a type check raised."""


class DagsterTypeLoadingError(DagsterUserCodeExecutionError):
    """The loader of a type raised."""


class DagsterUserCodeLoadError(DagsterUserCodeExecutionError):
    """User code raised while it was imported."""


class HookExecutionError(DagsterUserCodeExecutionError):
    """A hook raised."""


class JobError(DagsterUserCodeExecutionError):
    """A function that belongs to a job raised."""


class PartitionExecutionError(DagsterUserCodeExecutionError):
    """A function that gives partitions or their config raised."""


class ScheduleExecutionError(DagsterUserCodeExecutionError):
    """The function of a schedule raised."""


class SensorExecutionError(DagsterUserCodeExecutionError):
    """The function of a sensor raised."""


class RunStatusSensorExecutionError(DagsterUserCodeExecutionError):
    """The function of a run status sensor raised."""


class DagsterMaxRetriesExceededError(DagsterError):
    """A step asked for more retries than it may have."""

    @staticmethod
    def from_count(step_key: str, max_retries: int, last: BaseException) -> DagsterMaxRetriesExceededError:
        """Build the error for a step that may retry ``max_retries`` times, and failed with ``last`` in the end."""
        times = "once" if max_retries == 1 else f"{max_retries} times"
        return DagsterMaxRetriesExceededError(
            f"Step '{step_key}' failed again after it was retried {times}, as often as it may be: "
            f"{type(last).__name__}: {last}"
        )


class DagsterStepTimeoutError(DagsterError, TimeoutError):
    """A step took longer than it may.

    Args:
        step_key: the step.
        timeout_s: the seconds that it may take.
    """

    def __init__(self, step_key: str, timeout_s: float) -> None:
        self.step_key = step_key
        self.timeout_s = timeout_s
        super().__init__(
            f"Step '{step_key}' was stopped: it took longer than its timeout of {timeout_s:g} seconds."
        )


class DagsterRunTimeoutError(DagsterError, TimeoutError):
    """A run took longer than it may.

    Args:
        timeout_s: the seconds that it may take.
        step_key: the step that was stopped, if one was.
    """

    allow_retries = False

    def __init__(self, timeout_s: float, step_key: str | None = None) -> None:
        self.step_key = step_key
        self.timeout_s = timeout_s
        what = f"Step '{step_key}' was stopped: the" if step_key else "The"
        super().__init__(
            f"{what} run took longer than {timeout_s:g} seconds, which its tag 'dagster/max_runtime' allows."
        )
