"""IO managers and input managers as resources."""

from __future__ import annotations

import pytest

import weftwork as dg
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterResourceFunctionError,
    ParameterCheckError,
)
from weftwork.definitions.io.build_contexts import build_input_context, build_output_context
from weftwork.definitions.io.configurable_io_manager import (
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    ConfigurableLegacyIOManagerAdapter,
)
from weftwork.definitions.io.default import default_io_manager, is_default_io_manager
from weftwork.definitions.io.input_manager import InputManager, InputManagerDefinition, input_manager
from weftwork.definitions.io.io_manager import IOManager, IOManagerDefinition, io_manager
from weftwork.definitions.resources.build_resources import build_init_resource_context, build_resources
from weftwork.definitions.resources.configurable.resource import ConfigurableResource
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.wrapping import wrap_resource


class Shelf(IOManager):
    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.values: dict[str, object] = {}

    def handle_output(self, context, obj):
        self.values[self.prefix + context.name] = obj

    def load_input(self, context):
        return self.values[self.prefix + context.upstream_output.name]


def test_io_manager_is_abstract():
    with pytest.raises(TypeError):
        IOManager()  # type: ignore[abstract]
    with pytest.raises(TypeError):
        InputManager()  # type: ignore[abstract]


def test_object_as_resource_becomes_an_io_manager_definition():
    shelf = Shelf()
    definition = wrap_resource(shelf)
    assert isinstance(definition, IOManagerDefinition)
    with build_resources({"io": shelf}) as resources:
        assert resources.io is shelf


def test_hardcoded_io_manager():
    shelf = Shelf()
    assert IOManagerDefinition.hardcoded_io_manager(shelf, "d").description == "d"
    with pytest.raises(ParameterCheckError, match="value"):
        IOManagerDefinition.hardcoded_io_manager(5)  # type: ignore[arg-type]


def test_bare_decorator():
    @io_manager
    def shelf():
        """A shelf."""
        return Shelf()

    assert isinstance(shelf, IOManagerDefinition)
    assert shelf.description == "A shelf."
    assert shelf.output_config_schema is None
    assert isinstance(shelf(), Shelf)


def test_decorator_with_schemas_keeps_them_when_configured():
    @io_manager(
        config_schema={"prefix": str}, output_config_schema={"o": int}, input_config_schema={"i": int},
        required_resource_keys={"db"}, description="d", version="v",
    )  # fmt: skip
    def shelf(context):
        return Shelf(context.resource_config["prefix"])

    fixed = shelf.configured({"prefix": "p"})
    assert isinstance(fixed, IOManagerDefinition)
    assert fixed.output_config_field is shelf.output_config_field is not None
    assert fixed.input_config_field is shelf.input_config_field is not None
    assert fixed.required_resource_keys == {"db"}
    made = fixed(build_init_resource_context(resources={"db": 1}))
    assert made.prefix == "p"


def test_function_that_makes_something_else_is_refused():
    @io_manager
    def wrong():
        return 5

    with pytest.raises(DagsterResourceFunctionError) as caught, build_resources({"io": wrong}):
        pass
    assert isinstance(caught.value.__cause__, CheckError)
    assert "handle_output" in str(caught.value.__cause__)


def test_input_manager_reads_both_configs():
    @input_manager(config_schema={"base": str}, input_config_schema={"path": str})
    def csv(context):
        """Reads."""
        return f"{context.resource_config['base']}/{context.config['path']}"

    assert isinstance(csv, InputManagerDefinition)
    assert csv.description == "Reads."
    assert csv.input_config_field is not None
    manager = csv(build_init_resource_context(config={"base": "b"}))
    context = build_input_context(config={"path": "p"}, resource_config={"base": "b"})
    assert manager.load_input(context) == "b/p"
    with pytest.raises(DagsterInvalidConfigError):
        csv(build_init_resource_context())


def test_input_manager_without_a_context():
    assert input_manager(lambda: 3)(None).load_input(build_input_context()) == 3


class Files(ConfigurableIOManager):
    """Files."""

    prefix: list[str]

    def handle_output(self, context, obj):
        STORED[tuple(self.prefix + context.asset_key.path)] = obj

    def load_input(self, context):
        return STORED[tuple(self.prefix + context.asset_key.path)]


STORED: dict[tuple[str, ...], object] = {}


def test_configurable_io_manager_is_config_resource_and_io_manager():
    files = Files(prefix=["p"])
    assert isinstance(files, IOManager)
    assert isinstance(wrap_resource(files), IOManagerDefinition)
    assert isinstance(wrap_resource(Files.configure_at_launch()), IOManagerDefinition)
    with build_resources({"io": files}, resource_config={"io": {"config": {"prefix": ["q"]}}}) as resources:
        resources.io.handle_output(build_output_context(asset_key="a"), 1)
        assert resources.io.load_input(build_input_context(asset_key="a")) == 1
    assert STORED == {("q", "a"): 1}


def test_configurable_io_manager_is_abstract():
    class Half(ConfigurableIOManager):
        def load_input(self, context):
            return 1

    with pytest.raises(TypeError):
        Half()  # type: ignore[abstract]


def test_factory_makes_a_separate_io_manager_with_resources_inside():
    class Prefix(ConfigurableResource):
        text: str

    class ShelfFactory(ConfigurableIOManagerFactory[Shelf]):
        prefix: Prefix

        def create_io_manager(self, context) -> Shelf:
            return Shelf(self.prefix.text)

    factory = ShelfFactory(prefix=Prefix(text="p"))
    with build_resources({"io": factory}) as resources:
        assert type(resources.io) is Shelf
        assert resources.io.prefix == "p"


def test_config_schemas_of_inputs_and_outputs():
    class WithSchemas(Files):
        @classmethod
        def output_config_schema(cls):
            return {"rows": int}

        @classmethod
        def input_config_schema(cls):
            return {"path": str}

    definition = WithSchemas(prefix=[]).get_resource_definition()
    assert definition.output_config_field is not None
    assert definition.input_config_field is not None


def test_adapter_of_a_function_io_manager():
    @io_manager(config_schema={"prefix": str})
    def shelf(context):
        return Shelf(context.resource_config["prefix"])

    class Adapted(ConfigurableLegacyIOManagerAdapter):
        prefix: str

        @property
        def wrapped_io_manager(self) -> IOManagerDefinition:
            return shelf

    with build_resources({"io": Adapted(prefix="p")}) as resources:
        assert resources.io.prefix == "p"


def test_default_io_manager_is_one_object_and_opens_files(tmp_path):
    class Instance:
        def storage_directory(self):
            return str(tmp_path)

    definition = default_io_manager()
    assert definition is default_io_manager()
    assert is_default_io_manager(definition)
    assert not is_default_io_manager(ResourceDefinition.none_resource())
    with build_resources({"io": definition}, instance=Instance()) as resources:
        assert resources.io.base_dir == str(tmp_path)


def test_an_observed_asset_is_loaded_by_its_own_io_manager():
    class Fixed(dg.ConfigurableIOManager):
        value: int

        def handle_output(self, context, obj):
            raise AssertionError("an observation stores nothing")

        def load_input(self, context):
            return self.value

    @dg.observable_source_asset(io_manager_def=Fixed(value=5))
    def prices():
        return dg.DataVersion("1")

    @dg.asset
    def doubled(prices):
        return prices * 2

    assert dg.materialize([prices, doubled]).output_for_node("doubled") == 10


def test_a_configured_copy_has_no_version():
    @dg.io_manager(config_schema={"base_dir": str}, version="1")
    def files(_context):
        return dg.InMemoryIOManager()

    @dg.input_manager(config_schema={"base_dir": str}, version="1")
    def loader(_context):
        return 1

    assert files.version == loader.version == "1"
    assert files.configured({"base_dir": "/"}).version is None
    assert loader.configured({"base_dir": "/"}).version is None


def test_with_resources_gives_a_source_asset_what_its_io_manager_needs():
    class Loads(dg.IOManager):
        def handle_output(self, context, obj): ...

        def load_input(self, context):
            return context.resources.prefix + "x"

    @dg.io_manager(required_resource_keys={"prefix"})
    def loads(_context):
        return Loads()

    @dg.asset
    def taken(source):
        return source

    resources = {"loads": loads, "prefix": dg.ResourceDefinition.hardcoded_resource("p")}
    [bound] = dg.with_resources([dg.SourceAsset("source", io_manager_key="loads")], resources)

    assert dg.materialize([bound, taken]).output_for_node("taken") == "px"
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'prefix'"):
        dg.with_resources([dg.SourceAsset("source", io_manager_key="loads")], {"loads": loads})
