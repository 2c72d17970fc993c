import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.checks.asset_check import asset_check, multi_asset_check
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.records.keys import AssetCheckKey, AssetKey


@asset
def orders(): ...


class TestAssetCheck:
    def test_parameter_takes_the_asset(self):
        @asset_check(asset=orders, blocking=True, description="No amount is below zero.")
        def positive(rows): ...

        assert isinstance(positive, AssetChecksDefinition)
        assert positive.check_key == AssetCheckKey(AssetKey("orders"), "positive")
        assert positive.op.name == "orders_positive"
        assert positive.keys_by_input_name == {"rows": AssetKey("orders")}
        spec = positive.get_spec_for_check_key(positive.check_key)
        assert (spec.blocking, spec.description) == (True, "No amount is below zero.")

    def test_without_parameter_it_only_waits(self):
        @asset_check(asset="orders", name="fresh")
        def look(context): ...

        assert look.op.input_dict["orders"].is_nothing
        assert (look.name, look.asset_key) == ("fresh", AssetKey("orders"))

    def test_further_assets(self):
        @asset_check(
            asset="orders", additional_ins={"other": AssetIn("customers")}, additional_deps=["calendar"]
        )
        def known(other): ...

        ins = {name: i.is_nothing for name, i in known.op.input_dict.items()}
        assert ins == {"orders": True, "other": False, "calendar": True}
        deps = [dep.asset_key.to_user_string() for dep in next(iter(known.check_specs)).additional_deps]
        assert deps == ["customers", "calendar"]

    def test_two_undeclared_parameters_are_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="additional_ins"):

            @asset_check(asset="orders")
            def both(rows, other): ...

    def test_docstring_is_the_description(self):
        @asset_check(asset="orders")
        def documented():
            """All is well."""

        assert next(iter(documented.check_specs)).description == "All is well."


class TestMultiAssetCheck:
    SPECS = (
        AssetCheckSpec("m1", asset="orders"),
        AssetCheckSpec("m2", asset="customers", additional_deps=["k"]),
    )

    def test_one_output_a_check(self):
        @multi_asset_check(specs=self.SPECS, can_subset=True)
        def both(): ...

        assert set(both.op.output_dict) == {"orders_m1", "customers_m2"}
        assert not any(output.is_required for output in both.op.output_defs)
        assert set(both.keys_by_input_name) == {"orders", "customers", "k"}

    def test_subset(self):
        @multi_asset_check(specs=self.SPECS, can_subset=True)
        def both(): ...

        part = both.subset_for(set(), {AssetCheckKey(AssetKey("orders"), "m1")})

        assert part.selected_output_names == {"orders_m1"}
        assert set(part.keys_by_input_name) == {"orders"}

    def test_values_are_taken_by_parameters(self):
        @multi_asset_check(specs=self.SPECS)
        def both(orders): ...

        assert not both.op.input_dict["orders"].is_nothing

    def test_strangers_are_refused(self):
        with pytest.raises(DagsterInvalidDefinitionError, match="none of its checks"):

            @multi_asset_check(specs=self.SPECS)
            def both(stranger): ...

    def test_specs_are_specs(self):
        with pytest.raises(CheckError):
            multi_asset_check(specs=["c"])
