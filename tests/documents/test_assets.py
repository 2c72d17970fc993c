"""The examples of the reference of assets, as they run."""

import pytest

import weftwork as dg

STORE: dict = {}


@pytest.fixture(autouse=True)
def _empty_store():
    STORE.clear()


def made_by(result):
    return sorted(event.asset_key.to_user_string() for event in result.get_asset_materialization_events())


def test_an_asset_takes_the_asset_of_its_parameter():
    @dg.asset
    def my_upstream_asset() -> int:
        return 5

    @dg.asset
    def my_asset(my_upstream_asset: int) -> int:
        return my_upstream_asset + 1

    assert dg.materialize([my_upstream_asset, my_asset]).asset_value("my_asset") == 6


def test_keys_are_one_or_several_parts():
    assert dg.AssetKey("asset1") == dg.AssetKey(["asset1"])
    assert dg.AssetKey(["prefix", "asset1"]).path == ["prefix", "asset1"]
    assert dg.AssetKey(["prefix", "subprefix", "asset1"]).to_user_string() == "prefix/subprefix/asset1"


def test_a_graph_makes_an_asset():
    @dg.op
    def fetch_files_from_slack(context) -> list:
        return ["a.txt"]

    @dg.op
    def store_files(files) -> None:
        STORE["slack_files"] = files

    @dg.graph_asset
    def slack_files_table():
        return store_files(fetch_files_from_slack())

    assert made_by(dg.materialize([slack_files_table])) == ["slack_files_table"]
    assert STORE == {"slack_files": ["a.txt"]}


def test_one_function_writes_several_assets_itself():
    @dg.multi_asset(
        specs=[
            dg.AssetSpec("asset1", deps=["asset0"]),
            dg.AssetSpec("asset2", deps=["asset0"]),
        ]
    )
    def my_function():
        asset0_value = 10
        STORE["asset1"] = asset0_value + 1
        STORE["asset2"] = asset0_value + 2

    assert made_by(dg.materialize([my_function])) == ["asset1", "asset2"]
    assert STORE == {"asset1": 11, "asset2": 12}


def test_one_function_returns_several_assets_for_io_managers():
    @dg.asset
    def asset0():
        return 10

    @dg.multi_asset(outs={"asset1": dg.AssetOut(), "asset2": dg.AssetOut()})
    def my_function(asset0):
        return asset0 + 1, asset0 * 2

    result = dg.materialize([asset0, my_function])
    assert (result.asset_value("asset1"), result.asset_value("asset2")) == (11, 20)


def test_one_function_observes_several_assets():
    @dg.multi_observable_source_asset(specs=[dg.AssetSpec("asset1"), dg.AssetSpec("asset2")])
    def my_function():
        yield dg.ObserveResult(asset_key="asset1", metadata={"foo": "bar"})
        yield dg.ObserveResult(asset_key="asset2", metadata={"baz": "qux"})

    result = dg.Definitions(assets=[my_function]).resolve_implicit_global_asset_job_def().execute_in_process()
    observed = [event.asset_observation for event in result.get_asset_observation_events()]
    assert [o.asset_key.to_user_string() for o in observed] == ["asset1", "asset2"]
    assert [o.metadata for o in observed] == [
        {"foo": dg.MetadataValue.text("bar")},
        {"baz": dg.MetadataValue.text("qux")},
    ]


def test_a_dependency_on_the_partition_before():
    upstream_asset = dg.AssetSpec("upstream_asset")
    downstream_asset = dg.AssetSpec(
        "downstream_asset",
        deps=[
            dg.AssetDep(
                upstream_asset,
                partition_mapping=dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1),
            )
        ],
    )
    daily = dg.DailyPartitionsDefinition("2024-01-01")
    seen = []

    @dg.multi_asset(specs=[downstream_asset], partitions_def=daily)
    def my_function(context: dg.AssetExecutionContext):
        seen.append(context.asset_partition_key_for_input("upstream_asset"))

    declared = upstream_asset.replace_attributes(partitions_def=daily)
    dg.materialize([declared, my_function], partition_key="2024-01-03", selection=["downstream_asset"])
    assert seen == ["2024-01-02"]


class TestAssetJobs:
    def test_a_job_over_all_assets(self):
        @dg.asset
        def asset1(): ...

        defs = dg.Definitions(assets=[asset1], jobs=[dg.define_asset_job("all_assets")])
        assert made_by(defs.resolve_job_def("all_assets").execute_in_process()) == ["asset1"]

    def test_a_job_over_named_assets(self):
        @dg.asset
        def asset1(): ...

        @dg.asset
        def asset2(): ...

        job = dg.define_asset_job("all_assets", selection=[asset1])
        defs = dg.Definitions(assets=[asset1, asset2], jobs=[job])
        assert made_by(defs.resolve_job_def("all_assets").execute_in_process()) == ["asset1"]

    def test_a_job_over_a_group(self):
        @dg.asset(group_name="marketing")
        def leads(): ...

        @dg.asset
        def other(): ...

        job = dg.define_asset_job("marketing_job", selection=dg.AssetSelection.groups("marketing"))
        defs = dg.Definitions(assets=[leads, other], jobs=[job])
        assert made_by(defs.resolve_job_def("marketing_job").execute_in_process()) == ["leads"]

    def test_a_job_that_observes(self):
        @dg.observable_source_asset
        def source_asset():
            return dg.DataVersion("1")

        defs = dg.Definitions(
            assets=[source_asset], jobs=[dg.define_asset_job("observation_job", selection=[source_asset])]
        )
        result = defs.resolve_job_def("observation_job").execute_in_process()
        assert [e.asset_key.to_user_string() for e in result.get_asset_observation_events()] == [
            "source_asset"
        ]

    def test_resources_come_from_definitions(self):
        @dg.asset(required_resource_keys={"slack_client"})
        def asset1(context):
            return context.resources.slack_client

        defs = dg.Definitions(
            assets=[asset1],
            jobs=[dg.define_asset_job("all_assets")],
            resources={"slack_client": dg.ResourceDefinition.hardcoded_resource("client")},
        )
        assert defs.resolve_job_def("all_assets").execute_in_process().asset_value("asset1") == "client"


class TestAssetSelection:
    @pytest.fixture
    def defs(self):
        @dg.asset(group_name="marketing")
        def leads(): ...

        @dg.asset(deps=[leads], group_name="marketing")
        def campaigns(): ...

        @dg.asset(deps=[leads])
        def promotion(): ...

        @dg.multi_asset(specs=[dg.AssetSpec("projections"), dg.AssetSpec("plans")])
        def planning(): ...

        @dg.asset(key_prefix=["a", "b"])
        def deep(): ...

        @dg.asset_check(asset=leads)
        def my_asset_check():
            return dg.AssetCheckResult(passed=True)

        self.check = my_asset_check
        return dg.Definitions(
            assets=[leads, campaigns, promotion, planning, deep], asset_checks=[my_asset_check]
        )

    def names(self, defs, selection):
        return sorted(key.to_user_string() for key in selection.resolve(defs.resolve_asset_graph()))

    def checks(self, defs, selection):
        return sorted(key.name for key in selection.resolve_checks(defs.resolve_asset_graph()))

    def test_the_examples_of_the_algebra(self, defs):
        pick = dg.AssetSelection
        marketing = pick.groups("marketing")
        assert self.names(defs, marketing) == ["campaigns", "leads"]
        assert self.names(defs, marketing | pick.assets("promotion")) == ["campaigns", "leads", "promotion"]
        assert self.names(defs, marketing & pick.assets("leads").downstream()) == ["campaigns", "leads"]
        assert self.names(defs, pick.assets(*["leads", "plans"])) == ["leads", "plans"]
        assert self.names(defs, pick.all() - marketing) == ["a/b/deep", "plans", "projections", "promotion"]
        assert self.names(defs, pick.assets("projections").required_multi_asset_neighbors()) == [
            "plans",
            "projections",
        ]

    def test_checks_follow_their_assets_unless_taken_away(self, defs):
        pick = dg.AssetSelection
        marketing = pick.groups("marketing")
        assert self.checks(defs, marketing) == ["my_asset_check"]
        assert self.checks(defs, marketing - pick.all_asset_checks()) == []
        assert self.checks(defs, pick.checks_for_assets("leads")) == ["my_asset_check"]
        assert self.names(defs, pick.checks_for_assets("leads")) == []
        assert self.checks(defs, pick.checks(self.check)) == ["my_asset_check"]

    def test_assets_are_named_in_several_forms(self, defs):
        pick = dg.AssetSelection
        assert self.names(defs, pick.assets(dg.AssetKey(["leads"]))) == ["leads"]
        assert self.names(defs, pick.assets("leads", "plans")) == ["leads", "plans"]
        assert self.names(defs, pick.assets(dg.AssetKey(["leads"]), dg.AssetKey(["plans"]))) == [
            "leads",
            "plans",
        ]
        assert self.names(defs, pick.assets(defs.resolve_assets_def("leads"))) == ["leads"]
        assert self.names(defs, pick.assets(*[dg.AssetKey("leads"), dg.AssetKey("plans")])) == [
            "leads",
            "plans",
        ]

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_keys_is_the_older_name(self, defs):
        pick = dg.AssetSelection
        assert self.names(defs, pick.keys(dg.AssetKey(["leads"]))) == ["leads"]
        assert self.names(defs, pick.keys("leads", "plans")) == ["leads", "plans"]

    def test_prefixes_are_whole_parts(self, defs):
        pick = dg.AssetSelection
        assert self.names(defs, pick.key_prefixes("a", "b")) == ["a/b/deep"]
        assert self.names(defs, pick.key_prefixes(["a", "b"], ["a", "c"])) == ["a/b/deep"]
