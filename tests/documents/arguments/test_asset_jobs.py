"""Jobs over assets, what selects them, and modules they are loaded from."""

import sys
import textwrap

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b"])
MISSING = dg.AutomationCondition.missing()
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@dg.asset(group_name="first", tags={"tier": "1"})
def one(): ...


@dg.asset(deps=[one])
def two(): ...


@dg.asset(deps=[two], key_prefix="deep")
def three(): ...


@dg.asset(config_schema={"n": dg.Field(int, default_value=0)})
def sized(context):
    return context.op_execution_context.op_config["n"]


@dg.asset_check(asset=one)
def fine():
    return dg.AssetCheckResult(passed=True)


RAW = dg.AssetSpec(["deep", "raw"], group_name="first", tags={"tier": "1"})
ASSETS = [one, two, three, RAW]


def made(result):
    return [e.asset_key.to_user_string() for e in result.get_asset_materialization_events()]


def run(assets=ASSETS, config=None, checks=(), **job):
    defs = dg.Definitions(assets=assets, asset_checks=list(checks), jobs=[dg.define_asset_job("work", **job)])
    return defs.resolve_job_def("work").execute_in_process(config)


class TestDefineAssetJob:
    def test_it_is_resolved_by_the_definitions(self):
        job = dg.define_asset_job("work", selection="one")
        defs = dg.Definitions(assets=ASSETS, jobs=[job])

        assert type(job).__name__ == "UnresolvedAssetJobDefinition"
        assert isinstance(defs.resolve_job_def("work"), dg.JobDefinition)

    @pytest.mark.parametrize(
        ("selection", "expected"),
        [
            (None, ["one", "two", "deep/three"]),
            ("one", ["one"]),
            ("one*", ["one", "two", "deep/three"]),
            (["one", "deep/three"], ["deep/three", "one"]),
            ([dg.AssetKey("two")], ["two"]),
            ([one, two], ["one", "two"]),
            (dg.AssetSelection.groups("first"), ["one"]),
            (["+two", "deep/three"], ["one", "two", "deep/three"]),
        ],
        ids=str,
    )
    def test_a_selection_has_many_forms(self, selection, expected):
        assert made(run(selection=selection)) == expected

    def test_what_is_not_there_is_refused(self):
        for selection in ([dg.AssetKey("four")], "four"):
            with pytest.raises(
                (dg.DagsterInvalidDefinitionError, dg.DagsterInvalidSubsetError), match="four"
            ):
                run(selection=selection)

    def test_config_is_a_dict_an_object_a_mapping_or_by_partition(self):
        config = {"ops": {"sized": {"config": {"n": 4}}}}

        @dg.config_mapping(config_schema={"n": int})
        def simplified(given):
            return {"ops": {"sized": {"config": {"n": given["n"]}}}}

        assert run([sized], config=None, selection="sized").asset_value("sized") == 0
        for given in (config, dg.RunConfig(ops={"sized": {"config": {"n": 4}}})):
            assert job_of(sized, config=given).execute_in_process().asset_value("sized") == 4
        mapped = job_of(sized, config=simplified).execute_in_process({"n": 5})
        assert mapped.asset_value("sized") == 5

        @dg.static_partitioned_config(partition_keys=["a", "bbb"])
        def by_letter(key):
            return {"ops": {"sized": {"config": {"n": len(key)}}}}

        partitioned = job_of(sized, config=by_letter).execute_in_process(partition_key="bbb")
        assert partitioned.asset_value("sized") == 3

    def test_tags_of_runs_are_those_of_the_job_unless_given(self):
        assert job_of(one, tags={"t": "1"}).execute_in_process().dagster_run.tags["t"] == "1"
        apart = job_of(one, tags={"t": "1"}, run_tags={"r": "2"})
        assert apart.tags == {"t": "1"}
        tags = apart.execute_in_process().dagster_run.tags
        assert (tags["r"], tags.get("t")) == ("2", None)

    def test_other_attributes_are_those_of_a_job(self):
        heard = []
        tries = []

        @dg.success_hook
        def note(context):
            heard.append(context.op.name)

        @dg.asset
        def shaky():
            tries.append(1)
            if len(tries) == 1:
                raise ValueError("not yet")

        job = job_of(
            shaky, metadata={"m": 1}, description="d", executor_def=dg.in_process_executor,
            op_retry_policy=dg.RetryPolicy(max_retries=1), hooks={note},
        )  # fmt: skip

        assert job.execute_in_process().success
        assert (len(tries), heard) == (2, ["shaky"])
        assert (job.metadata["m"], job.description) == (dg.MetadataValue.int(1), "d")
        assert job.executor_def is dg.in_process_executor

    def test_partitions_are_those_of_the_assets(self):
        @dg.asset(partitions_def=LETTERS)
        def letter(context):
            return context.partition_key

        @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x"]))
        def other(): ...

        assert job_of(letter).partitions_def == LETTERS
        assert job_of(letter, partitions_def=LETTERS).partitions_def == LETTERS
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="partitions"):
            run([letter, other])

    def test_checks_run_with_their_assets_unless_they_are_left_out(self):
        pick = dg.AssetSelection

        def ran(selection):
            result = run(checks=[fine], selection=selection)
            return made(result), [check.check_name for check in result.get_asset_check_evaluations()]

        assert ran("one") == (["one"], ["fine"])
        assert ran(pick.assets(one).without_checks()) == (["one"], [])
        assert ran(pick.all_asset_checks()) == ([], ["fine"])
        assert ran(pick.checks(fine)) == ([], ["fine"])
        assert ran(pick.checks(dg.AssetCheckKey(dg.AssetKey("one"), "fine"))) == ([], ["fine"])
        assert ran(pick.checks_for_assets(one)) == ([], ["fine"])

    def test_observing_and_making_may_be_in_one(self):
        @dg.observable_source_asset
        def exports():
            return dg.DataVersion("1")

        result = run([exports, one], selection=[exports, one])

        assert made(result) == ["one"]
        assert len(result.get_asset_observation_events()) == 1


def job_of(*assets, **arguments):
    job = dg.define_asset_job("work", selection=list(assets), **arguments)
    return dg.Definitions(assets=list(assets), jobs=[job]).resolve_job_def("work")


class TestSelection:
    @pytest.mark.parametrize(
        ("selection", "expected"),
        [
            (dg.AssetSelection.all(), "deep/three one two"),
            (dg.AssetSelection.all(include_sources=True), "deep/raw deep/three one two"),
            (dg.AssetSelection.groups("first"), "one"),
            (dg.AssetSelection.groups("first", include_sources=True), "deep/raw one"),
            (dg.AssetSelection.key_prefixes("deep"), "deep/three"),
            (dg.AssetSelection.key_prefixes("deep", include_sources=True), "deep/raw deep/three"),
            (dg.AssetSelection.key_prefixes("de"), ""),
            (dg.AssetSelection.tag("tier", "1"), "one"),
            (dg.AssetSelection.tag("tier", "1", include_sources=True), "deep/raw one"),
            (dg.AssetSelection.keys("deep/three"), "deep/three"),
            (dg.AssetSelection.assets(one, dg.AssetKey("two")), "one two"),
            (dg.AssetSelection.assets("one", ["deep", "three"]), "deep/three one"),
            (dg.AssetSelection.assets("one").downstream(depth=1), "one two"),
            (dg.AssetSelection.assets("one").downstream(include_self=False), "deep/three two"),
            (dg.AssetSelection.assets(["deep", "three"]).upstream(depth=1), "deep/three two"),
            (dg.AssetSelection.all(include_sources=True).materializable(), "deep/three one two"),
            (dg.AssetSelection.all().sinks(), "deep/three"),
            (dg.AssetSelection.all().roots(), "one"),
            (dg.AssetSelection.all().sources(), "one"),
            (dg.AssetSelection.all() - dg.AssetSelection.assets("one"), "deep/three two"),
            (dg.AssetSelection.assets("one") | dg.AssetSelection.assets("two"), "one two"),
            (dg.AssetSelection.assets("one") & dg.AssetSelection.all(), "one"),
        ],
        ids=str,
    )
    def test_it_means_assets(self, selection, expected):
        found = selection.resolve(ASSETS)

        assert sorted(key.to_user_string() for key in found) == expected.split()


class TestLoading:
    @pytest.fixture(autouse=True)
    def package(self, tmp_path, monkeypatch):
        (tmp_path / "depot" / "inner").mkdir(parents=True)
        header = "import weftwork as dg\n"
        (tmp_path / "depot" / "__init__.py").write_text(header + "@dg.asset\ndef top(): ...\n")
        (tmp_path / "depot" / "inner" / "__init__.py").write_text("")
        deep = """
            source = dg.SourceAsset("raw")
            spec = dg.AssetSpec("spec")

            @dg.asset(deps=["top", "raw"])
            def deep(): ...

            def inside():
                @dg.asset
                def hidden(): ...

            def load_all():
                return dg.load_assets_from_current_module(group_name="here")
        """
        (tmp_path / "depot" / "inner" / "deep.py").write_text(header + textwrap.dedent(deep))
        monkeypatch.syspath_prepend(tmp_path)
        yield
        for name in [name for name in sys.modules if name.startswith("depot")]:
            del sys.modules[name]

    @staticmethod
    def named(assets):
        return sorted(asset.key.to_user_string() for asset in assets)

    def test_only_what_stands_at_the_top_of_modules_is_loaded(self):
        import depot.inner.deep

        modules = [depot, depot.inner.deep]
        found = dg.load_assets_from_modules(modules)

        assert self.named(found) == ["deep", "raw", "top"]
        assert self.named(dg.load_assets_from_modules(modules, include_specs=True)) == [
            "deep", "raw", "spec", "top",
        ]  # fmt: skip

    def test_packages_are_searched_to_the_bottom(self):
        import depot

        by_module = dg.load_assets_from_package_module(depot)
        assert self.named(by_module) == ["deep", "raw", "top"]
        assert self.named(dg.load_assets_from_package_name("depot")) == ["deep", "raw", "top"]

    def test_attributes_are_given_to_copies(self):
        import depot.inner.deep

        policy = dg.BackfillPolicy.single_run()
        found = dg.load_assets_from_modules(
            [depot, depot.inner.deep], group_name="g", key_prefix=["p"], source_key_prefix="s",
            automation_condition=MISSING, backfill_policy=policy,
        )  # fmt: skip

        assert self.named(found) == ["p/deep", "p/top", "s/raw"]
        copied = next(asset for asset in found if asset.key == dg.AssetKey(["p", "deep"]))
        assert set(copied.dependency_keys) == {dg.AssetKey(["p", "top"]), dg.AssetKey(["s", "raw"])}
        spec = copied.get_asset_spec()
        assert (spec.group_name, spec.automation_condition, copied.backfill_policy) == ("g", MISSING, policy)
        assert depot.top.key == dg.AssetKey("top")

    def test_a_module_may_load_itself(self):
        import depot.inner.deep

        loaded = depot.inner.deep.load_all()

        assert self.named(loaded) == ["deep", "raw"]
        assert next(one for one in loaded if one.key.path == ["deep"]).get_asset_spec().group_name == "here"

    def test_one_key_means_one_definition(self):
        import depot

        assert self.named(dg.load_assets_from_modules([depot, depot])) == ["top"]
        depot.again = dg.asset(name="top")(lambda: 1)
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="'top'"):
            dg.load_assets_from_modules([depot])

    def test_a_group_is_given_once(self):
        import depot

        depot.top = dg.asset(name="top", group_name="own")(lambda: 1)
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="group"):
            dg.load_assets_from_modules([depot], group_name="g")
