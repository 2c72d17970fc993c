"""Bad input and a bad world: one clear message, exit status 1 (2 for usage), nothing half-written."""

import os
import resource

import pytest

CONFIGURED = """
    import weftwork as dg

    class Shop(dg.ConfigurableResource):
        url: str
        port: int

    class Limits(dg.Config):
        most: int
        name: str

    @dg.asset
    def raw(shop: Shop): ...

    @dg.asset(deps=[raw])
    def clean(config: Limits): ...

    defs = dg.Definitions([raw, clean], resources={"shop": Shop.configure_at_launch()})
"""
LARGE = """
    import weftwork as dg

    @dg.asset
    def large():
        return b"x" * 3_000_000

    @dg.asset
    def size(large):
        return len(large)

    defs = dg.Definitions([large, size])
"""
MIB = 1024 * 1024


def refused(folder, text, *arguments):
    """Run `weft materialize` on definitions that are refused before anything runs; return what is said."""
    folder.file("definitions.py", text)
    result = folder.materialize("-f", "definitions.py", *arguments)
    assert result.returncode == 1, result.stdout
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert "weftwork" + os.sep not in result.stderr
    assert "Traceback" not in result.stderr
    assert folder.statuses() == []
    return result.stderr


def failed(result):
    """Return what is said of a run that failed."""
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr
    assert "Failed after" in result.stdout
    return result.stderr


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('@dg.asset(name="a b")\ndef x(): ...', ["'a b'", "definitions.py", "line 2", "'a_b'"]),
        ("@dg.asset(deps=3)\ndef x(): ...", ["'deps'", "definitions.py", "line 2"]),
        ('@dg.asset(group="x")\ndef x(): ...', ["asset() has no parameter 'group'", "Did you mean 'group_name'?"]),
        ("@dg.asset\ndef a(b): ...\n@dg.asset\ndef b(a): ...", ["in a circle", " -> a", " -> b"]),
        ("@dg.asset\ndef orders(): ...\n@dg.asset\ndef report(order): ...",
         ["'order'", "'report'", "definitions.py:4", "Did you mean 'orders'?"]),
        ("@dg.asset(required_resource_keys={'shop', 'mail'})\ndef x(): ...", ["'shop'", "'mail'", "Asset 'x'"]),
        ("import nowhere_at_all", ["line 2", "No module named 'nowhere_at_all'"]),
        ("def f(:", ["line 2", "SyntaxError"]),
        ("x = 1", ["no Definitions, no asset, no job"]),
    ],
)  # fmt: skip
def test_definitions_that_are_wrong_are_told_with_place_and_remedy(folder, text, parts):
    said = refused(folder, f"import weftwork as dg\n{text}\n")
    assert [part for part in parts if part not in said] == [], said


def test_everything_that_config_lacks_is_told_at_once_with_an_example(folder):
    said = refused(folder, CONFIGURED)
    assert "'ops', 'resources'" in said
    assert "{'clean': {'config': {'most': 0, 'name': '...'}}}" in said
    assert "{'shop': {'config': {'url': '...', 'port': 0}}}" in said


def test_everything_that_is_wrong_in_config_is_told_at_once_with_paths(folder):
    config = '{"ops": {"clean": {"config": {"most": "x", "nam": ""}}}, "resources": {"shop": {"config": {"port": "p"}}}}'
    said = refused(folder, CONFIGURED, "--config-json", config)
    assert "'nam' at root:ops:clean:config. Did you mean 'name'?" in said
    assert "root:ops:clean:config:most" in said
    assert "'url' at root:resources:shop:config" in said
    assert "root:resources:shop:config:port" in said


def test_a_value_of_the_wrong_type_fails_the_step_and_is_not_stored(folder):
    folder.file("definitions.py", "import weftwork as dg\n@dg.asset\ndef number() -> int:\n    return 'x'\n")
    said = failed(folder.materialize())
    assert "must be of type Int" in said
    assert "found 'x' of Python type str" in said
    assert folder.statuses() == ["FAILURE"]
    assert not (folder.path / ".weftwork" / "storage" / "number").exists()


def test_parts_of_a_selection_may_be_separated_by_commas(folder):
    folder.file("definitions.py", LARGE)
    result = folder.materialize("--select", "large, size", "--json")
    assert result.returncode == 0, result.stderr
    assert folder.json("run", "list")["runs"][0]["status"] == "SUCCESS"


@pytest.mark.parametrize("length", [0, 1, 1_000_000, 2_999_999])
def test_a_truncated_value_is_told_with_its_file_and_how_to_mend_it(folder, length):
    folder.file("definitions.py", LARGE)
    assert folder.materialize("--select", "large").returncode == 0
    stored = folder.path / ".weftwork" / "storage" / "large"
    os.truncate(stored, length)
    said = failed(folder.materialize("--select", "size"))
    assert "The stored value of asset 'large' is damaged" in said
    assert str(stored) in said
    assert "materialize the asset" in said
    assert folder.statuses() == ["FAILURE", "SUCCESS"]
    assert folder.materialize().returncode == 0


def test_a_value_that_the_disk_does_not_take_leaves_what_was_there(folder):
    """A limit on the size of files stands for a full disk."""
    folder.file("definitions.py", LARGE.replace("3_000_000", "100_000"))
    assert folder.materialize("--select", "large").returncode == 0
    storage = folder.path / ".weftwork" / "storage"
    before = (storage / "large").read_bytes()
    folder.file("definitions.py", LARGE)
    result = folder.materialize(
        "--select", "large", prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, 2 * MIB))
    )
    said = failed(result)
    assert "The value of asset 'large' could not be stored" in said
    assert "free space" in said
    assert (storage / "large").read_bytes() == before
    assert not list(storage.glob(".large*"))
    assert folder.statuses() == ["FAILURE", "SUCCESS"]


def test_a_home_that_cannot_be_written_is_refused_before_anything_is_loaded(folder):
    if os.access("/proc/self", os.W_OK):
        home = folder.path / "home"
        home.mkdir(mode=0o500)
        if os.geteuid() == 0:
            pytest.skip("nothing is unwritable for root here")
    else:
        home = "/proc/self"
    folder.file("definitions.py", LARGE)
    result = folder.materialize(DAGSTER_HOME=str(home))
    assert result.returncode == 1
    assert f"'{home}' cannot be written" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("home", "said"),
    [("somewhere", "must be an absolute path"), (f"{__file__}/home", f"{__file__}/home'"), (__file__, "is a file")],
)  # fmt: skip
@pytest.mark.parametrize("command", [["materialize"], ["run", "list"], ["asset", "list"]])
def test_a_home_that_is_none_is_refused(folder, home, said, command):
    folder.file("definitions.py", LARGE)
    result = folder.weft(*command, DAGSTER_HOME=home)
    assert result.returncode == 1
    assert said in result.stderr
    assert result.stdout == ""
