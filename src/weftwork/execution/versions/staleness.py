"""Which assets a run need not make, and which checks it need not evaluate: the same code, config and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.execution.run_scope import RunScope
from weftwork.execution.versions.config_digest import CONFIG_DIGEST_TAG, find_config_digest
from weftwork.execution.versions.input_versions import find_input_versions
from weftwork.io_managers.recorded_value import StoredValues
from weftwork.planning.plan import PlanStep
from weftwork.records.data_version import DEFAULT_DATA_VERSION, data_version_of
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus
from weftwork.records.tags import CODE_VERSION_TAG, INPUT_DATA_VERSION_TAG_PREFIX


class Verdict:
    """Whether the assets of a node are made, or its checks evaluated, and why.

    Attributes:
        is_stale: whether they are.
        reasons: asset, or check, to why.
    """

    __slots__ = ("is_stale", "reasons")

    def __init__(self, reasons: Mapping[AssetKey | AssetCheckKey, tuple[bool, str]]) -> None:
        self.is_stale = any(stale for stale, _ in reasons.values()) or not reasons
        self.reasons = {key: reason for key, (_, reason) in reasons.items()}


class Staleness:
    """Decides for each node of a run, when its first step is ready, whether it is made.

    An asset is up to date if it declares a code version, and its latest materialization (of each partition that the
    run is of) was made with that version, the same config, and the same versions of the data of its upstream assets, and if
    what is stored is what was recorded then.
    A check that is evaluated by itself is up to date if it was evaluated on the latest materialization of its asset.

    Args:
        run: the run.
    """

    def __init__(self, run: RunScope) -> None:
        self._run = run
        self._stored_values = StoredValues(run.instance)
        self._verdicts: dict[str, Verdict] = {}
        self._assets: dict[str, list[AssetKey]] = {}
        self._checks: dict[str, list[AssetCheckKey]] = {}
        self._pending: set[AssetKey] = set()
        for step in run.plan.steps:
            for output in step.outputs:
                if output.asset_key is not None and output.selected and not step.observes:
                    self._assets.setdefault(step.path[0], []).append(output.asset_key)
                    self._pending.add(output.asset_key)
                elif output.check_key is not None and output.selected:
                    self._checks.setdefault(step.path[0], []).append(output.check_key)

    def judge(self, step: PlanStep) -> tuple[Verdict, bool]:
        """Return the verdict on the node of a step, and whether it is a new one."""
        node = step.path[0]
        known = self._verdicts.get(node)
        if known is not None:
            return known, False
        assets = self._assets.get(node)
        reasons: dict[AssetKey | AssetCheckKey, tuple[bool, str]] = {}
        if assets is not None:
            reasons.update({key: self._judge(key, node) for key in assets})
        else:
            reasons.update({key: self._judge_check(key) for key in self._checks.get(node, ())})
        verdict = self._verdicts[node] = Verdict(reasons)
        return verdict, True

    def settle(self, key: AssetKey | AssetCheckKey) -> None:
        """Take note that an asset stays as it is."""
        if isinstance(key, AssetKey):
            self._pending.discard(key)

    def _judge_check(self, key: AssetCheckKey) -> tuple[bool, str]:
        run = self._run
        if run.partitions.is_partitioned:
            return True, "checks of partitions are evaluated each time"
        done = run.instance.get_asset_check_execution_history(
            key,
            limit=1,
            status=[AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED],
        )
        entry = done[0].event if done else None
        evaluation = entry.asset_check_evaluation if entry is not None else None
        if evaluation is None:
            return True, "it was never evaluated"
        target = evaluation.target_materialization_data
        head = run.instance.get_latest_data_version_record(key.asset_key, is_source=False)
        name = key.asset_key.to_user_string()
        if target is None or head is None or head.storage_id != target.storage_id:
            return True, f"it was not evaluated since '{name}' was made"
        return False, f"it was evaluated since '{name}' was made"

    def _judge(self, key: AssetKey, node: str) -> tuple[bool, str]:
        run = self._run
        code_version = run.job.asset_layer.spec(key).code_version
        if code_version is None:
            return True, "it declares no code_version, so its code may have changed"
        for partition in self._list_partitions(key):
            record = run.instance.get_latest_data_version_record(
                key, is_source=False, partition_key=partition
            )
            where = f"partition '{partition}'" if partition is not None else "it"
            if record is None:
                return True, f"{where} was never made"
            reason = self._find_change(key, node, code_version, record.event_log_entry.tags or {})
            if reason is None and self._stored_values.find_difference(record.event_log_entry) is not None:
                reason = f"the value that is stored of {where} is not the one that was recorded"
            if reason is not None:
                return True, reason
            run.versions.setdefault(
                key, (data_version_of(record.event_log_entry.tags) or DEFAULT_DATA_VERSION, record.storage_id)
            )
        return False, "its code, config and data are unchanged"

    def _list_partitions(self, key: AssetKey) -> Sequence[str | None]:
        partitions = self._run.partitions
        definition = self._run.job.asset_layer.partitions_def(key)
        return (
            partitions.list_keys(definition)
            if definition is not None and partitions.is_partitioned
            else (None,)
        )

    def _find_change(self, key: AssetKey, node: str, code_version: str, tags: Any) -> str | None:
        """Return what changed since an event, or None."""
        made_with = tags.get(CODE_VERSION_TAG)
        if made_with != code_version:
            return f"its code_version changed from '{made_with}' to '{code_version}'"
        if tags.get(CONFIG_DIGEST_TAG) != find_config_digest(self._run.config, node):
            return "its config changed"
        upstream = self._run.job.asset_layer.upstream_keys(key)
        own = set(self._assets.get(node, ()))
        for above in upstream:
            if above in self._pending and above not in own and above not in self._run.made_keys:
                return f"'{above.to_user_string()}' is made in the same run at the same time"
        for above, (version, _) in find_input_versions(self._run, key, upstream).items():
            if (
                above not in own
                and tags.get(f"{INPUT_DATA_VERSION_TAG_PREFIX}/{above.to_user_string()}") != version.value
            ):
                return f"the data of '{above.to_user_string()}' changed"
        return None
