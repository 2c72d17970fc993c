"""Assets that a run loads but does not make: their IO managers belong to the run."""

import pytest

import weftwork as dg


class Numbers(dg.IOManager):
    """Has one number for everything."""

    def __init__(self, number: int):
        self.number = number

    def handle_output(self, context, obj): ...

    def load_input(self, context):
        return self.number


@dg.asset(io_manager_key="elsewhere")
def upstream():
    return 1


@dg.asset(io_manager_key="here")
def downstream(upstream):
    return upstream


def test_the_io_manager_of_the_loaded_asset_is_used_though_nothing_is_stored_with_it():
    result = dg.materialize(
        [upstream, downstream], selection="downstream",
        resources={"here": Numbers(1), "elsewhere": Numbers(5)},
    )  # fmt: skip
    assert result.output_for_node("downstream") == 5


def test_it_is_missed_before_anything_runs():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="asset 'upstream'.*IO manager 'elsewhere'"):
        dg.materialize([upstream, downstream], selection="downstream", resources={"here": Numbers(1)})


def test_an_io_manager_that_the_loaded_asset_brings_is_used():
    @dg.asset(io_manager_def=Numbers(7))
    def own():
        return 1

    @dg.asset
    def reader(own):
        return own

    result = dg.materialize([own, reader], selection="reader", resources={"io_manager": Numbers(0)})
    assert result.output_for_node("reader") == 7


def test_values_are_found_where_a_configured_io_manager_put_them(tmp_path):
    resources = {"here": Numbers(1), "elsewhere": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    dg.materialize([upstream], resources=resources)
    result = dg.materialize([upstream, downstream], selection="downstream", resources=resources)
    assert result.output_for_node("downstream") == 1


def test_a_check_alone_names_the_materialization_that_it_looked_at():
    @dg.asset
    def checked(): ...

    @dg.asset_check(asset=checked)
    def fine():
        return dg.AssetCheckResult(passed=True)

    instance = dg.DagsterInstance.ephemeral()
    made = dg.materialize([checked], instance=instance)
    result = dg.materialize([checked, fine], selection=dg.AssetSelection.checks(fine), instance=instance)
    [evaluation] = result.get_asset_check_evaluations()
    assert evaluation.target_materialization_data.run_id == made.run_id


def test_a_run_that_lacks_resources_is_refused_before_it_is_recorded():
    @dg.asset(required_resource_keys={"shop", "mail"})
    def needs(): ...

    instance = dg.DagsterInstance.ephemeral()
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="lacks 2 resources") as caught:
        dg.materialize([needs], instance=instance)
    assert "'shop'" in str(caught.value)
    assert "'mail'" in str(caught.value)
    assert instance.get_runs() == []
