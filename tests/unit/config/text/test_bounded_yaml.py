"""YAML from anybody: read as plain data, or refused before it costs anything."""

import pytest
import yaml

from weftwork.config.text.bounded_yaml import MAX_DEPTH, load_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def nested_aliases(count, depth):
    lines = ["a0: &a0 x"]
    for number in range(1, count):
        lines.append(f"a{number}: &a{number} {'[' * depth}*a{number - 1}{']' * depth}")
    return "\n".join(lines)


def test_plain_data_is_read():
    assert load_yaml("") is None
    assert load_yaml("ops:\n  a: {config: [1, 2.5, true, null, text]}") == {
        "ops": {"a": {"config": [1, 2.5, True, None, "text"]}}
    }


def test_aliases_and_merges_are_read():
    text = "base: &base {a: 1, b: 2}\nother: {<<: *base, b: 3}\nagain: *base\n"

    assert load_yaml(text) == {"base": {"a": 1, "b": 2}, "other": {"a": 1, "b": 3}, "again": {"a": 1, "b": 2}}


def test_as_deep_as_config_may_be():
    value = load_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)

    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 200_000, "levels deep, in line 1"),
        ("- " * 100_000 + "a", "levels deep"),
        ("{a: " * 50_000, "levels deep"),
        (nested_aliases(20, 50), "levels deep"),
        (nested_aliases(2000, 50), "levels deep"),
        ("&a [*a]", "holds itself"),
        ("a: &a {b: *a}", "holds itself"),
        (BOMB, "more than 1,000,000 values"),
        (MERGE_BOMB, "more than 1,000,000 values"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("a: [1, 2", "expected"),
    ],
    ids=[
        "brackets", "dashes", "braces", "aliases", "many aliases", "cycle", "cycle in a mapping", "bomb", "merges",
        "tag", "broken",
    ],
)  # fmt: skip
def test_what_would_cost_too_much_is_refused_with_the_reason(text, reason):
    with pytest.raises(yaml.YAMLError, match=reason):
        load_yaml(text)


def test_the_limit_of_values_is_the_callers():
    assert load_yaml("[1, 2, 3]", max_values=10) == [1, 2, 3]
    with pytest.raises(yaml.YAMLError, match="more than 10 values"):
        load_yaml(f"[{', '.join('1' * 100)}]", max_values=10)
