"""Parts of keys as parts of paths."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weftwork.io_managers.key_path import (
    MAX_PART_BYTES,
    VALUE_NAME,
    decode_part,
    encode_part,
    split_partition_key,
    to_partition_path,
    to_relative_path,
)
from weftwork.partitions.keys import MultiPartitionKey

any_part = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("./%~_ av\\\0\n"), max_size=12),
    st.sampled_from(
        [
            "",
            ".",
            "..",
            "...",
            VALUE_NAME,
            "weftwork.db",
            "weftwork.db.lock",
            "dagster.yaml",
            "a" * 300,
            "é" * 100,
            "con",
            "%",
            "%41",
            "~",
            " ",
            "\ud800",
        ]
    ),
)


@pytest.mark.parametrize(
    "plain", ["orders", "a.b", "a-b_c", "2020-01-01", "2020-01-01-00:00", "op[key]", "x,y", "a b", "A+B@c=d"]
)
def test_plain_parts_stay_as_they_are(plain):
    assert encode_part(plain) == plain


@pytest.mark.parametrize(
    ("part", "name"),
    [("..", "%2E%2E"), (".h", "%2Eh"), ("", "%"), ("a/b", "a%2Fb"), ("é", "%C3%A9"), ("%41", "%2541"), ("_value", "%5Fvalue"),
     ("weftwork.db", "%77eftwork.db"), ("weftwork.db-wal", "%77eftwork.db-wal"), ("dagster.yaml", "%64agster.yaml"),
     (" a ", "%20a%20"), ("\0", "%00")],
)  # fmt: skip
def test_other_parts_are_encoded(part, name):
    assert encode_part(part) == name
    assert decode_part(name) == part


@given(any_part)
@example("_value")
def test_encoding_is_reversible_and_safe(part):
    name = encode_part(part)
    assert 0 < len(name.encode()) <= MAX_PART_BYTES
    assert not name.startswith(".")
    assert name != VALUE_NAME
    assert not {"/", "\\", "\0", "\n"} & set(name)
    if "~" not in name:
        assert decode_part(name) == part


@given(any_part, any_part)
def test_different_parts_have_different_names(one, other):
    assert (encode_part(one) == encode_part(other)) == (one == other)


@given(st.lists(any_part, min_size=1, max_size=5))
def test_no_key_leaves_the_base_directory(parts):
    path = os.path.normpath(f"/base/{to_relative_path(parts)}")
    assert path.startswith("/base/")
    assert len(path.split("/")) == len(parts) + 2


@given(st.lists(any_part, min_size=1, max_size=4), st.lists(any_part, min_size=1, max_size=4))
def test_different_keys_have_different_paths(one, other):
    assert (to_relative_path(one) == to_relative_path(other)) == (one == other)


def test_long_parts_keep_a_readable_beginning():
    name = encode_part("long" * 100)
    assert name.startswith("longlong")
    assert "~" in name
    with pytest.raises(ValueError, match="shortened"):
        decode_part(name)


def test_partition_keys_are_split_at_slashes_and_by_dimension():
    assert split_partition_key("2020-01-01") == ["2020-01-01"]
    assert split_partition_key("a/b") == ["a", "b"]
    assert split_partition_key(MultiPartitionKey({"z": "1", "a": "2/3"})) == ["2/3", "1"]


@pytest.mark.parametrize(("key", "path"), [
    ("2020-01-01", "2020-01-01"), ("2020/01", "2020/01"), ("/etc/passwd", "%2Fetc/passwd"), ("//x", "%2F%/x"),
    ("../up", "%2E%2E/up"), ("a/../b", "a/%2E%2E/b"), (MultiPartitionKey({"b": "x/y", "a": "z"}), "z/x%2Fy"),
])  # fmt: skip
def test_a_partition_stays_below_its_asset(key, path):
    assert to_partition_path(key) == path


@given(st.lists(st.text(max_size=8), min_size=2, max_size=2, unique=True))
def test_no_two_partitions_share_a_path(keys):
    first, second = (to_partition_path(key) for key in keys)
    assert first != second
    assert not {"", ".", ".."} & set(first.split("/"))
