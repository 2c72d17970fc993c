"""Config from YAML texts, files and packages."""

from __future__ import annotations

import pytest

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.config.yaml_config import config_from_files, config_from_pkg_resources, config_from_yaml_strings


def test_texts_are_merged_in_order():
    merged = config_from_yaml_strings(
        ["ops: {a: {config: {x: 1, y: 1}}}", "", "ops: {a: {config: {x: 2}}, b: {}}"]
    )

    assert merged == {"ops": {"a": {"config": {"x": 2, "y": 1}}, "b": {}}}


def test_files_are_found_by_pattern_and_merged_by_name(tmp_path):
    (tmp_path / "1.yaml").write_text("a: 1\nb: 1")
    (tmp_path / "2.yaml").write_text("a: 2")

    assert config_from_files([str(tmp_path / "*.yaml")]) == {"a": 2, "b": 1}


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path):
    with pytest.raises(DagsterInvariantViolationError, match="nope"):
        config_from_files([str(tmp_path / "nope.yaml")])


def test_files_of_packages(tmp_path, monkeypatch):
    package = tmp_path / "pkg_with_config"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "base.yaml").write_text("a: 1")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert config_from_pkg_resources([("pkg_with_config", "base.yaml")]) == {"a": 1}
    with pytest.raises(DagsterInvariantViolationError, match="absent"):
        config_from_pkg_resources([("pkg_with_config", "absent.yaml")])
    with pytest.raises(DagsterInvariantViolationError):
        config_from_pkg_resources([("pkg_that_is_not_there", "base.yaml")])


@pytest.mark.parametrize("text", ["a: [", "!!python/object/apply:os.getcwd []"])
def test_what_is_no_safe_yaml_is_an_error(text):
    with pytest.raises(DagsterInvariantViolationError):
        config_from_yaml_strings([text])


def test_the_top_must_be_a_dict():
    with pytest.raises(CheckError, match="list"):
        config_from_yaml_strings(["- a"])


def test_a_single_text_is_not_a_list_of_texts():
    with pytest.raises(CheckError):
        config_from_yaml_strings("a: 1")


def test_aliases_that_expand_beyond_measure_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]

    with pytest.raises(DagsterInvariantViolationError, match="aliases"):
        config_from_yaml_strings(["\n".join(lines)])
