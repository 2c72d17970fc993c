"""Which assets are stale: made of other code, other data, or with other dependencies than those of now, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Literal

from weftwork.api.catalog.catalog import Catalog, DefinedAsset
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.records.data_version import DEFAULT_DATA_VERSION
from weftwork.records.keys import AssetKey
from weftwork.records.tags import CODE_VERSION_TAG, DATA_VERSION_TAG, INPUT_DATA_VERSION_TAG_PREFIX

_INPUT = INPUT_DATA_VERSION_TAG_PREFIX + "/"
_MAX_BEHIND = 20_000
Source = tuple[int, dict[str, str]]
Category = Literal["code", "data", "dependencies"]


class StaleReason(View):
    """Why an asset is stale.

    Attributes:
        category: "code", "data" or "dependencies".
        text: it in words.
        asset: the upstream asset that has changed; None for the asset itself.
    """

    category: Category
    text: str
    asset: str | None


class StaleAssets(View):
    """The assets that are stale; those that are not here are up to date, or were never made.

    Attributes:
        version: the version of the graph that the numbers are of.
        numbers: the assets, by their numbers in the graph.
        reasons: for each why.
    """

    version: str
    numbers: list[int]
    reasons: list[list[StaleReason]]


class _Memory:
    """The version tags of the latest event of each asset that was asked for, and until which event they hold.

    ``answer`` is what was last told of all assets, with the version that it is of.
    """

    def __init__(self) -> None:
        self.sources: dict[AssetKey, Source | None] = {}
        self.until = 0
        self.answer: tuple[str, StaleAssets] | None = None
        self.lock = Lock()

    def find(self, host: Host, keys: Iterable[AssetKey]) -> dict[AssetKey, Source | None]:
        """Return the tags of at least these assets, read as far as they may have changed."""
        facts = host.instance.automation_facts
        latest = facts.get_max_storage_id() or 0
        known = self.sources
        if abs(latest - self.until) > _MAX_BEHIND:
            known.clear()  # to ask for everything anew costs less than to find what has changed
        elif latest != self.until:
            for key in facts.list_changed_keys(self.until) if known else ():
                known.pop(key, None)
        self.until = latest
        missing = [key for key in keys if key not in known]
        if missing:
            for key, source in host.instance.latest_data_version_sources(missing).items():
                known[key] = (source[0], dict(source[1] or {})) if source is not None else None
        return known.copy()


def find_stale_assets(host: Host, catalog: Catalog) -> tuple[str, StaleAssets]:
    """Return all assets that are stale, with the reasons, and a version that changes whenever that does."""
    memory: _Memory = host.memory.setdefault(_Memory, _Memory())
    version = f"{catalog.version}-{host.instance.automation_facts.get_max_storage_id() or 0}"
    if memory.answer is not None and memory.answer[0] == version:
        return memory.answer
    found = list_stale_reasons(host, catalog.defined)
    stale = [(number, reasons) for number, reasons in enumerate(found) if reasons]
    answer = StaleAssets(
        version=catalog.version,
        numbers=[number for number, _ in stale],
        reasons=[reasons for _, reasons in stale],
    )
    memory.answer = (version, answer)
    return memory.answer


def list_stale_reasons(host: Host, entries: Sequence[DefinedAsset]) -> list[list[StaleReason]]:
    """Return for each asset why it is stale; nothing for one that is up to date, or was never made.

    Of an asset with partitions only the code of its latest materialization is looked at: which partition of which
    upstream asset it was made from is not told by two versions.
    """
    wanted = {entry.asset.key for entry in entries if entry.asset.is_materializable}
    wanted.update(dep.key for entry in entries for dep in entry.asset.deps)
    sources = _find_sources(host, wanted)
    return [_judge(entry, sources) for entry in entries]


def _find_sources(host: Host, keys: Iterable[AssetKey]) -> dict[AssetKey, Source | None]:
    memory: _Memory = host.memory.setdefault(_Memory, _Memory())
    with memory.lock:
        return memory.find(host, keys)


def _judge(entry: DefinedAsset, sources: dict[AssetKey, Source | None]) -> list[StaleReason]:
    asset = entry.asset
    made = sources.get(asset.key) if asset.is_materializable else None
    if made is None or CODE_VERSION_TAG not in made[1]:
        return []
    tags = made[1]
    reasons = []
    if asset.code_version is not None and tags[CODE_VERSION_TAG] != asset.code_version:
        text = f"Its code version is {asset.code_version} now; it was made with {tags[CODE_VERSION_TAG]}."
        reasons.append(StaleReason(category="code", text=text, asset=None))
    if asset.partitions is not None:
        return reasons
    own = asset.key.to_user_string()
    names = {dep.key.to_user_string(): dep.key for dep in asset.deps if dep.key != asset.key}
    for name, key in names.items():
        reason = _judge_input(name, key, tags, sources)
        if reason is not None:
            reasons.append(reason)
    for tag in tags:
        name = tag.removeprefix(_INPUT)
        if name != tag and name not in names and name != own:
            text = f"It does not depend on {name} any more."
            reasons.append(StaleReason(category="dependencies", text=text, asset=name))
    return reasons


def _judge_input(
    name: str, key: AssetKey, tags: dict[str, str], sources: dict[AssetKey, Source | None]
) -> StaleReason | None:
    used = tags.get(_INPUT + name)
    if used is None:
        return StaleReason(category="dependencies", text=f"It depends on {name} now.", asset=name)
    source = sources.get(key)
    version = source[1].get(DATA_VERSION_TAG) if source is not None else None
    if (version or DEFAULT_DATA_VERSION.value) == used:
        return None
    return StaleReason(category="data", text=f"{name} has changed since it was made.", asset=name)
