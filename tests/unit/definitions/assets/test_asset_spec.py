import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.asset_out import AssetOut
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy, BackfillPolicyType
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.partitions.mappings import LastPartitionMapping
from weftwork.records.keys import AssetKey


class TestSpec:
    def test_holds_what_it_is_given(self):
        spec = AssetSpec(
            ["sales", "orders"], deps=["customers", AssetKey(["a", "b"])], description="All orders.", metadata={"rows": 1},
            group_name="sales", code_version="2", owners=["team:data", "ada@example.com"], tags={"tier": "gold"},
            kinds={"python"}, skippable=True,
        )  # fmt: skip

        assert spec.key == AssetKey(["sales", "orders"])
        assert [dep.asset_key for dep in spec.deps] == [AssetKey("customers"), AssetKey(["a", "b"])]
        assert spec.tags == {"tier": "gold", "dagster/kind/python": ""}
        assert spec.kinds == {"python"}
        assert (spec.group_name, spec.code_version, spec.skippable) == ("sales", "2", True)
        assert spec.owners == ["team:data", "ada@example.com"]

    def test_group_stays_open_on_a_spec(self):
        assert AssetSpec("a").group_name is None

    def test_equal_specs_are_equal(self):
        assert AssetSpec("a", deps=["b"], tags={"x": "1"}) == AssetSpec("a", deps=["b"], tags={"x": "1"})
        assert AssetSpec("a") != AssetSpec("a", description="other")

    def test_repeated_deps_count_once(self):
        assert AssetSpec("a", deps=["b", "b"]).deps == [AssetDep("b")]

    def test_repeated_deps_with_different_mappings_are_refused(self):
        with pytest.raises(DagsterInvariantViolationError, match="'b' twice"):
            AssetSpec("a", deps=[AssetDep("b", partition_mapping=LastPartitionMapping()), "b"])

    @pytest.mark.parametrize("owner", ["bob", "a@b.c", "team:", "@example.com"])
    def test_owner_must_be_address_or_team(self, owner):
        with pytest.raises(DagsterInvalidDefinitionError, match="cannot be an owner of asset 'a'"):
            AssetSpec("a", owners=[owner])

    @pytest.mark.parametrize("tags", [{"a b": "x"}, {"a": "x y"}, {"a": 3}, {"a" * 64: "x"}, {"a/b/c": "x"}])
    def test_tags_of_other_forms_are_refused(self, tags):
        with pytest.raises(DagsterInvalidDefinitionError, match="asset 'a'"):
            AssetSpec("a", tags=tags)

    @pytest.mark.parametrize("group", ["a b", "a.b", "a-b", "", "/a"])
    def test_group_of_other_form_is_refused(self, group):
        with pytest.raises(DagsterInvalidDefinitionError, match="name of an asset group"):
            AssetSpec("a", group_name=group)

    def test_group_may_be_nested(self):
        assert AssetSpec("a", group_name="marketing/emails").group_name == "marketing/emails"

    @pytest.mark.parametrize("arguments", [
        {"metadata": 3}, {"code_version": 3}, {"owners": "team:x"}, {"partitions_def": 3}, {"deps": 3},
        {"freshness_policy": 3},
    ])  # fmt: skip
    def test_arguments_of_the_wrong_kind_are_refused(self, arguments):
        with pytest.raises(CheckError):
            AssetSpec("a", **arguments)

    def test_deps_may_be_a_single_name(self):
        assert AssetSpec("a", deps="orders").deps == [AssetDep("orders")]

    def test_unknown_argument_is_refused(self):
        with pytest.raises(TypeError):
            AssetSpec("a", colour="red")


class TestChangedCopies:
    def test_replace_keeps_kinds_and_tags_apart(self):
        spec = AssetSpec("a", kinds={"x"}, tags={"q": "1"})

        assert spec.replace_attributes(kinds={"z"}).tags == {"q": "1", "dagster/kind/z": ""}
        assert spec.replace_attributes(tags={"z": "1"}).tags == {"z": "1", "dagster/kind/x": ""}

    def test_replace_with_none_clears(self):
        spec = AssetSpec("a", group_name="g", description="d").replace_attributes(
            group_name=None, description=None
        )

        assert (spec.group_name, spec.description) == (None, None)

    def test_replace_checks_what_it_is_given(self):
        with pytest.raises(DagsterInvalidDefinitionError):
            AssetSpec("a").replace_attributes(owners=["bob"])

    def test_merge_adds(self):
        spec = AssetSpec("a", deps=["b"], metadata={"m": 1}, owners=["team:a"], tags={"q": "1"}, kinds={"x"})

        merged = spec.merge_attributes(
            deps=["c"], metadata={"n": 2}, owners=["team:b"], tags={"r": "1"}, kinds={"y"}
        )

        assert [dep.asset_key.to_user_string() for dep in merged.deps] == ["b", "c"]
        assert merged.metadata == {"m": 1, "n": 2}
        assert merged.owners == ["team:a", "team:b"]
        assert merged.tags == {"q": "1", "r": "1", "dagster/kind/x": "", "dagster/kind/y": ""}

    def test_io_manager_key_is_metadata(self):
        spec = AssetSpec("a").with_io_manager_key("warehouse")

        assert spec.metadata == {"dagster/io_manager_key": "warehouse"}
        assert spec.io_manager_key == "warehouse"


class TestDepInOut:
    @pytest.mark.parametrize("asset", [3, None, b"x", AssetDep])
    def test_dep_must_be_an_asset(self, asset):
        with pytest.raises(CheckError):
            AssetDep(asset)

    def test_dep_names_what_its_mapping_should_be(self):
        with pytest.raises(CheckError, match="Did you mean LastPartitionMapping"):
            AssetDep("a", partition_mapping=LastPartitionMapping)

    def test_in_takes_key_or_prefix(self):
        assert AssetIn(key_prefix="raw").resolve_key("orders") == AssetKey(["raw", "orders"])
        assert AssetIn("orders").resolve_key("x") == AssetKey("orders")
        with pytest.raises(CheckError, match="not both"):
            AssetIn(key="a", key_prefix="b")

    def test_out_takes_key_or_prefix(self):
        with pytest.raises(CheckError, match="not both"):
            AssetOut(key="a", key_prefix="b")

    def test_out_from_spec_keeps_its_attributes(self):
        out = AssetOut.from_spec(AssetSpec("a", owners=["team:x"], kinds={"k"}), io_manager_key="io")

        assert (out.key, out.owners, out.kinds, out.io_manager_key) == (
            AssetKey("a"),
            ["team:x"],
            {"k"},
            "io",
        )

    def test_out_from_spec_refuses_deps(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="dependencies"):
            AssetOut.from_spec(AssetSpec("a", deps=["b"]))


class TestCheckSpec:
    def test_its_output_is_named_after_asset_and_check(self):
        assert AssetCheckSpec("c", asset=["x", "a-b"]).get_python_identifier() == "x__a_b_c"

    def test_its_asset_is_no_additional_dep(self):
        with pytest.raises(ValueError, match="depends on it anyway"):
            AssetCheckSpec("c", asset="a", additional_deps=["a"])


def test_backfill_policies():
    assert BackfillPolicy.single_run().policy_type is BackfillPolicyType.SINGLE_RUN
    assert BackfillPolicy.multi_run(10).max_partitions_per_run == 10
    assert BackfillPolicy.multi_run() == BackfillPolicy()
