"""Libraries make themselves known."""

import pytest

import weftwork as dg
from weftwork.base.errors import ParameterCheckError


def test_a_library_is_known_by_its_version(monkeypatch):
    monkeypatch.setattr(dg.DagsterLibraryRegistry, "_libraries", {})

    dg.DagsterLibraryRegistry.register("our-integration", "1.2.0rc1", is_dagster_package=False)

    assert dg.DagsterLibraryRegistry.get()["our-integration"] == "1.2.0rc1"
    assert "weftwork" in dg.DagsterLibraryRegistry.get()


@pytest.mark.parametrize("version", ["bad", "", 3, None])
def test_what_is_no_version_is_refused(version):
    with pytest.raises(ParameterCheckError, match="For example: '1.2.0'"):
        dg.DagsterLibraryRegistry.register("our-integration", version)
