"""What a context gives, how an op is called in a test, and what run config may say."""

import json
import logging

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c"])


class Limits(dg.Config):
    rows: int


def steps_of(result):
    return [event.step_key for event in result.all_events if event.is_step_start]


class TestContext:
    @pytest.mark.parametrize("name", ["context", "_", "_context"])
    def test_a_first_parameter_of_such_a_name_is_the_context(self, name):
        space = {"seen": []}
        exec(f"def look({name}):\n    seen.append({name})", space)
        op = dg.op(name="look")(space["look"])

        dg.GraphDefinition("looking", node_defs=[op]).execute_in_process()

        assert op.input_dict == {}
        assert isinstance(space["seen"][0], dg.OpExecutionContext)

    def test_a_first_parameter_of_another_name_is_an_input(self):
        op = dg.op(name="look")(lambda ctx: ctx)

        assert list(op.input_dict) == ["ctx"]

    def test_it_logs_at_every_level_and_with_the_exception_at_hand(self):
        @dg.op
        def talk(context):
            for level in ("debug", "info", "warning", "error", "critical"):
                getattr(context.log, level)(level)
            try:
                raise ValueError("no")
            except ValueError:
                context.log.exception("failed")

        @dg.job
        def talking():
            talk()

        with dg.instance_for_test() as instance:
            result = talking.execute_in_process(instance=instance)
            lines = [
                (one.level, one.user_message)
                for one in instance.all_logs(result.run_id)
                if not one.is_dagster_event
            ]

        assert lines[:5] == [
            (logging.DEBUG, "debug"), (logging.INFO, "info"), (logging.WARNING, "warning"),
            (logging.ERROR, "error"), (logging.CRITICAL, "critical"),
        ]  # fmt: skip
        assert lines[5][0] == logging.ERROR
        assert lines[5][1].startswith("failed")

    def test_of_a_range_there_is_no_single_partition(self):
        seen = {}
        single = dg.BackfillPolicy.single_run()

        @dg.asset(partitions_def=LETTERS, backfill_policy=single)
        def source():
            return {"a": 1, "b": 2}

        @dg.asset(partitions_def=LETTERS, backfill_policy=single)
        def table(context: dg.AssetExecutionContext, source):
            for end, name in (("input", "source"), ("output", "result")):
                with pytest.raises((dg.DagsterError, dg.CheckError), match="range|plural"):
                    getattr(context, f"asset_partition_key_for_{end}")(name)
                seen[end] = getattr(context, f"asset_partition_keys_for_{end}")(name)

        tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
        dg.materialize_to_memory([source, table], tags=tags)

        assert seen == {"input": ["a", "b"], "output": ["a", "b"]}

    def test_windows_are_of_time_partitions_only(self):
        @dg.asset(partitions_def=LETTERS)
        def table(context: dg.AssetExecutionContext):
            for ask in (
                lambda: context.partition_time_window,
                lambda: context.asset_partitions_time_window_for_output(),
            ):
                with pytest.raises(dg.DagsterError, match=r"(?i)time.?window"):
                    ask()

        assert dg.materialize([table], partition_key="a").success


class TestDirectInvocation:
    def test_config_is_an_object_or_a_dict(self):
        @dg.op
        def sized(config: Limits):
            return config.rows

        @dg.op(config_schema={"rows": int})
        def plain(context):
            return context.op_config["rows"]

        assert sized(Limits(rows=3)) == 3
        assert sized(config=Limits(rows=3)) == 3
        assert sized(dg.build_op_context(op_config={"rows": 4})) == 4
        assert sized(dg.build_op_context(config=Limits(rows=4))) == 4
        assert plain(dg.build_op_context(config={"rows": 5})) == 5

    def test_a_context_that_is_declared_must_be_given(self):
        @dg.op
        def look(context, number):
            return number

        assert look(dg.build_op_context(), 3) == 3
        with pytest.raises(dg.DagsterInvalidInvocationError, match="context"):
            look(3)

    def test_an_instance_is_ephemeral_unless_given(self):
        with dg.instance_for_test() as instance:
            assert dg.build_op_context(instance=instance).instance is instance
        assert dg.build_op_context().instance.is_ephemeral

    def test_a_context_is_not_made_by_hand(self):
        with pytest.raises(TypeError):
            dg.OpExecutionContext()


class TestRunConfig:
    @staticmethod
    def job():
        @dg.resource(config_schema={"url": str})
        def database(context):
            return context.resource_config["url"]

        @dg.op(required_resource_keys={"db"}, config_schema={"rows": int})
        def query(context):
            return context.resources.db, context.op_config["rows"]

        @dg.graph
        def inner():
            query.alias("again")()

        @dg.job(resource_defs={"db": database})
        def nightly():
            query()
            inner()

        return nightly

    CONFIG = {
        "resources": {"db": {"config": {"url": "here"}}},
        "ops": {
            "query": {"config": {"rows": 1}},
            "inner": {"ops": {"again": {"config": {"rows": 2}}}},
        },
        "loggers": {"console": {"config": {"log_level": "ERROR", "name": "mine"}}},
        "execution": {"config": {"in_process": {"retries": {"enabled": {}}}}},
    }

    def test_every_section_is_read(self):
        result = self.job().execute_in_process(self.CONFIG)

        assert result.output_for_node("query") == ("here", 1)
        assert result.output_for_node("inner.again") == ("here", 2)

    @pytest.mark.parametrize(
        ("path", "wrong", "named"),
        [
            (("loggers",), {"file": {"config": {}}}, "console"),
            (("loggers", "console", "config"), {"level": "x"}, "log_level"),
            (("resources",), {"bd": {"config": {"url": "x"}}}, "db"),
            (("ops",), {"qurey": {"config": {"rows": 1}}}, "query"),
            (("ops", "query", "config"), {"row": 1}, "rows"),
            (("execution", "config"), {"in_proces": {}}, "in_process"),
        ],
    )
    def test_what_is_not_known_is_refused_with_what_is(self, path, wrong, named):
        config = json.loads(json.dumps(self.CONFIG))
        place = config
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = wrong

        with pytest.raises(dg.DagsterInvalidConfigError, match=named):
            dg.validate_run_config(self.job(), config)

    def test_validation_gives_back_config_with_its_defaults(self):
        @dg.op(config_schema={"rows": dg.Field(int, default_value=3)})
        def sized(): ...

        @dg.job
        def small():
            sized()

        found = dg.validate_run_config(small)

        assert set(found) == {"ops", "execution", "resources", "loggers"}
        assert found["ops"]["sized"]["config"] == {"rows": 3}
        with pytest.raises(TypeError):
            dg.validate_run_config(small, mode="default")
        with pytest.raises(TypeError):
            dg.validate_run_config(pipeline_def=small)


class TestInstance:
    def test_settings_of_an_instance_for_tests_must_be_known(self):
        with pytest.raises(dg.DagsterInvalidConfigError, match="zzz"), dg.instance_for_test({"zzz": 1}):
            pass

    def test_a_home_must_be_a_directory(self, monkeypatch, tmp_path):
        (tmp_path / "file").write_text("")
        for home in (tmp_path / "file", tmp_path / "nowhere"):
            monkeypatch.setenv("DAGSTER_HOME", str(home))
            with pytest.raises(dg.DagsterInvariantViolationError, match="DAGSTER_HOME"):
                dg.DagsterInstance.get()
        monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
        (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        with dg.DagsterInstance.get() as instance:
            assert instance.root_directory == str(tmp_path)
            assert not instance.telemetry_enabled
