"""Options that several commands share: run config, tags, definitions."""

import click
import pytest

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.cli.definitions_source import DefinitionsSource, require_source
from weftwork.cli.run_config_option import read_run_config
from weftwork.cli.tag_option import read_tags

CONTEXT, OPTION = click.Context(click.Command("x")), click.Option(["--tags"])


def test_config_files_are_merged_and_json_wins(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.json"
    first.write_text("ops:\n  x: {config: {n: 1, m: 1}}\nresources: {r: {config: {}}}\n")
    second.write_text('{"ops": {"x": {"config": {"n": 2}}}}')
    config = read_run_config([str(first), str(second)], '{"ops": {"x": {"config": {"m": 3}}}}')
    assert config == {"ops": {"x": {"config": {"n": 2, "m": 3}}}, "resources": {"r": {"config": {}}}}


def test_an_empty_file_is_no_config(tmp_path):
    (tmp_path / "a.yaml").write_text("# nothing\n")
    assert read_run_config([str(tmp_path / "a.yaml")], None) == {}


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("ops:\n  x: {\n")
    with pytest.raises(DagsterInvariantViolationError, match=rf"{path}:3: the config file is no YAML"):
        read_run_config([str(path)], None)


@pytest.mark.parametrize("text", ["[1]", "just text", "3"])
def test_config_that_is_no_mapping_is_refused(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(DagsterInvariantViolationError, match="is a mapping"):
        read_run_config([str(tmp_path / "a.yaml")], None)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(DagsterInvariantViolationError, match=r"'nowhere\.yaml' cannot be read: No such file"):
        read_run_config(["nowhere.yaml"], None)


def test_json_that_is_none_is_refused():
    with pytest.raises(DagsterInvariantViolationError, match="--config-json is no JSON"):
        read_run_config([], "{")


def test_tags_are_pairs_or_json():
    tags = read_tags(CONTEXT, OPTION, ["a=1", "b=x=y", '{"c": "z", "d": [1]}'])
    assert tags == {"a": "1", "b": "x=y", "c": "z", "d": "[1]"}


@pytest.mark.parametrize("text", ["a", "=1", "{"])
def test_what_is_no_tag_is_wrong_usage(text):
    with pytest.raises(click.BadParameter):
        read_tags(CONTEXT, OPTION, [text])


def test_definitions_in_the_working_directory_are_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.UsageError, match="-f FILE"):
        require_source(None)
    (tmp_path / "definitions.py").touch()
    assert require_source(None) == DefinitionsSource("definitions.py")
