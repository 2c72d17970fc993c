"""Graphs written as data, and the jobs that are made of graphs."""

import pytest

import weftwork as dg


@dg.op
def return_one():
    return 1


@dg.op
def add_one(num: int):
    return num + 1


@dg.op
def total(numbers: list[int]):
    return sum(numbers)


@dg.op(config_schema={"rows": int})
def sized(context):
    return context.op_config["rows"]


def started(result):
    return [event.step_key for event in result.all_events if event.is_step_start]


class TestGraphDefinition:
    def test_it_has_a_name_and_a_text(self):
        graph = dg.GraphDefinition("basic", description="Adds.", node_defs=[return_one])

        assert (graph.name, graph.description) == ("basic", "Adds.")

    @pytest.mark.parametrize("name", ["a b", "a-b", "a.b", "", "in"])
    def test_a_name_is_letters_digits_and_underscores(self, name):
        with pytest.raises(dg.DagsterInvalidDefinitionError):
            dg.GraphDefinition(name)

    def test_names_are_unique_within_a_graph(self):
        other = dg.op(name="return_one")(lambda: 2)

        with pytest.raises(dg.DagsterInvalidDefinitionError, match="'return_one'"):
            dg.GraphDefinition("basic", node_defs=[return_one, other])

    def test_a_cycle_is_refused(self):
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="add_one -> add_one"):
            dg.GraphDefinition(
                "round",
                node_defs=[add_one],
                dependencies={"add_one": {"num": dg.DependencyDefinition("add_one")}},
            )

    def test_a_node_is_used_several_times_under_other_names(self):
        tries = []
        heard = []

        @dg.success_hook
        def note(context):
            heard.append(context.op.name)

        @dg.op
        def flaky(context):
            tries.append(context.get_tag("level"))
            if len(tries) == 1:
                raise ValueError("not yet")
            return 5

        first = dg.NodeInvocation(
            "flaky", alias="first", tags={"level": "low"}, hook_defs={note}, retry_policy=dg.RetryPolicy(max_retries=1)
        )  # fmt: skip
        graph = dg.GraphDefinition(
            "aliased",
            node_defs=[flaky, add_one],
            dependencies={
                first: {},
                dg.NodeInvocation("add_one", "second"): {"num": dg.DependencyDefinition("first", "result", "why")},
                dg.NodeInvocation("add_one", "third"): {"num": dg.DependencyDefinition("second")},
            },
        )  # fmt: skip
        result = graph.execute_in_process()

        assert result.output_for_node("third") == 7
        assert (len(tries), heard) == (2, ["first"])
        assert graph.node_dict["first"].tags == {"level": "low"}

    def test_several_outputs_fan_into_one_input(self):
        graph = dg.GraphDefinition(
            "fan",
            node_defs=[return_one, add_one, total],
            dependencies={
                "add_one": {"num": dg.DependencyDefinition("return_one")},
                "total": {
                    "numbers": dg.MultiDependencyDefinition(
                        [dg.DependencyDefinition("return_one"), dg.DependencyDefinition("add_one")]
                    )
                },
            },
        )

        assert graph.execute_in_process().output_for_node("total") == 3

    def test_mappings_give_it_inputs_and_outputs(self):
        inner = dg.GraphDefinition(
            "inner",
            node_defs=[add_one],
            input_mappings=[
                dg.InputMapping(
                    graph_input_name="given", mapped_node_name="add_one", mapped_node_input_name="num"
                )
            ],
            output_mappings=[
                dg.OutputMapping(
                    graph_output_name="made", mapped_node_name="add_one", mapped_node_output_name="result"
                )
            ],
        )
        outer = dg.GraphDefinition(
            "outer",
            node_defs=[return_one, inner],
            dependencies={"inner": {"given": dg.DependencyDefinition("return_one")}},
            output_mappings=[dg.OutputMapping("out", "inner", "made")],
        )

        assert inner.execute_in_process(input_values={"given": 4}).output_value("made") == 5
        assert outer.execute_in_process().output_value("out") == 2

    def test_its_config_becomes_that_of_its_ops(self):
        mapping = dg.ConfigMapping(
            config_fn=lambda config: {"sized": {"config": {"rows": config["n"] * 2}}},
            config_schema={"n": int},
        )
        graph = dg.GraphDefinition("simple", node_defs=[sized], config=mapping)

        @dg.job
        def outer():
            graph()

        result = outer.execute_in_process({"ops": {"simple": {"config": {"n": 3}}}})

        assert result.output_for_node("simple.sized") == 6

    def test_tags_are_json_and_those_of_a_use_win(self):
        graph = dg.GraphDefinition("tagged", node_defs=[return_one], tags={"a": {"b": [1]}, "level": "low"})

        @dg.graph
        def outer():
            graph.tag({"level": "high"})()

        assert graph.tags == {"a": '{"b": [1]}', "level": "low"}
        node = outer.node_dict["tagged"]
        assert (node.tags["level"], node.tags["a"]) == ("high", '{"b": [1]}')
        for value in (object(), {1: 2}, (1, 2)):
            with pytest.raises(dg.DagsterInvalidDefinitionError, match="'a'"):
                dg.GraphDefinition("wrong", tags={"a": value})

    def test_the_decorator_makes_the_same(self):
        @dg.graph
        def composed():
            """Adds."""
            add_one(return_one())

        written = dg.GraphDefinition(
            "composed",
            node_defs=[return_one, add_one],
            dependencies={"add_one": {"num": dg.DependencyDefinition("return_one")}},
        )

        assert isinstance(composed, dg.GraphDefinition)
        assert composed.description == "Adds."
        assert composed.spec.nodes == written.spec.nodes


class TestToJob:
    @staticmethod
    def simple():
        @dg.graph(description="Of the graph.")
        def simple():
            sized()

        return simple

    def test_name_and_text_are_its_own_or_those_of_the_graph(self):
        job = self.simple().to_job()
        renamed = self.simple().to_job(name="other", description="Of the job.")

        assert isinstance(job, dg.JobDefinition)
        assert (job.name, job.description) == ("simple", "Of the graph.")
        assert (renamed.name, renamed.description) == ("other", "Of the job.")

    def test_resources_are_given_and_files_are_the_default(self):
        @dg.graph
        def using():
            dg.op(name="use", required_resource_keys={"tool"})(lambda context: context.resources.tool)()

        job = using.to_job(resource_defs={"tool": dg.ResourceDefinition.hardcoded_resource("saw")})

        assert job.execute_in_process().output_for_node("use") == "saw"
        assert set(job.resource_defs) == {"io_manager", "tool"}

    def test_tags_and_metadata_are_normalized(self):
        job = self.simple().to_job(
            tags={"a": "b", "n": {"c": 1}}, metadata={"rows": 3, "doc": dg.MetadataValue.md("*x*")}
        )

        assert job.tags == {"a": "b", "n": '{"c": 1}'}
        assert job.metadata == {"rows": dg.MetadataValue.int(3), "doc": dg.MetadataValue.md("*x*")}
        config = {"ops": {"sized": {"config": {"rows": 1}}}}
        assert job.execute_in_process(config).dagster_run.tags["n"] == '{"c": 1}'
        with pytest.raises(dg.CheckError):
            self.simple().to_job(metadata={1: "x"})

    def test_loggers_hear_what_ops_say(self):
        heard = []

        @dg.logger(config_schema={"prefix": str})
        def mine(init_context):
            import logging

            class Keeping(logging.Handler):
                def emit(self, record):
                    heard.append(init_context.logger_config["prefix"] + record.dagster_meta["orig_message"])

            made = logging.getLogger("mine")
            made.setLevel("INFO")
            made.addHandler(Keeping())
            return made

        @dg.graph
        def talking():
            dg.op(name="talk")(lambda context: context.log.info("hello"))()

        job = talking.to_job(logger_defs={"mine": mine})
        job.execute_in_process({"loggers": {"mine": {"config": {"prefix": "> "}}}})

        assert "> hello" in heard

    def test_the_executor_is_given_or_takes_processes(self):
        assert self.simple().to_job().executor_def is dg.multi_or_in_process_executor
        here = self.simple().to_job(executor_def=dg.in_process_executor)
        assert here.executor_def is dg.in_process_executor

    def test_the_retry_policy_is_for_ops_that_have_none(self):
        tries = []

        @dg.op
        def plain():
            tries.append("plain")
            raise ValueError

        @dg.op(retry_policy=dg.RetryPolicy(max_retries=0))
        def patient():
            tries.append("patient")
            raise ValueError

        @dg.graph
        def failing():
            plain()
            patient()
            plain.alias("of_use").with_retry_policy(dg.RetryPolicy(max_retries=2))()

        job = failing.to_job(op_retry_policy=dg.RetryPolicy(max_retries=1))
        result = job.execute_in_process(raise_on_error=False)

        retried = {name: result.retry_attempts_for_node(name) for name in ("plain", "patient", "of_use")}
        assert retried == {"plain": 1, "patient": 0, "of_use": 2}

    def test_partitions_may_stand_beside_config(self):
        letters = dg.StaticPartitionsDefinition(["a", "b"])
        job = self.simple().to_job(partitions_def=letters, config={"ops": {"sized": {"config": {"rows": 2}}}})

        assert job.partitions_def == letters
        result = job.execute_in_process(partition_key="b")
        assert (result.output_for_node("sized"), result.dagster_run.tags["dagster/partition"]) == (2, "b")

    def test_hooks_and_values_of_inputs_are_bound(self):
        heard = []

        @dg.success_hook
        def note(context):
            heard.append(context.op.name)

        @dg.graph
        def given(num):
            return add_one(num)

        job = given.to_job(hooks={note}, input_values={"num": 2}, asset_layer=None)

        assert job.execute_in_process().output_value() == 3
        assert heard == ["add_one"]

    def test_a_config_mapping_gives_the_schema(self):
        @dg.config_mapping(config_schema={"n": int})
        def simplified(config):
            return {"ops": {"sized": {"config": {"rows": config["n"]}}}}

        job = self.simple().to_job(config=simplified)

        assert job.execute_in_process({"n": 4}).output_for_node("sized") == 4
        with pytest.raises(dg.DagsterInvalidConfigError, match="'ops'"):
            job.execute_in_process({"ops": {"sized": {"config": {"rows": 4}}}})

    def test_config_per_partition_is_a_set_of_partitions(self):
        @dg.static_partitioned_config(partition_keys=["a", "bb"])
        def by_letter(key):
            return {"ops": {"sized": {"config": {"rows": len(key)}}}}

        job = self.simple().to_job(config=by_letter)

        assert job.partitions_def.get_partition_keys() == ["a", "bb"]
        assert job.execute_in_process(partition_key="bb").output_for_node("sized") == 2
