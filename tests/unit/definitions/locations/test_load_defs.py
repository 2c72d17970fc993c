"""``@definitions`` and ``load_defs``: Definitions of a package."""

import importlib
import sys

import pytest

import weftwork as dg
from weftwork.deprecated import FreshnessPolicy
from weftwork.preview import freshness


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return what makes a package of modules given as text, and imports it."""

    def make(name, **modules):
        folder = tmp_path / name
        folder.mkdir()
        for module, text in {"__init__": "", **modules}.items():
            (folder / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield make
    for name in [name for name in sys.modules if name.startswith("warehouse_")]:
        del sys.modules[name]


def test_a_package_is_loaded_with_what_its_functions_return(package):
    root = package(
        "warehouse_whole",
        orders="import weftwork as dg\n@dg.asset\ndef orders(): ...\n",
        more="import weftwork as dg\n@dg.definitions\ndef more():\n    return dg.Definitions(assets=[dg.AssetSpec('more')])\n",
    )
    keys = {spec.key.to_user_string() for spec in dg.load_defs(root).resolve_all_asset_specs()}
    assert keys == {"orders", "more"}


def test_a_component_file_that_names_nothing_is_told_with_its_line(package, tmp_path):
    root = package("warehouse_yaml")
    (tmp_path / "warehouse_yaml" / "defs.yaml").write_text("type: some.Component")
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"no component 'some\.Component'"):
        dg.load_defs(root)


def test_a_function_of_two_arguments_makes_no_definitions():
    with pytest.raises(dg.DagsterInvariantViolationError, match="2 arguments"):

        @dg.definitions
        def defs(context, extra): ...


def test_former_modules_have_their_names():
    assert FreshnessPolicy is dg.LegacyFreshnessPolicy
    assert freshness.FreshnessPolicy is dg.FreshnessPolicy


def test_a_schedule_of_a_module_may_start_assets_of_the_module(package):
    root = package(
        "warehouse_scheduled",
        orders=(
            "import weftwork as dg\n@dg.asset\ndef orders(): ...\n"
            "@dg.schedule(cron_schedule='@daily', target=[orders])\ndef nightly(context): ...\n"
        ),
    )
    defs = dg.load_defs(root)
    dg.Definitions.validate_loadable(defs)
    assert [spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()] == ["orders"]


def test_a_module_may_import_an_asset_of_another(package):
    root = package(
        "warehouse_shared",
        a="import weftwork as dg\n@dg.asset\ndef orders(): ...\n",
        b="import weftwork as dg\nfrom warehouse_shared.a import orders\n@dg.asset(deps=[orders])\ndef items(): ...\n",
    )
    modules = [importlib.import_module(f"{root.__name__}.{name}") for name in "ab"]
    merged = dg.Definitions.merge(*map(dg.load_definitions_from_module, modules))
    assert {spec.key.to_user_string() for spec in merged.resolve_all_asset_specs()} == {"orders", "items"}
