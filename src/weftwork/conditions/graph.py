"""The targets of automation, assets, checks and jobs, and how they depend on each other, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from weftwork.base.errors import CheckError
from weftwork.base.text import did_you_mean
from weftwork.conditions.expression import AutomationCondition
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.mappings import PartitionMapping
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey

EntityKey: TypeAlias = AssetKey | AssetCheckKey | AssetJobKey


class FreshnessRule(Protocol):
    """How old an asset may become."""

    def judge(self, made_s: float | None, now_s: float) -> str:
        """Return "PASS", "WARN", "FAIL" or "UNKNOWN", for when it was made last."""
        ...


@dataclass(slots=True, eq=False)
class Entity:
    """A target of automation.

    Attributes:
        key: what it is.
        condition: when it should run; None for one that is only asked about.
        partitions_def: its partitions.
        deps: what it depends on, with the partition mapping where one is named.
        checks: the checks on an asset.
        is_blocking: whether a failure of a check holds up what is downstream.
        executed_with: the targets that are always executed together with it, itself included; empty if none are.
        code_version: the version of the code that makes it.
        is_observed: whether its data is watched, not made, so that only another data version is an update.
        is_executable: whether something here makes or observes it.
        roots: the assets of a job that depend on no other of the job.
        freshness: how old it may become; None if it may be of any age.
    """

    key: EntityKey
    condition: AutomationCondition | None = None
    partitions_def: PartitionsDefinition[Any] | None = None
    deps: Mapping[AssetKey, PartitionMapping | None] = field(default_factory=dict)
    checks: Sequence[AssetCheckKey] = ()
    is_blocking: bool = False
    executed_with: Sequence[EntityKey] = ()
    code_version: str | None = None
    is_observed: bool = False
    is_executable: bool = True
    roots: Sequence[AssetKey] = ()
    freshness: FreshnessRule | None = None

    def find_mapping(self, key: Any) -> PartitionMapping | None:
        """Return how its partitions depend on those of a dependency; None where none is named."""
        return self.deps.get(key)


class EntityGraph:
    """All targets together.

    Args:
        entities: the targets; an asset that others depend on and that is not among them is added bare.
        resolve_selection: returns the assets and checks that a selection means.
    """

    def __init__(
        self, entities: Iterable[Entity], resolve_selection: Callable[[Any], Iterable[Any]] = lambda _: ()
    ) -> None:
        self._entities: dict[EntityKey, Entity] = {}
        for entity in entities:
            self._entities[entity.key] = entity
        for entity in list(self._entities.values()):
            for dep in entity.deps:
                if dep not in self._entities:
                    self._entities[dep] = Entity(dep, is_executable=False)
        self._resolve = resolve_selection
        self._selected: dict[Any, frozenset[Any]] = {}

    def get(self, key: EntityKey) -> Entity:
        """Return a target.

        Raises:
            CheckError: if there is none of that key.
        """
        entity = self._entities.get(key)
        if entity is None:
            name = key.to_user_string()
            near = did_you_mean(name, [known.to_user_string() for known in self._entities])
            raise CheckError(
                f"A condition asks for '{name}', and there is no such asset, check or job.{near}"
            )
        return entity

    def find(self, key: Any) -> Entity | None:
        """Return a target, or None."""
        return self._entities.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entities

    @property
    def asset_keys(self) -> list[AssetKey]:
        """All assets."""
        return [key for key in self._entities if isinstance(key, AssetKey)]

    @cached_property
    def children(self) -> Mapping[EntityKey, Sequence[AssetKey]]:
        """Asset to the assets that depend on it, itself not counted."""
        found: dict[EntityKey, list[AssetKey]] = {}
        for key, entity in self._entities.items():
            if isinstance(key, AssetKey):
                for dep in entity.deps:
                    if dep != key:
                        found.setdefault(dep, []).append(key)
        return found

    @cached_property
    def order(self) -> Sequence[EntityKey]:
        """All targets, each after those that it depends on: assets, their checks, at the end jobs."""
        level = self._levels
        place: dict[Any, int] = {AssetKey: 0, AssetCheckKey: 1, AssetJobKey: 2}
        return sorted(
            self._entities,
            key=lambda key: (place[type(key)] == 2, level[key], place[type(key)], key.to_user_string()),
        )

    @cached_property
    def _levels(self) -> Mapping[EntityKey, int]:
        waiting = {
            key: len([dep for dep in entity.deps if dep != key])
            for key, entity in self._entities.items()
            if isinstance(key, AssetKey)
        }
        level: dict[EntityKey, int] = dict.fromkeys(self._entities, 0)
        ready: list[Any] = [key for key, count in waiting.items() if not count]
        for key in ready:
            for child in self.children.get(key, ()):
                level[child] = max(level[child], level[key] + 1)
                waiting[child] -= 1
                if not waiting[child]:
                    ready.append(child)
        for key in self._entities:
            if isinstance(key, AssetCheckKey):
                level[key] = level.get(key.asset_key, 0)
        return level

    def select(self, selection: Any) -> frozenset[Any]:
        """Return the assets and checks that a selection means."""
        found = self._selected.get(selection)
        if found is None:
            found = self._selected[selection] = frozenset(self._resolve(selection))
        return found

    def list_conditioned(self) -> list[EntityKey]:
        """Return the targets that have a condition, in order."""
        return [key for key in self.order if self._entities[key].condition is not None]
