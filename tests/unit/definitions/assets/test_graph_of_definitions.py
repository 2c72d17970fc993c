"""The graph of assets tells of each asset and check what its definition says."""

import weftwork as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01")


def build_definitions() -> dg.Definitions:
    @dg.asset(
        group_name="raw", metadata={"rows": 1}, partitions_def=DAYS, pool="db", description="All orders.",
        backfill_policy=dg.BackfillPolicy.single_run(),
    )  # fmt: skip
    def orders(): ...

    @dg.asset(deps=[orders, "elsewhere"])
    def report(): ...

    @dg.asset_check(asset=report, metadata={"why": "trust"})
    def is_whole():
        return dg.AssetCheckResult(passed=True)

    automated = dg.define_asset_job(
        "automated",
        [report],
        automation_condition=dg.AutomationCondition.any_job_root_assets_match(
            dg.AutomationCondition.missing()
        ),
    )
    plain = dg.define_asset_job("plain", [report])
    return dg.Definitions(assets=[orders, report], asset_checks=[is_whole], jobs=[automated, plain])


def test_a_node_has_what_the_definition_says_and_its_neighbours():
    graph = build_definitions().resolve_asset_graph()
    orders = graph.get(dg.AssetKey("orders"))
    assert (orders.group_name, orders.partitions_def, orders.metadata) == ("raw", DAYS, {"rows": 1})
    assert (orders.description, orders.pools, orders.is_partitioned) == ("All orders.", {"db"}, True)
    assert orders.backfill_policy == dg.BackfillPolicy.single_run()
    assert orders.child_keys == {dg.AssetKey("report")}
    report = graph.get(dg.AssetKey("report"))
    assert report.parent_keys == {dg.AssetKey("orders"), dg.AssetKey("elsewhere")}
    assert graph.get_parents(report) == {orders, graph.get(dg.AssetKey("elsewhere"))}
    assert graph.get(dg.AssetKey("elsewhere")).is_external


def test_a_check_is_a_node_too():
    graph = build_definitions().resolve_asset_graph()
    key = dg.AssetCheckKey(dg.AssetKey("report"), "is_whole")
    assert graph.has(key)
    assert graph.get(key).parent_entity_keys == {dg.AssetKey("report")}
    assert graph.get(dg.AssetKey("report")).child_entity_keys == {key}
    assert graph.get_check_spec(key).metadata["why"] == "trust"
    assert graph.get_check_keys_for_assets([dg.AssetKey("report")]) == {key}


def test_sets_of_keys():
    graph = build_definitions().resolve_asset_graph()
    assert graph.all_group_names == {"raw", "default"}
    assert graph.asset_keys_for_group("raw") == {dg.AssetKey("orders")}
    assert graph.asset_keys_for_partitions_def(DAYS) == {dg.AssetKey("orders")}
    assert graph.root_materializable_asset_keys == {dg.AssetKey("orders")}
    assert graph.unpartitioned_asset_keys == {dg.AssetKey("report"), dg.AssetKey("elsewhere")}


def test_only_jobs_that_run_by_a_condition_are_in_the_graph():
    graph = build_definitions().resolve_asset_graph()
    assert graph.asset_keys_for_job("automated") == {dg.AssetKey("report")}
    assert graph.asset_keys_for_job("plain") == set()
    assert graph.has(dg.AssetJobKey("automated"))


def test_the_mapping_of_a_dependency_is_the_one_that_holds():
    graph = build_definitions().resolve_asset_graph()
    mapping = graph.get_partition_mapping(dg.AssetKey("report"), dg.AssetKey("orders"))
    assert isinstance(mapping, dg.AllPartitionMapping)


def test_roots_have_nothing_of_their_kind_above_them_however_far():
    @dg.asset
    def first(): ...

    elsewhere = dg.AssetSpec("elsewhere", deps=[first])

    @dg.asset(deps=[elsewhere])
    def last(): ...

    @dg.observable_source_asset
    def seen():
        return dg.DataVersion("1")

    @dg.asset(deps=[seen])
    def made(): ...

    graph = dg.Definitions(assets=[first, elsewhere, last, seen, made]).resolve_asset_graph()

    assert graph.root_materializable_asset_keys == {dg.AssetKey("first"), dg.AssetKey("made")}
    assert graph.root_executable_asset_keys == {dg.AssetKey("first"), dg.AssetKey("seen")}
    assert graph.unexecutable_asset_keys == {dg.AssetKey("elsewhere")}


def test_what_is_made_together_and_what_comes_after_is_told():
    @dg.multi_asset(specs=[dg.AssetSpec("left"), dg.AssetSpec("right", deps=["left"])])
    def both(): ...

    @dg.asset_check(asset="right")
    def is_whole():
        return dg.AssetCheckResult(passed=True)

    graph = dg.Definitions(assets=[both], asset_checks=[is_whole]).resolve_asset_graph()
    left, right = graph.get(dg.AssetKey("left")), graph.get(dg.AssetKey("right"))

    assert graph.get_children(left) == {right}
    assert left.execution_set_asset_keys == {left.key, right.key}
    assert graph.get_execution_set_asset_and_check_keys(left.key) == {left.key, right.key}
    assert [node.key for node in graph.asset_check_nodes] == [is_whole.check_key]
    assert graph.assets_def_for_key(left.key).keys == {left.key, right.key}
    assert graph.asset_dep_graph["upstream"][right.key] == {left.key}
    assert graph.get_all_asset_keys() == {left.key, right.key}
    assert (left.to_asset_spec().key, left.has_self_dependency) == (left.key, False)


def test_jobs_with_conditions_are_nodes_too():
    @dg.asset
    def orders(): ...

    @dg.asset
    def report(orders): ...

    condition = dg.AutomationCondition.any_job_root_assets_match(dg.AutomationCondition.eager())
    automated = dg.define_asset_job("automated", automation_condition=condition)
    repository = dg.Definitions(
        [orders, report], jobs=[automated, dg.define_asset_job("by_hand")]
    ).get_repository_def()

    (node,) = repository.asset_graph.asset_job_nodes

    assert node.key == dg.AssetJobKey("automated")
    assert node.asset_keys == {orders.key, report.key}
    assert repository.asset_graph.get(node.key).automation_condition == condition
