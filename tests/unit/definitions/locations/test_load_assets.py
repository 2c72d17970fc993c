import sys
import types

import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.checks.asset_check import asset_check
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.locations.load_assets import (
    load_asset_checks_from_modules,
    load_assets_from_current_module,
    load_assets_from_modules,
    load_assets_from_package_name,
)
from weftwork.definitions.locations.load_definitions import load_definitions_from_module
from weftwork.records.keys import AssetKey


def module_of(**content):
    module = types.ModuleType("shop")
    vars(module).update(content)
    return module


def make(name, **arguments):
    return asset(name=name, **arguments)(lambda: 1)


A, B = make("a"), make("b", deps=["a", "up"])
UP, SPEC = SourceAsset("up"), AssetSpec("spec")


@asset_check(asset="a")
def check_a(): ...


def keys(assets):
    return [item.key.to_user_string() for item in assets]


def test_assets_at_the_top_and_in_lists():
    module = module_of(up=UP, a=A, again=A, many=[B], spec=SPEC, check=check_a, other=3)

    assert keys(load_assets_from_modules([module])) == ["a", "b", "up"]
    assert keys(load_assets_from_modules([module], include_specs=True)) == ["a", "b", "up", "spec"]


def test_prefix_follows_into_dependencies_and_leaves_sources():
    loaded = load_assets_from_modules([module_of(a=A, b=B, up=UP)], key_prefix="p")

    assert keys(loaded) == ["p/a", "p/b", "up"]
    assert loaded[1].dependency_keys == {AssetKey(["p", "a"]), AssetKey("up")}


def test_sources_have_a_prefix_of_their_own():
    loaded = load_assets_from_modules([module_of(b=B, up=UP)], source_key_prefix="raw")

    assert keys(loaded) == ["b", "raw/up"]
    assert AssetKey(["raw", "up"]) in loaded[0].dependency_keys


def test_group_and_policy():
    loaded = load_assets_from_modules(
        [module_of(a=A, up=UP)], group_name="g", backfill_policy=BackfillPolicy.single_run()
    )

    assert loaded[0].group_names_by_key == {A.key: "g"}
    assert loaded[0].backfill_policy == BackfillPolicy.single_run()
    assert loaded[1].group_name == "g"
    assert A.group_names_by_key == {A.key: "default"}


def test_second_group_is_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="group 'g' already"):
        load_assets_from_modules([module_of(a=make("a", group_name="g"))], group_name="h")


def test_one_object_in_two_modules_counts_once_and_two_objects_conflict():
    assert keys(load_assets_from_modules([module_of(a=A), module_of(a=A)])) == ["a"]
    with pytest.raises(DagsterInvalidDefinitionError, match="and again in 'shop'"):
        load_assets_from_modules([module_of(a=A), module_of(a=make("a"))])


def test_what_is_no_module_is_refused():
    with pytest.raises(CheckError):
        load_assets_from_modules([3])


def test_checks():
    module = module_of(a=A, check=check_a)

    assert load_asset_checks_from_modules([module]) == [check_a]
    (moved,) = load_asset_checks_from_modules([module], asset_key_prefix="p")
    assert moved.check_key.asset_key == AssetKey(["p", "a"])
    assert moved.keys_by_input_name == {"a": AssetKey(["p", "a"])}


def test_package_is_searched_with_all_modules(tmp_path, monkeypatch):
    (tmp_path / "warehouse" / "inner").mkdir(parents=True)
    lines = "from weftwork.definitions.assets.decorators.asset import asset\n@asset\ndef {}(): ...\n"
    (tmp_path / "warehouse" / "__init__.py").write_text(lines.format("top"))
    (tmp_path / "warehouse" / "inner" / "__init__.py").write_text("")
    (tmp_path / "warehouse" / "inner" / "deep.py").write_text(lines.format("deep"))
    monkeypatch.syspath_prepend(tmp_path)

    assert keys(load_assets_from_package_name("warehouse")) == ["top", "deep"]
    for name in [name for name in sys.modules if name.startswith("warehouse")]:
        monkeypatch.delitem(sys.modules, name)


def test_current_module(monkeypatch):
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or module_of(A=A, B=B, UP=UP))

    assert keys(load_assets_from_current_module()) == ["a", "b", "up"]


def test_definitions_of_a_module():
    defs = load_definitions_from_module(module_of(a=A, up=UP, spec=SPEC, check=check_a))

    Definitions.validate_loadable(defs)
    assert keys(defs.assets) == ["a", "up", "spec"]
    assert defs.asset_checks == [check_a]


def test_definitions_object_of_a_module_wins():
    own = Definitions(assets=[A])

    assert load_definitions_from_module(module_of(a=A, b=B, defs=own)).assets == [A]
    with pytest.raises(DagsterInvalidDefinitionError, match="2 Definitions"):
        load_definitions_from_module(module_of(defs=own, more=Definitions()))
