"""The builtin executors' names and config; the execution floor knows how to run them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.config.containers import Noneable, ScalarUnion
from weftwork.config.schema import Field, Selector
from weftwork.definitions.executors.executor_definition import (
    ExecutorDefinition,
    ExecutorRequirement,
    multiple_process_executor_requirements,
)

_CHOICE = Field({}, default_value={})
_RETRIES = Field(
    Selector({"enabled": _CHOICE, "disabled": _CHOICE}),
    default_value={"enabled": {}},
    is_required=False,
    description="Whether failed steps are tried again as their retry policies say.",
)
_STEP_DEPENDENCY_CONFIG = Field(
    {"require_upstream_step_success": Field(bool, is_required=False, default_value=True)},
    is_required=False,
    description="Whether a step waits until the steps before it have succeeded, or only for the outputs it takes.",
)
IN_PROCESS_CONFIG: Mapping[str, Field] = {
    "retries": _RETRIES,
    "marker_to_close": Field(str, is_required=False, description="Accepted for compatibility."),
    "step_dependency_config": _STEP_DEPENDENCY_CONFIG,
}
_TAG_LIMITS = Field(
    [
        {
            "key": str,
            "value": Field(ScalarUnion(str, {"applyLimitPerUniqueValue": Field(bool, is_required=True)}), is_required=False),
            "limit": Field(int),
        }
    ],
    is_required=False,
    description="How many steps with a tag, or with a tag and value, run at once at most.",
)  # fmt: skip
CONCURRENT_CONFIG: Mapping[str, Field] = {
    "max_concurrent": Field(
        Noneable(int), default_value=None, is_required=False,
        description="How many steps run at once at most; nothing or 0 for what suits the machine.",
    ),
    "tag_concurrency_limits": _TAG_LIMITS,
    "retries": _RETRIES,
    "step_dependency_config": _STEP_DEPENDENCY_CONFIG,
}  # fmt: skip
MULTI_PROCESS_CONFIG: Mapping[str, Field] = {
    "max_concurrent": Field(
        Noneable(int), default_value=None, is_required=False,
        description="How many steps run at once at most; nothing or 0 for one per processor.",
    ),
    "tag_concurrency_limits": _TAG_LIMITS,
    "start_method": Field(
        Selector(
            {
                "spawn": Field({}, default_value={}, description="Each step in a fresh Python process."),
                "forkserver": Field(
                    {"preload_modules": Field([str], is_required=False, description="Modules that are loaded beforehand.")},
                    default_value={},
                    description="Each step forked from a server process.",
                ),
                "fork": Field({}, default_value={}, description="Each step forked from the run's process."),
            }
        ),
        is_required=False,
        description="How the process of a step comes to be (default: forked from the run's process where that is safe).",
    ),
    "retries": _RETRIES,
    "step_dependency_config": _STEP_DEPENDENCY_CONFIG,
}  # fmt: skip


def _with_defaults(config: Mapping[str, Field], description: str | None = None) -> Field:
    defaults = {name: field.default_value for name, field in config.items() if field.default_provided}
    return Field(dict(config), is_required=False, default_value=defaults, description=description)


_CONCURRENT_FIELD = _with_defaults(CONCURRENT_CONFIG)


def _requirements_of_choice(config: Mapping[str, Any]) -> list[ExecutorRequirement]:
    return multiple_process_executor_requirements() if "multiprocess" in config else []


in_process_executor = ExecutorDefinition(
    "in_process",
    _with_defaults(IN_PROCESS_CONFIG),
    [],
    None,
    "Runs the steps one after another in the run's process.",
)
thread_executor = ExecutorDefinition(
    "thread_executor",
    _CONCURRENT_FIELD,
    [],
    None,
    "Runs several steps at once, each in a thread of the run's process.",
)
async_executor = ExecutorDefinition(
    "async_executor", _CONCURRENT_FIELD, [], None,
    "Awaits the steps whose functions are asynchronous together; runs the other ones in threads.",
)  # fmt: skip
multiprocess_executor = ExecutorDefinition(
    "multiprocess", _with_defaults(MULTI_PROCESS_CONFIG), multiple_process_executor_requirements(), None,
    "Runs each step in a process of its own, several at once.",
)  # fmt: skip
multi_or_in_process_executor = ExecutorDefinition(
    "multi_or_in_process_executor",
    Field(
        Selector(
            {
                "multiprocess": _with_defaults(MULTI_PROCESS_CONFIG, "Each step in a process of its own."),
                "in_process": _with_defaults(IN_PROCESS_CONFIG, "All steps in the run's process."),
            }
        ),
        default_value={"multiprocess": {}},
    ),
    _requirements_of_choice,
    None,
    "Runs each step in a process of its own, or all of them in the run's process, as the config says.",
)
