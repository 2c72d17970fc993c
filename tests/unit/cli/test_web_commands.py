"""`weft dev` and `weft serve` where they cannot serve."""

import builtins
import sys

import pytest


@pytest.mark.parametrize("command", ["dev", "serve"])
def test_a_missing_library_is_named_with_how_to_install_it(command, monkeypatch, run, tmp_path):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    for name in [
        one
        for one in sys.modules
        if one.startswith(("weftwork.web", "weftwork.cli.web.running", "starlette"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    original = builtins.__import__

    def without(name, *arguments, **options):
        if name.partition(".")[0] == "starlette":
            raise ModuleNotFoundError("No module named 'starlette'", name="starlette")
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)

    result = run(command, "--port", "0")

    assert result.exit_code == 1
    assert "pip install 'weftwork[web]'" in result.output
    assert "defect" not in result.output
