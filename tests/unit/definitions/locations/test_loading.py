import sys

import pytest

from weftwork.base.errors import DagsterImportError
from weftwork.definitions.locations.loading import (
    load_definitions_from_file,
    load_definitions_from_module_name,
)

HEAD = """
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.locations.load_definitions import definitions
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.jobs.decorator import job

@asset
def a(): ...

@op
def act(): ...

@job
def work():
    act()
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)

    def write_file(text, name="shop_definitions"):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        return path

    yield write_file
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in sys.modules[name].__file__:
            del sys.modules[name]


@pytest.mark.parametrize(
    "text", ["", "defs = Definitions(assets=[a])", "@definitions\ndef d(): return Definitions(assets=[a])"]
)
def test_one_whole_or_loose_things(write, text):
    defs = load_definitions_from_file(write(HEAD + text))

    assert [key.to_user_string() for key in defs.resolve_all_asset_keys()] == ["a"]


@pytest.mark.parametrize(
    ("attribute", "jobs"), [("a", ["__ASSET_JOB"]), ("work", ["work"]), ("make", ["work"])]
)
def test_attribute(write, attribute, jobs):
    path = write(HEAD + "def make(): return Definitions(jobs=[work])\n")

    found = load_definitions_from_file(path, attribute)

    assert [job.name for job in found.resolve_all_job_defs()] == jobs


def test_two_wholes_must_be_told_apart(write):
    path = write(HEAD + "one = Definitions(assets=[a])\ntwo = Definitions()\n")

    with pytest.raises(DagsterImportError, match="'one', 'two'"):
        load_definitions_from_file(path)
    assert len(load_definitions_from_file(path, "one").assets) == 1


@pytest.mark.parametrize(("text", "told"), [
    ("def f():\n    raise ValueError('broken')\nf()", "line 3, in <module>(.|\n)*line 2, in f(.|\n)*ValueError: broken"),
    ("def f(:", "SyntaxError"),
    ("import no_such_module", "Is 'no_such_module' installed"),
    ("import sys; sys.exit(3)", "sys.exit"),
    ("x = 1", "nothing that can be loaded"),
])  # fmt: skip
def test_errors_show_the_users_own_lines(write, text, told):
    with pytest.raises(DagsterImportError, match=told) as caught:
        load_definitions_from_file(write(text))

    assert "weftwork" not in str(caught.value).replace("Weftwork", "")


def test_error_of_a_definition_is_shown_where_it_was_written(write):
    with pytest.raises(DagsterImportError, match="@asset\\(name='a b'\\)(.|\n)*cannot be"):
        load_definitions_from_file(write(HEAD + "@asset(name='a b')\ndef f(): ...\n"))


def test_missing_file_and_attribute_name_the_nearest(write):
    path = write(HEAD)

    with pytest.raises(DagsterImportError, match="Did you mean 'shop_definitions.py'"):
        load_definitions_from_file(path.with_name("shop_definition.py"))
    with pytest.raises(DagsterImportError, match="Did you mean 'work'"):
        load_definitions_from_file(path, "wrk")


def test_file_imports_what_lies_beside_it(write):
    write("NAME = 'beside'\n", name="shop_names")
    path = write("from shop_names import NAME\n" + HEAD + "b = asset(name=NAME)(lambda: 1)\n")

    keys = load_definitions_from_file(path).resolve_all_asset_keys()

    assert [key.to_user_string() for key in keys] == ["a", "beside"]


def test_module_by_name(write, tmp_path):
    write(HEAD, name="shop_module")

    found = load_definitions_from_module_name("shop_module", working_directory=tmp_path)

    assert [key.to_user_string() for key in found.resolve_all_asset_keys()] == ["a"]


def test_the_decorator_is_found_after_other_names_of_the_package_were_loaded():
    import weftwork as dg  # the name is shared with a package, which other names load first

    @dg.asset
    def orders(): ...

    @dg.definitions
    def defs():
        return dg.Definitions(assets=[orders])

    assert defs() is defs()
    assert defs().resolve_all_asset_keys() == [orders.key]
