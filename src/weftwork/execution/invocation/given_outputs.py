"""What a function that was called directly gave: checked as in a run, and handed on as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError, DagsterTypeCheckDidNotPass
from weftwork.base.text import quote_names
from weftwork.definitions.events import (
    NO_VALUE,
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from weftwork.execution.invocation.direct_runtime import DirectOutput
from weftwork.execution.invocation.direct_step import DirectStep
from weftwork.execution.steps.returned import check_lone
from weftwork.execution.steps.type_checks import check_value
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)

_USER_EVENTS = (AssetMaterialization, AssetObservation, ExpectationResult, AssetCheckEvaluation)
_SPECIAL = (Output, DynamicOutput, MaterializeResult, ObserveResult, AssetCheckResult, *_USER_EVENTS)


class GivenOutputs:
    """Checks what a function gave.

    Args:
        step: what stands for the step; it is told what was given.
    """

    __slots__ = ("_name", "_runtime", "_step")

    def __init__(self, step: DirectStep) -> None:
        self._step = step
        self._runtime = step.runtime
        self._name = step.key

    def check_returned(self, returned: Any) -> Any:
        """Return what a plain function returned, after a look at it.

        Raises:
            DagsterInvariantViolationError: if it does not fit the outputs.
            DagsterTypeCheckDidNotPass: if a value is not of its declared type.
        """
        outputs = self._runtime.outputs
        single = self._runtime.single_output
        if isinstance(returned, _SPECIAL):
            check_lone(f"'{self._name}'", returned, outputs)
            self.check(returned)
        elif single is not None:
            self._check_single(single, returned)
        elif returned is None:
            pass
        elif _is_results(returned) and not any(isinstance(item, Output) for item in returned):
            for item in returned:
                self.check(item)
        elif isinstance(returned, tuple):
            self._check_tuple(returned)
        elif not outputs:
            raise DagsterInvariantViolationError(
                f"'{self._name}' is declared without outputs, and returned {type(returned).__name__}. Return nothing, or give it "
                f"an output."
            )
        else:
            raise DagsterInvariantViolationError(
                f"'{self._name}' has {len(outputs)} outputs ({quote_names(outputs)}), and returned "
                f"{type(returned).__name__}. Return a tuple in the order of the outputs, or yield Output(value, output_name=…) "
                f"for each."
            )
        self._check_missing(may_fill=not self._step.notes.requires_typed_event_stream)
        return returned

    def _check_tuple(self, returned: tuple[Any, ...]) -> None:
        outputs = list(self._runtime.outputs.values())
        if len(outputs) != len(returned):
            raise DagsterInvariantViolationError(
                f"'{self._name}' has {len(outputs)} outputs ({quote_names(self._runtime.outputs)}), and returned a tuple of "
                f"{len(returned)}."
            )
        for output, item in zip(outputs, returned, strict=True):
            if isinstance(item, Output):
                if item.output_name not in (output.name, "result"):
                    raise DagsterInvariantViolationError(
                        f"'{self._name}' returned an Output for '{item.output_name}' at the place of output '{output.name}'."
                    )
                self._check_value(output, item.value)
                self._note(output.name)
            elif isinstance(item, _SPECIAL):
                self.check(item)
            else:
                self._check_single(output, item)

    def _check_single(self, output: DirectOutput, returned: Any) -> None:
        if output.is_dynamic:
            self._check_dynamic(output, returned)
        elif output.check_key is not None and not isinstance(returned, AssetCheckResult):
            if not isinstance(returned, bool) and type(returned).__name__ != "bool_" and returned is not None:
                raise DagsterInvariantViolationError(
                    f"Check '{output.check_key.name}' must return an AssetCheckResult or a boolean, not "
                    f"{type(returned).__name__}."
                )
            self._note(output.name)
        elif output.asset_key is not None and _is_results(returned):
            for event in returned:
                self.check(event)
        elif returned is None and output.is_nothing and self._step.notes.requires_typed_event_stream:
            pass  # nothing was given explicitly
        else:
            self._check_value(output, returned)
            self._note(output.name)

    def _check_dynamic(self, output: DirectOutput, returned: Any) -> None:
        if returned is None and not output.required:
            return
        if not isinstance(returned, list) or not all(isinstance(item, DynamicOutput) for item in returned):
            raise DagsterInvariantViolationError(
                f"Output '{output.name}' of '{self._name}' is dynamic: yield DynamicOutput, or return a list of them; it "
                f"returned {type(returned).__name__}."
            )
        for item in returned:
            self.check(item)
        self._step.given.add((output.name, None))

    # ------------------------------------------------------------------------------------- events

    def check(self, event: Any) -> None:
        """Look at one event that the function yielded or returned.

        Raises:
            DagsterInvariantViolationError: if it does not fit the outputs.
            DagsterTypeCheckDidNotPass: if a value is not of its declared type.
        """
        if isinstance(event, Output):
            self._check_output(event)
        elif isinstance(event, DynamicOutput):
            self._check_item(event)
        elif isinstance(event, (MaterializeResult, ObserveResult)):
            self._check_asset_result(event)
        elif isinstance(event, AssetCheckResult):
            self._check_check_result(event)
        elif not isinstance(event, _USER_EVENTS):
            raise DagsterInvariantViolationError(
                f"'{self._name}' yielded {type(event).__name__}: {event!r:.100}. A generator yields Output, DynamicOutput, "
                f"MaterializeResult, AssetCheckResult, AssetMaterialization, …; to give a plain value, write "
                f"`yield Output(value)`."
            )

    def _check_output(self, event: Output[Any]) -> None:
        single = self._runtime.single_output
        name = single.name if single is not None and event.output_name == "result" else event.output_name
        output = self._runtime.get_output(name, "gave a value")
        if output.is_dynamic:
            raise DagsterInvariantViolationError(
                f"Output '{name}' of '{self._name}' is dynamic: it takes DynamicOutput, not a plain Output."
            )
        self._check_value(output, event.value)
        self._note(name)

    def _check_item(self, event: DynamicOutput[Any]) -> None:
        output = self._runtime.get_output(event.output_name, "gave an item")
        if not output.is_dynamic:
            raise DagsterInvariantViolationError(
                f"Output '{output.name}' of '{self._name}' is not dynamic, so it takes no DynamicOutput: declare it with "
                f"DynamicOut."
            )
        self._check_value(output, event.value)
        self._note(output.name, event.mapping_key)
        self._step.given.add((output.name, None))

    def _check_asset_result(self, event: MaterializeResult[Any] | ObserveResult) -> None:
        outputs = self._runtime.asset_outputs
        what = type(event).__name__
        if event.asset_key is None and len(outputs) > 1:
            raise DagsterInvariantViolationError(
                f"'{self._name}' makes {len(outputs)} assets, so its {what} must say which: asset_key=…, one of "
                f"{quote_names(key.to_user_string() for key in outputs)}."
            )
        output = (
            next(iter(outputs.values()), None) if event.asset_key is None else outputs.get(event.asset_key)
        )
        if output is None:
            if not outputs and self._runtime.single_output is not None:  # an observed source, or a plain op
                self._note(self._runtime.single_output.name)
                return
            asked = event.asset_key.to_user_string() if event.asset_key is not None else ""
            raise DagsterInvariantViolationError(
                f"'{self._name}' gave a {what} for '{asked}', which it does not make; it makes "
                f"{quote_names(key.to_user_string() for key in outputs) or 'no assets'}."
            )
        value = getattr(event, "value", NO_VALUE)
        if value is not NO_VALUE and not output.is_nothing:
            self._check_value(output, value)
        self._note(output.name)
        for result in event.check_results:
            self._check_check_result(result, output)

    def _check_check_result(self, result: AssetCheckResult, asset: DirectOutput | None = None) -> None:
        checks = self._runtime.check_outputs
        if not checks and asset is None:
            if self._runtime.single_output is not None:  # a plain op that gives it as a value
                self._note(self._runtime.single_output.name)
            return
        known = [key for key in checks if asset is None or key.asset_key == asset.asset_key] or list(checks)
        self._note(checks[result.resolve_target_check_key(known)].name)

    def _check_value(self, output: DirectOutput, value: Any) -> None:
        if output.type.is_any:
            return
        checked = check_value(self._step, output.type, output.name, value)
        if not checked.success:
            raise DagsterTypeCheckDidNotPass(
                f"Output '{output.name}' of '{self._name}' must be of type {output.type.display_name}, and is not: "
                f"{checked.description or repr(value)[:200]}",
                metadata=checked.metadata, dagster_type=output.type,
            )  # fmt: skip

    def _note(self, name: str, mapping_key: str | None = None) -> None:
        if (name, mapping_key) in self._step.given:
            item = f", item '{mapping_key}'," if mapping_key is not None else ""
            raise DagsterInvariantViolationError(
                f"'{self._name}' gave output '{name}'{item} twice; each is given once."
            )
        self._step.given.add((name, mapping_key))

    # ------------------------------------------------------------------------------------ the end

    def iterate(self, events: Iterator[Any]) -> Iterator[Any]:
        """Yield what a generator yields, after a look at it, and what it left out because it carries nothing."""
        for event in events:
            self.check(event)
            yield event
        yield from self.list_unsaid()

    def list_unsaid(self) -> list[Output[Any]]:
        """Return the outputs that were left out because they carry nothing.

        Raises:
            DagsterInvariantViolationError: if another output is missing.
        """
        return self._check_missing(may_fill=not self._step.notes.requires_typed_event_stream)

    def _check_missing(self, *, may_fill: bool) -> list[Output[Any]]:
        filled: list[Output[Any]] = []
        for output in self._runtime.outputs.values():
            if not output.required or output.is_dynamic or (output.name, None) in self._step.given:
                continue
            if output.is_nothing and output.check_key is None and may_fill:
                filled.append(Output(None, output.name))
                continue
            why = self._step.notes.typed_event_stream_error_message
            raise DagsterInvariantViolationError(
                f"'{self._name}' ended without its output '{output.name}': yield Output(value, output_name='{output.name}'), or "
                f"declare it with is_required=False.{' ' + why if why else ''}"
            )
        return filled


def _is_results(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple)) and bool(value) and all(isinstance(item, _SPECIAL) for item in value)
    )
