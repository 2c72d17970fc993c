"""Which assets and checks become one node of a job, so that the nodes do not depend on each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.graph import find_cycle, topological_order
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.records.keys import AssetCheckKey, AssetKey

EntityKey = AssetKey | AssetCheckKey


class NodeGroup(msgspec.Struct, frozen=True):
    """A definition, or the part of it that is one node.

    Attributes:
        definition: the definition, narrowed to the part.
        number: 1 for the first node of a definition, 2 for the second.
    """

    definition: AssetsDefinition
    number: int = 1


def group_nodes(definitions: Sequence[AssetsDefinition]) -> list[NodeGroup]:
    """Return the nodes for some definitions: one each, and several where a part must wait for other assets.

    Args:
        definitions: the definitions, narrowed to what is selected.

    Raises:
        DagsterInvalidDefinitionError: if assets depend on each other in a circle; names them.
    """
    parents = _parents(definitions)
    if topological_order(parents) is not None:
        return [NodeGroup(definition) for definition in definitions]
    return _Splitter(definitions).split()


def _parents(definitions: Sequence[AssetsDefinition]) -> list[list[int]]:
    producer = {
        key: number for number, definition in enumerate(definitions) for key in definition.specs_by_key
    }
    found = []
    for number, definition in enumerate(definitions):
        keys = definition.keys_by_input_name.values()
        found.append([at for at in map(producer.get, keys) if at is not None and at != number])
    return found


class _Splitter:
    """Orders single assets and checks, and cuts definitions that can be split where the order demands it.

    A unit is what runs as a whole: an asset or check of a definition that can be split, or all of one that cannot.
    """

    def __init__(self, definitions: Sequence[AssetsDefinition]) -> None:
        self.definitions = definitions
        self.units: list[list[EntityKey]] = []
        self.owner: list[int] = []
        for number, definition in enumerate(definitions):
            entities: list[EntityKey] = [*definition.specs_by_key, *definition.check_keys]
            for unit in [[entity] for entity in entities] if definition.can_subset else [entities]:
                self.units.append(unit)
                self.owner.append(number)
        unit_of = {entity: unit for unit, entities in enumerate(self.units) for entity in entities}
        self.parents = [self._parents_of(unit, unit_of) for unit in range(len(self.units))]

    def _parents_of(self, unit: int, unit_of: Mapping[EntityKey, int]) -> list[int]:
        definition = self.definitions[self.owner[unit]]
        keys: set[AssetKey] = set()
        if definition.can_subset:
            for entity in self.units[unit]:
                keys |= _needs(definition, entity)
        else:
            keys.update(definition.keys_by_input_name.values())
        return [unit_of[key] for key in keys if key in unit_of and unit_of[key] != unit]

    def split(self) -> list[NodeGroup]:
        """Return the nodes, taking as much of a definition at once as can be taken."""
        order = topological_order(self.parents)
        if order is None:
            raise _circle([self.units[unit] for unit in find_cycle(self.parents) or ()])
        waiting = [0] * len(
            self.definitions
        )  # dependencies of a definition on units outside that are still to come
        children: list[list[int]] = [[] for _ in self.units]
        for unit, parents in enumerate(self.parents):
            for parent in parents:
                if self.owner[parent] != self.owner[unit]:
                    waiting[self.owner[unit]] += 1
                    children[parent].append(unit)
        remaining: list[list[int]] = [[] for _ in self.definitions]
        for unit in order:
            remaining[self.owner[unit]].append(unit)
        return self._take_all(order, waiting, children)

    def _take_all(
        self, order: Sequence[int], waiting: list[int], children: Sequence[Sequence[int]]
    ) -> list[NodeGroup]:
        remaining: list[list[int]] = [[] for _ in self.definitions]
        for unit in order:
            remaining[self.owner[unit]].append(unit)
        still_open = {number: None for number, units in enumerate(remaining) if units}
        ready = [number for number in still_open if not waiting[number]]
        done: set[int] = set()
        groups: list[tuple[int, NodeGroup]] = []
        taken = [0] * len(self.definitions)
        while still_open:
            if ready:
                number = ready.pop()
                units = remaining[number]
            else:
                number, units = self._take_part(still_open, remaining, done)
            done.update(units)
            taken[number] += 1
            whole = taken[number] == 1 and len(units) == len(remaining[number])
            groups.append((number, NodeGroup(self._narrow(number, units, whole=whole), taken[number])))
            remaining[number] = [unit for unit in remaining[number] if unit not in done]
            if not remaining[number]:
                del still_open[number]
            for unit in units:
                for child in children[unit]:
                    waiting[self.owner[child]] -= 1
                    if not waiting[self.owner[child]]:
                        ready.append(self.owner[child])
        return [group for _, group in sorted(groups, key=lambda found: (found[0], found[1].number))]

    def _take_part(
        self, open_numbers: Iterable[int], remaining: Sequence[Sequence[int]], done: set[int]
    ) -> tuple[int, list[int]]:
        """Return a definition, and its units that can run now."""
        for number in open_numbers:
            ready: list[int] = []
            reached = set(done)
            for unit in remaining[number]:  # in topological order
                if all(parent in reached for parent in self.parents[unit]):
                    ready.append(unit)
                    reached.add(unit)
            if ready:
                return number, ready
        raise AssertionError("units without a circle can always go on")

    def _narrow(self, number: int, units: Sequence[int], *, whole: bool) -> AssetsDefinition:
        definition = self.definitions[number]
        if whole:
            return definition
        entities = [entity for unit in units for entity in self.units[unit]]
        return definition.subset_for(
            {entity for entity in entities if isinstance(entity, AssetKey)},
            {entity for entity in entities if isinstance(entity, AssetCheckKey)},
        )


def _needs(definition: AssetsDefinition, entity: EntityKey) -> set[AssetKey]:
    if isinstance(entity, AssetKey):
        return {dep.asset_key for dep in definition.specs_by_key[entity].deps if dep.asset_key != entity}
    check = definition.get_spec_for_check_key(entity)
    return {check.asset_key, *(dep.asset_key for dep in check.additional_deps)}


def _circle(units: Sequence[Sequence[EntityKey]]) -> DagsterInvalidDefinitionError:
    names = [unit[0].to_user_string() for unit in units]
    return DagsterInvalidDefinitionError(
        f"Assets depend on each other in a circle: {' -> '.join([*names, names[0]])}. Take one of these dependencies out, or "
        f"make the definition that several of them share splittable (can_subset=True)."
    )
