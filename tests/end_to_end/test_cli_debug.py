"""`weft debug export|import`: a run goes to another home, and nothing else does."""

import gzip
import json

import pytest

CODE = """
    import weftwork as dg
    from pydantic import SecretStr

    class Access(dg.Config):
        pin: SecretStr

    @dg.op
    def opens(context, config: Access):
        print("printed with", config.pin.get_secret_value())
        context.log.info("trying %s", config.pin.get_secret_value())
        context.log_event(dg.AssetMaterialization("door", metadata={"open": True}))

    @dg.op
    def rests(): ...

    @dg.job
    def vault():
        opens()
        rests()
"""
CONFIG = json.dumps({"ops": {"opens": {"config": {"pin": "opensesame"}}}})


@pytest.fixture
def exported(folder):
    folder.file("definitions.py", CODE)
    assert folder.weft("job", "execute", "--config-json", CONFIG).returncode == 0
    run_id = folder.json("run", "list")["runs"][0]["run_id"]
    assert folder.weft("debug", "export", run_id[:8], "run.gz").returncode == 0
    return run_id


def test_a_run_comes_as_it_was_and_its_assets_stay_away(folder, exported, tmp_path):
    other = str(tmp_path / "other")

    imported = folder.weft("debug", "import", "run.gz", DAGSTER_HOME=other)

    assert imported.stdout == f"{exported}  imported\n"
    here, there = (
        json.loads(folder.weft("run", "show", exported, "--json", **home).stdout)
        for home in ({}, {"DAGSTER_HOME": other})
    )
    assert there["steps"] == here["steps"]
    assert there["run"]["status"] == "SUCCESS"
    assert there["run"]["started_at"] == here["run"]["started_at"]
    printed = folder.weft("run", "logs", exported, "--stdout", "opens", DAGSTER_HOME=other)
    assert printed.stdout == "printed with [redacted]\n"
    assert json.loads(folder.weft("asset", "list", "--json", DAGSTER_HOME=other).stdout)["assets"] == []


def test_the_file_holds_no_secret(folder, exported):
    with gzip.open(folder.path / "run.gz") as file:
        assert b"opensesame" not in file.read()


def test_a_run_that_is_there_already_is_refused(folder, exported):
    again = folder.weft("debug", "import", "run.gz")

    assert again.returncode == 1
    assert f"There is already a run with id {exported}" in again.stderr


def test_files_of_other_kinds_are_refused(folder, exported):
    (folder.path / "text").write_text("hello")
    with gzip.open(folder.path / "other.gz", "wb") as file:
        file.write(b'{"a": 1}\n')
    cut = (folder.path / "run.gz").read_bytes()[:-40]
    (folder.path / "cut.gz").write_bytes(cut)

    for name in ("text", "other.gz", "cut.gz"):
        refused = folder.weft("debug", "import", name)
        assert refused.returncode == 1
        assert "is no export of a run" in refused.stderr
    assert folder.weft("debug", "export", exported, "run.gz").returncode == 2  # it is there already


def test_names_that_lead_elsewhere_are_refused(folder, exported, tmp_path):
    with gzip.open(folder.path / "run.gz") as file:
        lines = file.read()
    other = str(tmp_path / "other")
    for number, (old, new) in enumerate(
        [(exported.encode(), b"../../escaped"), (b'"file_key":"opens"', b'"file_key":"../../../escaped"')]
    ):
        with gzip.open(folder.path / f"evil{number}.gz", "wb") as file:
            file.write(lines.replace(old, new))
        refused = folder.weft("debug", "import", f"evil{number}.gz", DAGSTER_HOME=other)
        assert refused.returncode == 1
    assert json.loads(folder.weft("run", "list", "--json", DAGSTER_HOME=other).stdout)["runs"] == []
    assert not list(tmp_path.rglob("*escaped*"))
