"""Assets that are given to ops: loaded by their own IO manager, with their metadata and all their partitions."""

from __future__ import annotations

import pytest

import weftwork as dg

SEEN = []


class Told(dg.IOManager):
    def handle_output(self, context, obj): ...

    def load_input(self, context):
        upstream = context.upstream_output
        keys = context.asset_partition_keys if context.has_asset_partitions else None
        return context.asset_key.to_user_string(), dict(upstream.definition_metadata).get("owner"), keys


@dg.op
def show(value) -> None:
    SEEN.append(value)


@pytest.fixture(autouse=True)
def _empty():
    SEEN.clear()


DAYS = dg.StaticPartitionsDefinition(["a", "b"])


@dg.asset(io_manager_key="told", metadata={"owner": "me"})
def made():
    return 1


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (dg.SourceAsset("s", io_manager_key="told", metadata={"owner": "me"}), ("s", "me", None)),
        (dg.SourceAsset("s", io_manager_key="told", partitions_def=DAYS), ("s", None, ["a", "b"])),
        (dg.AssetSpec("s", metadata={"owner": "me"}).with_io_manager_key("told"), ("s", "me", None)),
        (made, ("made", "me", None)),
    ],
)
def test_an_asset_is_loaded_by_its_own_io_manager(given, seen):
    @dg.job(resource_defs={"told": Told()})
    def shows():
        show(given)

    assert shows.execute_in_process().success
    assert [seen] == SEEN


def test_an_asset_inside_and_through_a_graph():
    source = dg.SourceAsset("s", io_manager_key="told")

    @dg.graph
    def inside():
        show(source)

    @dg.graph
    def passing(value):
        show(value)

    @dg.job(resource_defs={"told": Told()})
    def shows():
        inside()
        passing(source)

    assert shows.execute_in_process().success
    assert SEEN == [("s", None, None)] * 2


def test_an_io_manager_that_is_missing_is_told_before_the_run():
    source = dg.SourceAsset("s", io_manager_key="told")

    @dg.job
    def shows():
        show(source)

    told = r"input 'value' of op 'show', which is asset 's',.*'told'"
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=told):
        shows.execute_in_process()
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=told):
        dg.job(resource_defs={"other": 1})(shows.graph.composition_fn)
