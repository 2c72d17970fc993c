"""Pipes: a process that was started reports to the step that started it."""

import json
import os
import sys
import textwrap
import threading
from contextlib import contextmanager

import pytest

import weftwork as dg
from weftwork import pipes
from weftwork.pipes.host.readers import COMPOSITE_WRITERS_KEY

HEAD = "from weftwork.pipes import open_dagster_pipes\nwith open_dagster_pipes() as pipes:\n"


def script(body):
    return [sys.executable, "-c", HEAD + textwrap.indent(textwrap.dedent(body), "    ")]


def run(definition, **options):
    return dg.materialize_to_memory([definition], resources={"client": dg.PipesSubprocessClient()}, **options)


def asset_that_runs(body, take=lambda done: done.get_materialize_result(), extras=None, **arguments):
    @dg.asset(name="orders", **arguments)
    def orders(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient):
        return take(client.run(context=context, command=script(body), extras=extras))

    return orders


def test_a_process_reports_assets_checks_and_messages(capfd):
    seen = []

    def take(done):
        seen.extend(done.get_custom_messages())
        return done.get_materialize_result()

    body = """
        pipes.log.info("loading")
        pipes.report_asset_materialization(
            metadata={"rows": 3, "note": {"raw_value": "# hi", "type": "md"}, "none": None}, data_version="v1"
        )
        pipes.report_asset_check("full", passed=False, severity="WARN", metadata={"missing": 1.5})
        pipes.report_custom_message([pipes.get_extra("limit"), pipes.asset_key, pipes.code_version, pipes.provenance])
        print("printed")
    """
    asset = asset_that_runs(
        body, take, {"limit": 5}, check_specs=[dg.AssetCheckSpec("full", asset="orders")], code_version="7"
    )
    result = run(asset)
    (made,) = result.asset_materializations_for_node("orders")
    assert made.metadata == {
        "rows": dg.IntMetadataValue(3), "note": dg.MarkdownMetadataValue("# hi"), "none": dg.NullMetadataValue(),
    }  # fmt: skip
    assert made.tags["dagster/data_version"] == "v1"
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert seen == [[5, "orders", "7", None]]
    assert "printed" in capfd.readouterr().out


def test_a_process_knows_its_partition():
    asset = asset_that_runs(
        """
        window = pipes.partition_time_window
        pipes.report_asset_materialization(metadata={"key": pipes.partition_key, "start": window["start"]})
        """,
        partitions_def=dg.DailyPartitionsDefinition("2026-01-01"),
    )
    (made,) = run(asset, partition_key="2026-01-17").asset_materializations_for_node("orders")
    assert made.metadata["key"].value == "2026-01-17"
    assert made.metadata["start"].value == "2026-01-17T00:00:00+00:00"


def test_what_was_not_reported_counts_as_made():
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both(context, client: dg.PipesSubprocessClient):
        done = client.run(
            context=context,
            command=script("pipes.report_asset_materialization(asset_key='b', metadata={'x': 1})"),
        )
        assert len(done.get_results(implicit_materializations=False)) == 1
        with pytest.raises(pipes.DagsterPipesError, match="2 assets"):
            done.get_materialize_result()
        yield from done.get_results()

    assert {made.asset_key.path[0]: len(made.metadata) for made in run(both).asset_materializations_for_node("both")} == {
        "a": 0, "b": 1,
    }  # fmt: skip


def test_an_op_may_start_processes_too():
    @dg.op
    def started(context: dg.OpExecutionContext, client: dg.PipesSubprocessClient) -> list:
        command = script(
            "pipes.report_custom_message([pipes.is_asset_step, pipes.is_partition_step, pipes.run_id])"
        )
        return client.run(context=context, command=command).get_custom_messages()[0]

    @dg.job(resource_defs={"client": dg.ResourceDefinition.hardcoded_resource(dg.PipesSubprocessClient())})
    def job():
        started()

    result = job.execute_in_process()
    assert result.output_for_node("started") == [False, False, result.run_id]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ([sys.executable, "-c", "raise SystemExit(4)"], "ended with status 4"),
        ("no-such-program-anywhere", "cannot be started"),
    ],
)
def test_a_process_that_fails_fails_the_step(command, told):
    @dg.asset
    def orders(context, client: dg.PipesSubprocessClient):
        client.run(context=context, command=command)

    failed = run(orders, raise_on_error=False)
    assert told in str(failed.failure_data_for_node("orders").error.cause)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("pipes.report_asset_materialization(asset_key='x')", "does not make 'x'"),
        ("pipes.report_asset_materialization()\npipes.report_asset_materialization()", "has been reported"),
        ("pipes.report_asset_materialization(metadata=3)", "a mapping from name to value"),
        ("pipes.report_asset_check('c', passed=True, severity='BAD')", "'WARN' or 'ERROR'"),
        ("pipes.get_extra('none')", "no extra 'none'"),
        ("pipes.partition_key", "is not for one partition"),
        ("pipes.close()\npipes.report_custom_message(1)", "is closed"),
    ],
)
def test_what_cannot_be_is_told_to_the_process(body, told, capfd):
    assert not run(asset_that_runs(body), raise_on_error=False).success
    assert told in capfd.readouterr().err


def test_tables_and_other_kinds_of_metadata_are_read():
    body = """
        columns = [{"name": "id", "type": "int", "constraints": {"unique": True}}]
        said = {
            "url": ("http://a", "url"), "path": ("/a", "path"), "notebook": ("/a.ipynb", "notebook"), "json": ([1], "json"),
            "run": ("r", "dagster_run"), "asset": ("a/b", "asset"), "time": (111, "timestamp"), "flag": (True, "bool"),
            "table": ({"records": [{"id": 1}], "schema": columns}, "table"),
            "schema": ({"columns": columns}, "table_schema"),
            "lineage": ({"deps_by_column": {"id": [{"asset_key": "b", "column_name": "c"}]}}, "table_column_lineage"),
        }
        pipes.report_asset_materialization(
            metadata={name: {"raw_value": raw, "type": kind} for name, (raw, kind) in said.items()}
        )
    """
    (made,) = run(asset_that_runs(body, lambda done: done.get_results())).asset_materializations_for_node(
        "orders"
    )
    found = made.metadata
    assert found["asset"].value == dg.AssetKey(["a", "b"])
    assert found["table"].records == [dg.TableRecord({"id": 1})]
    column = dg.TableColumn("id", "int", constraints=dg.TableColumnConstraints(unique=True))
    assert found["table"].schema == found["schema"].value == dg.TableSchema([column])
    assert found["lineage"].value.deps_by_column == {"id": [dg.TableColumnDep(dg.AssetKey("b"), "c")]}


def test_an_asset_may_return_all_results():
    asset = asset_that_runs(
        "pipes.report_asset_materialization(metadata={'a': 1})\npipes.report_asset_check('full', passed=True)",
        lambda done: done.get_results(),
        check_specs=[dg.AssetCheckSpec("full", asset="orders")],
    )
    result = run(asset)
    assert result.asset_materializations_for_node("orders")[0].metadata["a"].value == 1
    assert [check.passed for check in result.get_asset_check_evaluations()] == [True]


def test_a_process_that_does_not_close_its_pipe_is_told(capfd):
    assert run(asset_that_runs("import os\nos._exit(0)")).success
    assert "ended without closing it" in capfd.readouterr().err


def test_what_a_process_prints_may_come_with_its_messages(capsys):
    @dg.asset
    def orders(context: dg.AssetExecutionContext):
        reader = dg.PipesTempFileMessageReader(include_stdio_in_messages=True)
        client = dg.PipesSubprocessClient(message_reader=reader, forward_stdio=False)
        body = "import sys\nprint('to out')\nprint('to err', file=sys.stderr)\npipes.log_external_stream('stdout', 'more')"
        return client.run(context=context, command=script(body)).get_materialize_result()

    assert dg.materialize_to_memory([orders]).success
    printed = capsys.readouterr()
    assert printed.out == "to out\nmore"
    assert "to err\n" in printed.err


def test_a_program_by_itself_runs_with_a_warning(monkeypatch):
    monkeypatch.delenv(pipes.DAGSTER_PIPES_CONTEXT_ENV_VAR, raising=False)
    with pytest.warns(pipes.DagsterPipesWarning):
        made = pipes.open_dagster_pipes()
    with made as opened:
        opened.report_asset_materialization(metadata={"a": 1})
        opened.log.info("nobody reads this")
        known = (
            opened.get_extra("limit"),
            opened.partition_key,
            opened.code_version,
            opened.provenance,
            opened.run_id,
        )
        assert known == (None, None, None, None, "")
        assert pipes.PipesContext.get() is opened
        assert pipes.open_dagster_pipes() is opened
    with pytest.raises(pipes.DagsterPipesError, match="not open"):
        pipes.PipesContext.get()


def report(variables, write):
    with pipes.open_dagster_pipes(params_loader=pipes.PipesMappingParamsLoader(variables)) as opened:
        write(opened)


@pytest.mark.parametrize(
    "injector",
    [
        dg.PipesEnvContextInjector,
        dg.PipesTempFileContextInjector,
        lambda: dg.PipesFileContextInjector("context"),
    ],
)
@pytest.mark.parametrize(
    "reader", [dg.PipesTempFileMessageReader, lambda: dg.PipesFileMessageReader("messages")]
)
def test_a_session_may_be_used_without_a_client(injector, reader, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    @dg.asset
    def orders(context: dg.AssetExecutionContext):
        with dg.open_pipes_session(context, injector(), reader(), extras={"e": 1}) as session:
            assert set(session.get_bootstrap_cli_arguments()) == {
                "--dagster-pipes-context",
                "--dagster-pipes-messages",
            }
            report(
                session.get_bootstrap_env_vars(),
                lambda opened: opened.report_asset_materialization(metadata=opened.extras),
            )
        return session.get_results()[0]

    (made,) = dg.materialize_to_memory([orders]).asset_materializations_for_node("orders")
    assert made.metadata["e"].value == 1
    assert os.listdir(tmp_path) == []


def test_several_processes_may_report_to_one_step():
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both(context: dg.AssetExecutionContext):
        reader = dg.PipesCompositeMessageReader([dg.PipesTempFileMessageReader() for _ in range(2)])
        with dg.open_pipes_session(context, dg.PipesTempFileContextInjector(), reader) as session:
            assert COMPOSITE_WRITERS_KEY in session.message_reader_params
            for name, variables in zip("ab", session.get_per_writer_bootstrap_env_vars(), strict=True):
                report(
                    variables,
                    lambda opened, name=name: opened.report_asset_materialization(
                        asset_key=name, metadata={"by": name}
                    ),
                )
        assert session.message_handler.received_closed_message
        yield from session.get_results()

    made = dg.materialize_to_memory([both]).asset_materializations_for_node("both")
    assert sorted(one.metadata["by"].value for one in made) == ["a", "b"]
    with pytest.raises(dg.DagsterInvariantViolationError, match="at least one"):
        dg.PipesCompositeMessageReader([])
    two = dg.PipesCompositeMessageReader([dg.PipesTempFileMessageReader(), dg.PipesTempFileMessageReader()])
    with pytest.raises(dg.DagsterInvariantViolationError, match="single-writer"):
        dg.PipesCompositeMessageReader([two])


class Lines(dg.PipesLogReader):
    def __init__(self):
        self.started = self.stopped = False

    def target_is_readable(self, params):
        return True

    def start(self, params, is_session_closed):
        self.started = True

    def stop(self):
        self.stopped = True

    def is_running(self):
        return self.started and not self.stopped


def test_messages_may_come_in_chunks_from_a_store(tmp_path):
    class FolderReader(dg.PipesBlobStoreMessageReader):
        @contextmanager
        def get_params(self):
            yield {"folder": str(tmp_path)}

        def download_messages_chunk(self, index, params):
            path = tmp_path / f"{index}.json"
            return path.read_text() if path.exists() else None

        def no_messages_debug_text(self):
            return f"Messages were expected in {tmp_path}."

    class FolderChannel(pipes.PipesBlobStoreMessageWriterChannel):
        def upload_messages_chunk(self, payload, index):
            (tmp_path / f"{index}.json").write_text(payload.read())

    class FolderWriter(pipes.PipesBlobStoreMessageWriter):
        def make_channel(self, params):
            return FolderChannel(interval=0.01)

    lines = Lines()

    @dg.asset
    def orders(context: dg.AssetExecutionContext):
        reader = FolderReader(interval=0.01, log_readers=[lines])
        with dg.open_pipes_session(context, dg.PipesEnvContextInjector(), reader) as session:
            session.report_launched({"extras": {"job": 1}})
            loader = pipes.PipesMappingParamsLoader(session.get_bootstrap_env_vars())
            with pipes.open_dagster_pipes(params_loader=loader, message_writer=FolderWriter()) as opened:
                opened.report_asset_materialization(metadata={"x": 1})
        assert reader.launched_payload == {"job": 1}
        return session.get_results()[0]

    (made,) = dg.materialize_to_memory([orders]).asset_materializations_for_node("orders")
    assert made.metadata["x"].value == 1
    assert lines.stopped or not lines.started


def test_a_bad_line_is_logged_and_the_others_are_read(capfd):
    @dg.asset
    def orders(context: dg.AssetExecutionContext):
        with dg.open_pipes_session(
            context, dg.PipesEnvContextInjector(), dg.PipesTempFileMessageReader()
        ) as session:
            path = session.message_reader_params["path"]
            with open(path, "a") as file:
                file.write('no json\n{"method": "opened"}\n')
                file.writelines(
                    json.dumps({"__dagster_pipes_version": "0.1", "method": method, "params": params}) + "\n"
                    for method, params in (
                        ("nope", {}),
                        (
                            "report_asset_materialization",
                            {"metadata": {"a": {"type": "mdd", "raw_value": 1}}},
                        ),
                    )
                )
                file.write(
                    json.dumps(
                        {
                            "__dagster_pipes_version": "0.1",
                            "method": "report_custom_message",
                            "params": {"payload": 1},
                        }
                    )
                )
                file.write("\n")
        assert session.get_custom_messages() == (1,)

    assert dg.materialize_to_memory([orders]).success
    told = capfd.readouterr().err
    for text in (
        "no json",
        "no message of a pipe",
        "'nope', which is not known",
        "Did you mean 'md'?",
        "reported nothing",
    ):
        assert text in told


def test_the_side_that_was_started_loads_the_standard_library_alone():
    import subprocess

    code = "import sys, weftwork.pipes as p\np.open_dagster_pipes\nprint([m for m in ('pydantic', 'msgspec.json', 'yaml', 'weftwork.definitions', 'weftwork.records') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "weftwork.definitions" not in done.stdout
    assert "weftwork.records" not in done.stdout
    assert threading.active_count() >= 1
