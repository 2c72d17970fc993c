"""Static, dynamic and multi-dimensional partitions."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

import weftwork as dg
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterUnknownPartitionError,
)
from weftwork.partitions.context import get_loading_context, partition_loading_context
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.dynamic import (
    AddDynamicPartitionsRequest,
    DeleteDynamicPartitionsRequest,
    DynamicPartitionsDefinition,
)
from weftwork.partitions.keys import MultiPartitionKey, Partition, PartitionKeyRange
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import DailyPartitionsDefinition


class Store:
    """A store of dynamic partitions that counts how often keys are listed."""

    def __init__(self, **keys):
        self.keys = keys
        self.listed = 0

    def get_dynamic_partitions(self, partitions_def_name):
        self.listed += 1
        return self.keys.get(partitions_def_name, [])

    def has_dynamic_partition(self, partitions_def_name, partition_key):
        return partition_key in self.keys.get(partitions_def_name, [])


# ---------------------------------------------------------------------- static


def test_static_keys_in_order():
    static = StaticPartitionsDefinition(["b", "a", "c,d"])
    assert static.get_partition_keys() == ["b", "a", "c,d"]
    assert (static.get_first_partition_key(), static.get_last_partition_key()) == ("b", "c,d")
    assert static.get_num_partitions() == 3
    assert (static.get_next_partition_key("b"), static.get_next_partition_key("c,d")) == ("a", None)
    assert (static.get_prev_partition_key("a"), static.get_prev_partition_key("b")) == ("b", None)
    assert static.get_partition_keys_in_range(PartitionKeyRange("b", "a")) == ["b", "a"]
    assert static.get_partition_keys_in_range(PartitionKeyRange("a", "b")) == []
    assert static.filter_valid_partition_keys({"a", "z"}) == {"a"}
    assert str(static) == "'b', 'a', 'c,d'"
    assert static == StaticPartitionsDefinition(["b", "a", "c,d"])
    assert static != StaticPartitionsDefinition(["a", "b", "c,d"])


@pytest.mark.parametrize(("keys", "text"), [
    (["a", "b", "a"], "Twice: 'a'"), (["a...b"], r"may not hold '\.\.\.'"), (["a\nb"], "may not hold"), (["a\0b"], "may not hold"),
])  # fmt: skip
def test_keys_that_cannot_be(keys, text):
    with pytest.raises(DagsterInvalidDefinitionError, match=text):
        StaticPartitionsDefinition(keys)


def test_keys_of_the_wrong_kind():
    for keys in ([1], "abc"):
        with pytest.raises(CheckError):
            StaticPartitionsDefinition(keys)


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(DagsterUnknownPartitionError, match="Did you mean 'europe'"):
        StaticPartitionsDefinition(["europe", "asia"]).validate_partition_key("eruope")
    with pytest.raises(DagsterInvalidInvocationError, match="no partition 'z'"):
        StaticPartitionsDefinition(["a"]).get_partition_keys_in_range(PartitionKeyRange("a", "z"))


def test_pages_of_static_keys():
    static = StaticPartitionsDefinition(["a", "b", "c"])
    first = static.get_paginated_partition_keys(get_loading_context(), 2, True)
    assert (first.results, first.has_more) == (["a", "b"], True)
    rest = static.get_paginated_partition_keys(get_loading_context(), 2, True, first.cursor)
    assert (rest.results, rest.has_more) == (["c"], False)
    back = static.get_paginated_partition_keys(get_loading_context(), 2, False)
    assert (back.results, back.has_more) == (["c", "b"], True)


# ---------------------------------------------------------------------- dynamic


def test_dynamic_keys_live_in_the_store():
    store = Store(customers=["acme", "zeta"])
    customers = DynamicPartitionsDefinition(name="customers")
    assert customers.get_partition_keys(dynamic_partitions_store=store) == ["acme", "zeta"]
    with partition_loading_context(dynamic_partitions_store=store):
        assert customers.get_last_partition_key() == "zeta"
        store.listed = 0
        assert customers.has_partition_key("acme")
        assert customers.filter_valid_partition_keys({"acme", "x"}) == {"acme"}
        assert store.listed == 0
        with pytest.raises(DagsterUnknownPartitionError, match="Did you mean 'acme'"):
            customers.validate_partition_key("acm")


def test_without_a_store_the_message_says_how_to_give_one():
    with pytest.raises(CheckError, match="partition_loading_context"):
        DynamicPartitionsDefinition(name="customers").get_partition_keys()


def test_computed_partitions_get_the_time():
    computed = DynamicPartitionsDefinition(lambda now: [Partition(now.year), "x"])
    assert computed.get_partition_keys(datetime(2024, 5, 1, tzinfo=UTC)) == ["2024", "x"]
    assert computed.has_partition_key("x")
    with pytest.raises(CheckError, match="with a name only"):
        computed.build_add_request(["a"])


def test_a_dynamic_definition_has_a_name_or_a_function():
    with pytest.raises(DagsterInvalidDefinitionError, match="needs a name"):
        DynamicPartitionsDefinition()
    with pytest.raises(DagsterInvalidDefinitionError, match="one of the two"):
        DynamicPartitionsDefinition(lambda _: [], name="x")


def test_requests_to_add_and_delete():
    customers = DynamicPartitionsDefinition(name="customers")
    assert customers.build_add_request(["a", "a", "b"]) == AddDynamicPartitionsRequest(
        "customers", ["a", "b"]
    )
    assert customers.build_delete_request(["a"]) == DeleteDynamicPartitionsRequest("customers", ["a"])
    assert customers.build_add_request(["a"]).partition_keys == ["a"]
    with pytest.raises(DagsterInvalidDefinitionError):
        customers.build_add_request(["a...b"])
    with pytest.raises(CheckError, match="For one key"):
        customers.build_add_request("a")


# ---------------------------------------------------------------------- several dimensions

DAILY = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04")
COLORS = StaticPartitionsDefinition(["red", "blue"])


def test_keys_are_joined_in_the_order_of_the_dimension_names():
    multi = MultiPartitionsDefinition({"date": DAILY, "color": COLORS})
    keys = multi.get_partition_keys()
    assert keys[:4] == ["red|2024-01-01", "red|2024-01-02", "red|2024-01-03", "blue|2024-01-01"]
    assert keys[0].keys_by_dimension == {"color": "red", "date": "2024-01-01"}
    assert multi.get_num_partitions() == 6
    assert (multi.get_first_partition_key(), multi.get_last_partition_key()) == (keys[0], keys[-1])
    assert multi.partition_dimension_names == ["color", "date"]
    assert (multi.primary_dimension.name, multi.secondary_dimension.name) == ("date", "color")
    assert multi.has_partition_key("red|2024-01-01")
    assert multi.has_partition_key(MultiPartitionKey({"date": "2024-01-01", "color": "red"}))
    assert not multi.has_partition_key("2024-01-01|red")
    assert not multi.has_partition_key("red")
    assert multi.time_window_for_partition_key("red|2024-01-02").start == datetime(2024, 1, 2, tzinfo=UTC)
    assert multi.get_tags_for_partition_key("red|2024-01-01") == {
        "dagster/partition": "red|2024-01-01", "dagster/partition/color": "red", "dagster/partition/date": "2024-01-01",
    }  # fmt: skip


def test_any_number_of_dimensions():
    four = MultiPartitionsDefinition({"d": DAILY, "a": COLORS, "b": COLORS, "c": COLORS})
    assert four.get_num_partitions() == 24
    assert four.get_partition_keys()[0] == "red|red|red|2024-01-01"
    assert four.get_multipartition_keys_with_dimension_value("b", "blue")[0] == "red|blue|red|2024-01-01"
    in_range = four.get_partition_keys_in_range(
        PartitionKeyRange("red|red|red|2024-01-01", "red|blue|red|2024-01-02")
    )
    assert in_range == [
        "red|red|red|2024-01-01", "red|red|red|2024-01-02", "red|blue|red|2024-01-01", "red|blue|red|2024-01-02",
    ]  # fmt: skip


def test_pages_of_combinations():
    multi = MultiPartitionsDefinition({"date": DAILY, "color": COLORS})
    for ascending in (True, False):
        found, cursor, more = [], None, True
        while more:
            page = multi.get_paginated_partition_keys(get_loading_context(), 4, ascending, cursor)
            found += page.results
            cursor, more = page.cursor, page.has_more
        assert found == (multi.get_partition_keys() if ascending else multi.get_partition_keys()[::-1])


def test_bad_dimensions_are_refused():
    multi = MultiPartitionsDefinition({"date": DAILY, "color": COLORS})
    with pytest.raises(DagsterInvalidInvocationError, match="two dimensions or more"):
        MultiPartitionsDefinition({"a": COLORS})
    with pytest.raises(DagsterInvalidDefinitionError, match="multi-dimensional itself"):
        MultiPartitionsDefinition({"a": COLORS, "b": multi})
    with pytest.raises(DagsterInvalidDefinitionError, match="'x|y' cannot be a key of dimension 'b'"):
        MultiPartitionsDefinition({"a": COLORS, "b": StaticPartitionsDefinition(["x|y"])})
    with pytest.raises(CheckError, match="Did you mean 'color'"):
        multi.get_partitions_def_for_dimension("colour")


def test_an_unknown_combination_names_the_dimension():
    multi = MultiPartitionsDefinition({"date": DAILY, "color": COLORS})
    with pytest.raises(DagsterUnknownPartitionError, match="Did you mean 'red'") as caught:
        multi.validate_partition_key("redd|2024-01-01")
    assert caught.value.__notes__ == ["It is dimension 'color' of the key 'redd|2024-01-01'."]
    with pytest.raises(DagsterUnknownPartitionError, match="as in '<color>|<date>'"):
        multi.validate_partition_key("red")


def test_a_dimension_may_be_dynamic():
    multi = MultiPartitionsDefinition(
        {"date": DAILY, "customer": DynamicPartitionsDefinition(name="customers")}
    )
    with partition_loading_context(dynamic_partitions_store=Store(customers=["acme"])):
        assert multi.get_partition_keys()[0] == "acme|2024-01-01"
        assert len(multi.subset_with_all_partitions()) == 3
        assert multi.has_partition_key("acme|2024-01-02")


def test_a_multi_dimensional_key_is_text_that_knows_its_parts():
    key = MultiPartitionKey({"b": "x", "a": "y"})
    assert key == "y|x"
    assert hash(key) == hash("y|x")
    assert pickle.loads(pickle.dumps(key)).keys_by_dimension == {"a": "y", "b": "x"}
    for wrong in ("a", {"a": 1}):
        with pytest.raises(CheckError):
            MultiPartitionKey(wrong)


# ---------------------------------------------------------------------- written by users


class EvenNumbers(PartitionsDefinition):
    def get_partition_keys(self, current_time=None, dynamic_partitions_store=None):
        return ["2", "4", "6"]


def test_a_definition_of_ones_own_needs_only_its_keys():
    even = EvenNumbers()
    assert (even.get_first_partition_key(), even.get_last_partition_key()) == ("2", "6")
    assert even.get_num_partitions() == 3
    assert even.has_partition_key("4")
    subset = even.subset_with_partition_keys(["6", "4"])
    assert list(subset) == ["4", "6"]
    assert even.deserialize_subset(subset.serialize()) == subset
    assert even.get_partition_keys_in_range(PartitionKeyRange("2", "4")) == ["2", "4"]
    page = even.get_paginated_partition_keys(get_loading_context(), 2, False)
    assert (page.results, page.has_more) == (["6", "4"], True)
    with pytest.raises(DagsterUnknownPartitionError):
        even.validate_partition_key("3")


def test_few_keys_are_listed_where_one_is_unknown():
    few = dg.StaticPartitionsDefinition(["north", "south"])
    many = dg.StaticPartitionsDefinition([f"k{number}" for number in range(100)])

    with pytest.raises(dg.DagsterUnknownPartitionError, match=r"of 2 keys \('north', 'south'\)"):
        few.validate_partition_key("west")
    with pytest.raises(dg.DagsterUnknownPartitionError, match="of 100 keys[^(]"):
        many.validate_partition_key("west")
