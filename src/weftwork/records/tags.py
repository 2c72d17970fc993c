"""Tags that the system itself reads and writes, and the form that users' tags must have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import quote_names
from weftwork.base.warnings import warn_user

SYSTEM_TAG_PREFIX = "dagster/"
HIDDEN_TAG_PREFIX = ".dagster/"

CODE_VERSION_TAG = "dagster/code_version"
DATA_VERSION_TAG = "dagster/data_version"
INPUT_DATA_VERSION_TAG_PREFIX = "dagster/input_data_version"
INPUT_EVENT_POINTER_TAG_PREFIX = "dagster/input_event_pointer"
DATA_VERSION_IS_USER_PROVIDED_TAG = "dagster/data_version_is_user_provided"

CODE_LOCATION_TAG = "dagster/code_location"
PARTITION_NAME_TAG = "dagster/partition"
PARTITION_SET_TAG = "dagster/partition_set"
MULTIDIMENSIONAL_PARTITION_PREFIX = "dagster/partition/"
ASSET_PARTITION_RANGE_START_TAG = "dagster/asset_partition_range_start"
ASSET_PARTITION_RANGE_END_TAG = "dagster/asset_partition_range_end"

PARENT_RUN_ID_TAG = "dagster/parent_run_id"
ROOT_RUN_ID_TAG = "dagster/root_run_id"
RESUME_RETRY_TAG = "dagster/is_resume_retry"
STEP_SELECTION_TAG = "dagster/step_selection"
OP_SELECTION_TAG = "dagster/solid_selection"
BACKFILL_ID_TAG = "dagster/backfill"
SCHEDULE_NAME_TAG = "dagster/schedule_name"
SENSOR_NAME_TAG = "dagster/sensor_name"
TICK_ID_TAG = "dagster/tick"
RUN_KEY_TAG = "dagster/run_key"
PRIORITY_TAG = "dagster/priority"
MAX_RETRIES_TAG = "dagster/max_retries"
RETRY_STRATEGY_TAG = "dagster/retry_strategy"
RETRY_NUMBER_TAG = "dagster/retry_number"
RETRY_ON_STEP_FAILURE_TAG = "dagster/retry_on_asset_or_op_failure"
RETRY_DELAY_TAG = "dagster/retry_delay"
RETRY_BACKOFF_TAG = "dagster/retry_backoff"
WILL_RETRY_TAG = "dagster/will_retry"
AUTO_RETRY_RUN_ID_TAG = "dagster/auto_retry_run_id"
NOT_BEFORE_TAG = ".dagster/not_before"
TO_SUBMIT_TAG = ".dagster/to_submit"
FAILURE_REASON_TAG = "dagster/failure_reason"
ONLY_STALE_TAG = "weft/only_stale"
MAX_RUNTIME_SECONDS_TAG = "dagster/max_runtime"
CONCURRENCY_KEY_TAG = "dagster/concurrency_key"
COMPUTE_KIND_TAG = "kind"
KIND_PREFIX = "dagster/kind/"
RUN_ISOLATION_TAG = "dagster/isolation"

_DEFINITION_KEY = re.compile(r"^(?:[A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}\Z")


def normalize_tags(tags: Mapping[str, Any] | None, what: str = "tags") -> dict[str, str]:
    """Return tags as text to text, everything that is not text written as JSON.

    Args:
        tags: the tags as the user gave them; None for none.
        what: whose tags they are, for the message.

    Raises:
        DagsterInvalidDefinitionError: if a value does not survive JSON.
        ParameterCheckError: if it is no mapping, or a key is not text.
    """
    if not tags:
        return {}
    if not isinstance(tags, Mapping):
        raise ParameterCheckError(
            f"{what[0].upper()}{what[1:]} must be a mapping of text to text, not {type(tags).__name__}."
        )
    return {
        _check_key(key, what): value if isinstance(value, str) else _to_json(key, value, what)
        for key, value in tags.items()
    }


def normalize_definition_tags(tags: Mapping[str, Any] | None, what: str) -> dict[str, str]:
    """Return the tags of an op, graph or job as text to text; warn of keys that cannot be searched for.

    Args:
        tags: the tags as the user gave them; None for none.
        what: whose tags they are, for the message.

    Raises:
        DagsterInvalidDefinitionError: if a value does not survive JSON.
        ParameterCheckError: if it is no mapping, or a key is not text.
    """
    found = normalize_tags(tags, what)
    odd = [key for key in found if not _DEFINITION_KEY.match(key)]
    if odd:
        warn_user(
            f"Tag keys {quote_names(odd)} in {what} will be refused in a later version. A key is 1 to 63 of the characters "
            f"A-Z a-z 0-9 _ . - and may have one such prefix before a '/'.",
            DeprecationWarning,
        )
    return found


def _check_key(key: Any, what: str) -> str:
    if not isinstance(key, str):
        raise ParameterCheckError(f"A key of {what} must be text, not {key!r}.")
    return key


def _to_json(key: str, value: Any, what: str) -> str:
    import json  # most tags are text

    try:
        text = json.dumps(value)
        survives = json.loads(text) == value
    except (TypeError, ValueError) as error:
        raise DagsterInvalidDefinitionError(
            f"Tag '{key}' in {what} cannot be written as JSON ({error}): {value!r:.200}. Tags are text, or JSON data."
        ) from None
    if not survives:
        raise DagsterInvalidDefinitionError(
            f"Tag '{key}' in {what} changes when it is written as JSON and read back: {value!r:.200}. "
            f"Use text, numbers, booleans, lists and dicts with text keys."
        )
    return text
