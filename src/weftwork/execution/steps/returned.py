"""What a compute function gave back, taken apart: values, outputs, results and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weftwork.base.errors import (
    DagsterInvalidObservationError,
    DagsterInvariantViolationError,
    DagsterStepOutputNotFoundError,
)
from weftwork.base.text import quote_names
from weftwork.definitions.events import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from weftwork.execution.step_runtime import OutputRuntime
from weftwork.execution.steps.outputs import raise_if_blocking, take_check, take_output
from weftwork.execution.steps.scope import StepScope
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from weftwork.records.data_version import DataVersion, DataVersionsByPartition

_USER_EVENTS = (AssetMaterialization, AssetObservation, ExpectationResult, AssetCheckEvaluation)
_SPECIAL = (Output, DynamicOutput, MaterializeResult, ObserveResult, AssetCheckResult, *_USER_EVENTS)


class ResultTaker:
    """Takes what the function of one step gives.

    Args:
        scope: the step.
    """

    __slots__ = ("_scope", "_silent", "blocking")

    def __init__(self, scope: StepScope) -> None:
        self._scope = scope
        self._silent: tuple[str, ...] = ()  # the checks that were called and said nothing
        self.blocking: list[AssetCheckEvaluation] = []

    def take_returned(self, returned: Any) -> None:
        """Take the return value of a plain function."""
        runtime = self._scope.runtime
        if runtime.compute.takes_inputs_dict:
            self._refuse_returned(returned)
            return
        output = runtime.single_output
        context = self._scope.context
        if context is not None and context.requires_typed_event_stream and not _is_events(returned):
            self._refuse_untyped(returned)
        elif runtime.plan.observes and not isinstance(returned, (*_SPECIAL, tuple, list)):
            self._take_observed(returned)
        elif isinstance(returned, _SPECIAL):
            check_lone(f"Step '{self._scope.key}'", returned, runtime.outputs)
            self._take_event(returned)
        elif output is not None:
            self._take_single(output, returned)
        elif returned is None and not runtime.outputs:
            pass
        elif returned is None:
            self._check_may_return_none()
        elif isinstance(returned, tuple):
            self._take_tuple(returned)
        elif isinstance(returned, list) and _is_events(returned) and not _has_plain_output(returned):
            for item in returned:
                self._take_event(item)
        else:
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' has {len(runtime.outputs)} outputs ({quote_names(runtime.outputs)}), and its function "
                f"returned {type(returned).__name__}. Return a tuple in the order of the outputs, or yield Output(value, "
                f"output_name=…) for each."
            )

    def _take_observed(self, returned: Any) -> None:
        """Take what an observation function returned instead of an ObserveResult: data versions."""
        from weftwork.execution.steps.observations import take_partition_versions  # only who observes

        scope = self._scope
        outputs = scope.runtime.asset_outputs
        if returned is None and len(outputs) > 1:
            return
        output = next(iter(outputs.values()))
        if isinstance(returned, DataVersion) and (
            output.partitions_def is None or scope.run.partitions.is_partitioned
        ):
            self._take_observe(ObserveResult(asset_key=output.asset_key, data_version=returned))
        elif isinstance(returned, DataVersionsByPartition) and output.partitions_def is not None:
            take_partition_versions(scope, output, returned)
        else:
            wanted = "a DataVersion" if output.partitions_def is None else "DataVersionsByPartition"
            raise DagsterInvalidObservationError(
                f"The observation of '{output.asset_key.to_user_string() if output.asset_key else output.name}' must return "
                f"{wanted} or an ObserveResult; it returned {returned!r:.100}."
            )

    def _refuse_returned(self, returned: Any) -> None:
        if returned is not None:
            raise DagsterInvariantViolationError(
                f"The compute_fn of step '{self._scope.key}' returned {type(returned).__name__}: {returned!r:.100}. A function given "
                f"to OpDefinition yields its outputs: write `yield Output(value)`, or decorate the function with @op, which "
                f"takes returned values."
            )

    def _refuse_untyped(self, returned: Any) -> None:
        if returned is not None:
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' must give every output explicitly, and returned a plain {type(returned).__name__}: "
                f"return Output, MaterializeResult or the like. {self._why_typed()}"
            )

    def _why_typed(self) -> str:
        return self._scope.context.typed_event_stream_error_message or ""

    def _check_may_return_none(self) -> None:
        for output in self._scope.runtime.outputs.values():
            if output.required and not output.is_nothing and not output.is_dynamic:
                raise DagsterInvariantViolationError(
                    f"Step '{self._scope.key}' has the outputs {quote_names(self._scope.runtime.outputs)}, and its function "
                    f"returned None. Return a tuple in the order of the outputs, or yield Output(value, output_name=…) for "
                    f"each."
                )

    def _take_single(self, output: OutputRuntime, returned: Any) -> None:
        if output.is_dynamic:
            if returned is None and not output.required:
                return
            if not isinstance(returned, list) or not all(
                isinstance(item, DynamicOutput) for item in returned
            ):
                raise DagsterInvariantViolationError(
                    f"Output '{output.name}' of step '{self._scope.key}' is dynamic: yield DynamicOutput, or return a list of "
                    f"them; it returned {type(returned).__name__}."
                )
            for item in returned:
                self._take_event(item)
        elif output.check_key is not None:
            self._take_check_value(output, returned)
        elif (
            isinstance(returned, list)
            and returned
            and isinstance(returned[0], _SPECIAL)
            and output.asset_key is not None
        ):
            for item in returned:
                self._take_event(item)
        elif output.selected:
            if returned is None and not output.required and not output.is_nothing:
                self._scope.op_context.log.warning(
                    "Step '%s' returned None for its optional output '%s', so None is what the steps after it are given. "
                    "To leave the output out, yield Output(value) only when there is a value.",
                    self._scope.key,
                    output.name,
                )
            take_output(self._scope, output, returned)

    def _take_check_value(self, output: OutputRuntime, returned: Any) -> None:
        if isinstance(returned, bool) or type(returned).__name__ == "bool_":
            self._note(take_check(self._scope, output, AssetCheckResult(passed=bool(returned))))
            return
        if returned is None:  # accepted, as nothing is said about the asset; but hardly what was meant
            self._silent = (*self._silent, output.name)
            self._scope.op_context.log.warning(
                "Check '%s' returned None, so it says nothing about the asset. Return AssetCheckResult(passed=...).",
                output.check_key.name if output.check_key else output.name,
            )
            return
        raise DagsterInvariantViolationError(
            f"Check '{output.check_key.name if output.check_key else ''}' must return an AssetCheckResult or a boolean, not "
            f"{type(returned).__name__}."
        )

    def _take_tuple(self, returned: tuple[Any, ...]) -> None:
        outputs = [
            output for output in self._scope.runtime.outputs.values() if output.selected or len(returned) != 1
        ]
        if (
            len(returned) != len(self._scope.runtime.outputs)
            and all(isinstance(item, _SPECIAL) for item in returned)
            and not _has_plain_output(returned)
        ):
            for item in returned:
                self._take_event(item)
            return
        if len(returned) != len(outputs):
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' has {len(outputs)} outputs ({quote_names(o.name for o in outputs)}), and its function "
                f"returned a tuple of {len(returned)}."
            )
        for output, item in zip(outputs, returned, strict=True):
            if isinstance(item, (Output, DynamicOutput)):
                self._check_position(output, item)
            if isinstance(item, _SPECIAL):
                self._take_event(item)
            elif output.is_dynamic:
                self._take_single(output, item)
            else:
                take_output(self._scope, output, item)

    def _check_position(self, output: OutputRuntime, item: Output[Any] | DynamicOutput[Any]) -> None:
        if item.output_name not in (output.name, "result"):
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' returned an Output for '{item.output_name}' at the place of output '{output.name}'."
            )
        if item.output_name != output.name and isinstance(item, Output):
            item._output_name = output.name

    def take_yielded(self, events: Iterator[Any]) -> None:
        """Take everything that a generator yields."""
        for event in events:
            if not isinstance(event, _SPECIAL):
                raise DagsterInvariantViolationError(
                    f"The function of step '{self._scope.key}' yielded {type(event).__name__}: {event!r:.100}. A generator yields "
                    f"Output, DynamicOutput, MaterializeResult, AssetCheckResult, AssetMaterialization, …; to give a plain "
                    f"value, write `yield Output(value)` or `return value`."
                )
            self._take_event(event)
            self._scope.run.flush_if_due()

    def _take_event(self, event: Any) -> None:
        scope = self._scope
        if isinstance(event, Output):
            output = scope.runtime.get_output(self._name_of(event), "gave a value")
            take_output(scope, output, event.value, event.metadata, None, event.data_version, event.tags)
        elif isinstance(event, DynamicOutput):
            output = scope.runtime.get_output(event.output_name, "gave an item")
            take_output(scope, output, event.value, event.metadata, event.mapping_key)
        elif isinstance(event, MaterializeResult):
            self._take_materialize(event)
        elif isinstance(event, ObserveResult):
            self._take_observe(event)
        elif isinstance(event, AssetCheckResult):
            self._take_check(event)
        else:
            scope.emit_user_event(event)

    def _name_of(self, event: Output[Any]) -> str:
        single = self._scope.runtime.single_output
        if single is not None and event.output_name == "result":
            return single.name
        return event.output_name

    def _asset_output(self, result: MaterializeResult[Any] | ObserveResult) -> OutputRuntime:
        outputs = self._scope.runtime.asset_outputs
        what = type(result).__name__
        if not outputs:
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' gave a {what}, and makes no asset."
            )
        if result.asset_key is None:
            if len(outputs) == 1:
                return next(iter(outputs.values()))
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' makes {len(outputs)} assets, so its {what} must say which: asset_key=…, one of "
                f"{quote_names(key.to_user_string() for key in outputs)}."
            )
        found = outputs.get(result.asset_key)
        if found is None:
            raise DagsterInvariantViolationError(
                f"Step '{self._scope.key}' gave a {what} for '{result.asset_key.to_user_string()}', which it does not make; it "
                f"makes {quote_names(key.to_user_string() for key in outputs)}."
            )
        return found

    def _take_materialize(self, result: MaterializeResult[Any]) -> None:
        if self._scope.runtime.plan.observes:
            self._take_observe(result)
            return
        output = self._asset_output(result)
        value = result.value
        take_output(
            self._scope, output, value, result.recorded_metadata, None, result.data_version, result.tags
        )
        for check in result.check_results:
            self._take_check(check, output)

    def _take_observe(self, result: ObserveResult | MaterializeResult[Any]) -> None:
        from weftwork.execution.steps.observations import take_observation  # only who observes

        output = self._asset_output(result)
        take_observation(self._scope, output, result)
        for check in result.check_results:
            self._take_check(check, output)

    def _take_check(self, result: AssetCheckResult, asset: OutputRuntime | None = None) -> None:
        checks = self._scope.runtime.check_outputs
        known = [key for key in checks if asset is None or key.asset_key == asset.asset_key] or list(checks)
        key = result.resolve_target_check_key(known)
        self._note(take_check(self._scope, checks[key], result))

    def _note(self, evaluation: AssetCheckEvaluation) -> None:
        if evaluation.blocking and not evaluation.passed:
            self.blocking.append(evaluation)

    def finish(self) -> None:
        """Look at what is missing; give the outputs that carry nothing; fail on blocking checks.

        Raises:
            DagsterStepOutputNotFoundError: if an output is missing that the op must give.
            DagsterAssetCheckFailedError: if a blocking check did not pass.
        """
        scope = self._scope
        if scope.context is not None and scope.context.requires_typed_event_stream:
            self._check_all_given()
        for output in scope.runtime.outputs.values():
            if output.name in scope.produced or not output.required or output.name in self._silent:
                continue
            if output.is_dynamic:
                continue
            if output.is_nothing and output.check_key is None and not scope.runtime.plan.observes:
                take_output(scope, output, None)
            elif scope.runtime.plan.observes and output.asset_key is not None:
                self._take_observe(ObserveResult(asset_key=output.asset_key))
            else:
                self._explain_missing(output)
        for evaluation in self.blocking:
            raise_if_blocking(evaluation)

    def _check_all_given(self) -> None:
        scope = self._scope
        missing = [
            output.name
            for output in scope.runtime.outputs.values()
            if output.selected and not output.is_dynamic and output.name not in scope.produced
        ]
        if missing:
            raise DagsterInvariantViolationError(
                f"Step '{scope.key}' must give every output explicitly, and did not give {quote_names(missing)}. "
                f"{self._why_typed()}"
            )

    def _explain_missing(self, output: OutputRuntime) -> None:
        scope = self._scope
        how = (
            f"return or yield AssetCheckResult for check '{output.check_key.name}'"
            if output.check_key
            else (f"yield Output(value, output_name='{output.name}')")
        )
        raise DagsterStepOutputNotFoundError(
            f"Step '{scope.key}' ended without its output '{output.name}'. In the function, {how}; or declare the output with "
            f"is_required=False.",
            step_key=scope.key, output_name=output.name,
        )  # fmt: skip


def check_lone(who: str, event: Any, outputs: Mapping[str, Any]) -> None:
    """Look whether one event is all that a function may return.

    Args:
        who: the step or op, for the message.
        event: what it returned.
        outputs: its outputs by name.

    Raises:
        DagsterInvariantViolationError: if the function must return something else.
    """
    if isinstance(event, Output) and len(outputs) > 1:
        what = "a tuple in the order of the outputs"
    elif isinstance(event, DynamicOutput) and len(outputs) == 1:
        what = "a list of DynamicOutput"
    elif isinstance(event, _USER_EVENTS) and any(
        output.check_key is None and not output.is_nothing for output in outputs.values()
    ):
        what = "the value of the output, and log events with context.log_event"
    else:
        return
    raise DagsterInvariantViolationError(
        f"{who} has the outputs {quote_names(outputs)}, and its function returned a lone {type(event).__name__}. Return "
        f"{what}; or yield everything."
    )


def _has_plain_output(returned: Any) -> bool:
    return any(isinstance(item, Output) for item in returned)


def _is_events(returned: Any) -> bool:
    if isinstance(returned, (tuple, list)):
        return bool(returned) and all(isinstance(item, _SPECIAL) for item in returned)
    return isinstance(returned, _SPECIAL)
