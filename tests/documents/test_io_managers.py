"""The examples of the document on IO managers, each as a program that runs."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import List  # noqa: UP035 - as the document writes it

import pytest

import weftwork as dg
from weftwork import (
    AssetKey,
    AssetMaterialization,
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    Definitions,
    EnvVar,
    FilesystemIOManager,
    In,
    InputContext,
    IOManager,
    IOManagerDefinition,
    Out,
    OutputContext,
    asset,
    build_input_context,
    build_output_context,
    fs_io_manager,
    io_manager,
    job,
    op,
)


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(rows)


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


# ------------------------------------------------------------------------------------------- classes with config


def test_configurable_io_manager(tmp_path):
    class MyIOManager(ConfigurableIOManager):
        path_prefix: List[str]

        def _get_path(self, context) -> str:
            return "/".join([*self.path_prefix, *context.asset_key.path])

        def handle_output(self, context, obj):
            write_csv(self._get_path(context), obj)

        def load_input(self, context):
            return read_csv(self._get_path(context))

    @asset
    def rows():
        return [["a", "b"]]

    @asset
    def first(rows):
        return [[rows[0][0]]]

    defs = Definitions(
        assets=[rows, first], resources={"io_manager": MyIOManager(path_prefix=[str(tmp_path)])}
    )

    assert defs.resolve_implicit_global_asset_job_def().execute_in_process().success
    assert read_csv(tmp_path / "rows") == [["a", "b"]]
    assert read_csv(tmp_path / "first") == [["a"]]
    assert isinstance(MyIOManager(path_prefix=[]), (IOManager, dg.Config, dg.ConfigurableResource))


class Database:
    """Stands for a database: rows by name, and whether it is connected."""

    def __init__(self):
        self.rows = {}
        self.log = []

    @contextmanager
    def connect(self, username, password):
        self.log.append(f"connect {username}/{password}")
        yield self.rows


def test_configurable_io_manager_factory(monkeypatch):
    database = Database()

    class ExternalIOManager(IOManager):
        def __init__(self, connection):
            self._connection = connection

        def handle_output(self, context, obj):
            self._connection[context.asset_key] = obj

        def load_input(self, context):
            return self._connection[context.asset_key]

    class ConfigurableExternalIOManager(ConfigurableIOManagerFactory):
        username: str
        password: str

        def create_io_manager(self, context) -> IOManager:
            assert context.resource_config["username"] == "dagster"
            with database.connect(self.username, self.password) as connection:
                return ExternalIOManager(connection)

    @asset
    def numbers():
        return [1, 2]

    @asset
    def total(numbers):
        return sum(numbers)

    defs = Definitions(
        assets=[numbers, total],
        resources={
            "io_manager": ConfigurableExternalIOManager(username="dagster", password=EnvVar("DB_PASSWORD"))
        },
    )
    all_assets = defs.resolve_implicit_global_asset_job_def()

    monkeypatch.delenv("DB_PASSWORD", raising=False)
    with pytest.raises(dg.DagsterInvalidConfigError, match="DB_PASSWORD"):
        all_assets.execute_in_process()
    monkeypatch.setenv("DB_PASSWORD", "secret")
    assert all_assets.execute_in_process().success

    assert database.log == ["connect dagster/secret"]
    assert database.rows == {AssetKey("numbers"): [1, 2], AssetKey("total"): 3}


def test_configure_at_launch(tmp_path):
    defs = Definitions(
        assets=[dg.asset(lambda: 5, name="five")],
        resources={"io_manager": FilesystemIOManager.configure_at_launch()},
    )

    run_config = {"resources": {"io_manager": {"config": {"base_dir": str(tmp_path)}}}}
    assert defs.resolve_implicit_global_asset_job_def().execute_in_process(run_config=run_config).success
    assert (tmp_path / "five").is_file()


# ------------------------------------------------------------------------------------------- functions


def test_io_manager_decorator(tmp_path):
    class MyIOManager(IOManager):
        def handle_output(self, context, obj):
            write_csv(tmp_path / "path", obj)

        def load_input(self, context):
            return read_csv(tmp_path / "path")

    @io_manager
    def my_io_manager(init_context):
        return MyIOManager()

    @op(out=Out(io_manager_key="my_io_manager_key"))
    def my_op(_):
        return [["stuff"]]

    @op
    def check(rows):
        assert rows == [["stuff"]]

    @job(resource_defs={"my_io_manager_key": my_io_manager})
    def my_job():
        check(my_op())

    assert my_job.execute_in_process().success
    assert read_csv(tmp_path / "path") == [["stuff"]]


def test_io_manager_with_every_argument():
    seen = []

    class Recorded(IOManager):
        def __init__(self, init_context):
            self.about = (init_context.resource_config["a"], init_context.resources.other)
            assert init_context.instance is not None
            assert init_context.run is not None
            assert init_context.log is not None

        def handle_output(self, context, obj):
            seen.append((self.about, context.config, context.resources.other, context.resource_config["a"]))

        def load_input(self, context):
            return context.config

    @io_manager(
        config_schema={"a": int},
        description="Records.",
        output_config_schema={"b": str},
        input_config_schema={"c": str},
        required_resource_keys={"other"},
        version="1",
    )
    def recorded(init_context):
        return Recorded(init_context)

    @op(out=Out(io_manager_key="recorded"))
    def give():
        return 1

    @op(ins={"taken": In(input_manager_key="recorded")})
    def take(taken):
        seen.append(taken)

    @job(
        resource_defs={"recorded": recorded, "other": dg.ResourceDefinition.hardcoded_resource("o")},
    )
    def both():
        give()
        take()

    run_config = {
        "resources": {"recorded": {"config": {"a": 1}}},
        "ops": {
            "give": {"outputs": {"result": {"b": "out"}}},
            "take": {"inputs": {"taken": {"c": "in"}}},
        },
    }
    assert both.execute_in_process(run_config=run_config).success
    assert seen == [((1, "o"), {"b": "out"}, "o", 1), {"c": "in"}]
    assert recorded.description == "Records."
    assert recorded.version == "1"


def test_output_config_is_refused_without_a_schema():
    @op
    def give():
        return 1

    @job
    def gives():
        give()

    with pytest.raises(dg.DagsterInvalidConfigError):
        gives.execute_in_process(run_config={"ops": {"give": {"outputs": {"result": {"b": "out"}}}}})


def test_hardcoded_io_manager():
    class Fixed(IOManager):
        def handle_output(self, context, obj): ...

        def load_input(self, context):
            return 7

    definition = IOManagerDefinition.hardcoded_io_manager(Fixed(), description="Always 7.")

    @asset
    def anything():
        return 1

    @asset
    def seven(anything) -> None:
        assert anything == 7

    assert definition.description == "Always 7."
    assert dg.materialize([anything, seven], resources={"io_manager": definition}).success


def test_a_resource_of_another_kind_is_refused():
    @op(out=Out(io_manager_key="plain"))
    def give():
        return 1

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="plain"):

        @job(resource_defs={"plain": dg.ResourceDefinition.hardcoded_resource(1)})
        def gives():
            give()


def test_when_handle_output_is_called():
    stored = []

    class Recorded(IOManager):
        def handle_output(self, context, obj):
            stored.append((context.asset_key.to_user_string(), obj))

        def load_input(self, context): ...

    @asset
    def unannotated():
        return None

    @asset
    def nothing() -> None:
        return None

    @dg.asset(dagster_type=dg.Nothing)
    def typed():
        return None

    assert dg.materialize([unannotated, nothing, typed], resources={"io_manager": Recorded()}).success
    assert stored == [("unannotated", None)]


# ------------------------------------------------------------------------------------------- contexts


def test_contexts_by_annotation():
    class MyIOManager(IOManager):
        def handle_output(self, context: OutputContext, obj):
            assert isinstance(context, OutputContext)
            context.add_output_metadata({"foo": "bar"})
            context.log_event(AssetMaterialization("foo"))

        def load_input(self, context: InputContext):
            assert isinstance(context, InputContext)
            context.add_input_metadata({"read": 1})
            return 1

    @asset
    def made():
        return 1

    @asset
    def taken(made) -> None: ...

    result = dg.materialize([made, taken], resources={"io_manager": MyIOManager()})

    by_type = {event.event_type_value: event for event in result.all_events if event.step_key == "made"}
    assert by_type["HANDLED_OUTPUT"].event_specific_data.metadata["foo"].value == "bar"
    logged, materialized = result.asset_materializations_for_node("made")
    assert logged.asset_key == AssetKey("foo")
    assert materialized.metadata["foo"].value == "bar"
    [loaded] = [event for event in result.all_events if event.event_type_value == "LOADED_INPUT"]
    assert loaded.event_specific_data.metadata["read"].value == 1


@dg.resource
@contextmanager
def context_manager_resource():
    yield "open"


@pytest.mark.parametrize("build", [build_input_context, build_output_context])
def test_built_contexts(build):
    assert build() is not None

    with build(resources={"foo": context_manager_resource}) as context:
        assert context.resources.foo == "open"


# ------------------------------------------------------------------------------------------- files


def make_frames():
    @asset
    def asset1():
        return list(range(10))

    @asset
    def asset2(asset1):
        return asset1[:5]

    return [asset1, asset2]


def configure(kind, base_dir):
    if kind == "class":
        return FilesystemIOManager(base_dir=base_dir)
    return fs_io_manager.configured({"base_dir": base_dir})


@pytest.mark.parametrize("kind", ["class", "function"])
def test_files_for_assets(tmp_path, kind):
    defs = Definitions(
        assets=make_frames(), resources={"io_manager": configure(kind, str(tmp_path / "my" / "base"))}
    )

    assert defs.resolve_implicit_global_asset_job_def().execute_in_process().success
    assert sorted(path.name for path in (tmp_path / "my" / "base").iterdir()) == ["asset1", "asset2"]


@pytest.mark.parametrize("kind", ["class", "function"])
def test_files_for_all_ops_of_a_job(tmp_path, kind):
    @op
    def op_a():
        return list(range(10))

    @op
    def op_b(df):
        return df[:5]

    @job(resource_defs={"io_manager": configure(kind, str(tmp_path))})
    def files_job():
        op_b(op_a())

    result = files_job.execute_in_process()

    assert result.output_for_node("op_b") == [0, 1, 2, 3, 4]
    assert (tmp_path / result.run_id / "op_a" / "result").is_file()
    assert (tmp_path / result.run_id / "op_b" / "result").is_file()


@pytest.mark.parametrize("manager", [FilesystemIOManager(), fs_io_manager])
def test_files_for_one_output(tmp_path, manager):
    @op(out=Out(io_manager_key="my_io_manager"))
    def op_a():
        return list(range(10))

    @op
    def op_b(df):
        return df[:5]

    @job(resource_defs={"my_io_manager": manager})
    def files_job():
        op_b(op_a())

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = files_job.execute_in_process(instance=instance)

        assert (tmp_path / "storage" / result.run_id / "op_a" / "result").is_file()


def test_a_key_of_several_parts_is_a_file_in_folders(tmp_path):
    @asset(key=["one", "two", "three"])
    def three():
        return 3

    manager = FilesystemIOManager(base_dir=str(tmp_path))
    for _ in range(2):  # the second replaces the first
        [event] = dg.materialize(
            [three], resources={"io_manager": manager}
        ).get_asset_materialization_events()

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "one" / "two" / "three"]
    metadata = event.event_specific_data.materialization.metadata
    assert metadata["path"].value == str(tmp_path / "one" / "two" / "three")


def test_the_base_directory_is_in_local_artifact_storage(tmp_path):
    overrides = {
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": str(tmp_path / "artifacts")},
        }
    }

    with dg.instance_for_test(overrides=overrides) as instance:
        dg.materialize(make_frames(), instance=instance)

    assert (tmp_path / "artifacts" / "storage" / "asset1").is_file()


def test_the_base_directory_is_temporary_without_any_home(tmp_path, monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    result = dg.materialize(make_frames())

    [event] = result.asset_materializations_for_node("asset1")
    assert event.metadata["path"].value.startswith(str(tmp_path))


# ------------------------------------------------------------------------------------------- memory


@pytest.mark.parametrize("manager", [dg.InMemoryIOManager(), dg.mem_io_manager])
def test_values_in_memory(manager):
    assets = make_frames()

    result = dg.materialize(assets, resources={"io_manager": manager})

    assert result.output_for_node("asset2") == [0, 1, 2, 3, 4]
    with pytest.raises(KeyError):
        dg.materialize(assets, resources={"io_manager": manager}, selection=[assets[1]])


IDENTIFIERS = []


class Identifying(IOManager):
    def handle_output(self, context, obj):
        IDENTIFIERS.append(("stored", *context.get_identifier()))

    def load_input(self, context):
        IDENTIFIERS.append(("loaded", *context.get_identifier()))
        return 1


@op
def give():
    return 1


@op
def take(value):
    if len(IDENTIFIERS) < 3:
        raise ValueError("once")


@job(resource_defs={"io_manager": Identifying()}, executor_def=dg.in_process_executor)
def give_and_take():
    take(give())


def test_a_repeated_run_loads_what_the_parent_run_stored():
    IDENTIFIERS.clear()
    target = dg.reconstructable(give_and_take)

    with dg.instance_for_test() as instance:
        parent = dg.execute_job(target, instance)
        options = dg.ReexecutionOptions.from_failure(parent.run_id, instance)
        repeated = dg.execute_job(target, instance, reexecution_options=options)

    assert (parent.success, repeated.success) == (False, True)
    made = (parent.run_id, "give", "result")
    assert IDENTIFIERS[:3] == [("stored", *made), ("loaded", *made), ("loaded", *made)]


def test_contexts_of_a_run_know_step_log_and_partition():
    seen = []

    class Recorded(IOManager):
        def handle_output(self, context, obj):
            context.log.info("storing %s", context.name)
            seen.append((context.has_partition_key, context.partition_key, context.step_context.step_key))

        def load_input(self, context):
            within = build_input_context(step_context=context.step_context)
            seen.append((context.has_partition_key, context.partition_key, within.step_context.step_key))

    days = dg.StaticPartitionsDefinition(["mon", "tue"])

    @asset(partitions_def=days)
    def made():
        return 1

    @asset(partitions_def=days)
    def taken(made) -> None: ...

    assert dg.materialize([made, taken], partition_key="tue", resources={"io_manager": Recorded()}).success
    assert seen == [(True, "tue", "made"), (True, "tue", "taken")]
