"""What happens to partitions of an upstream asset, or all of it, that are not there."""

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterExecutionLoadInputError, ParameterCheckError

LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c"])


@dg.asset(partitions_def=LETTERS)
def letters(context):
    return context.partition_key.upper()


@dg.asset
def whole():
    return 1


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as made:
        yield made


def joined(instance, **declared):
    @dg.asset(ins={"letters": dg.AssetIn(**declared)})
    def word(letters):
        return letters

    dg.materialize([letters], instance=instance, partition_key="a")
    return dg.materialize([letters, word], instance=instance, selection=[word]).asset_value("word")


def test_skip_leaves_missing_partitions_out(instance):
    assert joined(instance, missing="skip") == {"a": "A"}


def test_none_takes_the_place_of_missing_partitions(instance):
    assert joined(instance, missing="none") == {"a": "A", "b": None, "c": None}


def test_the_documented_metadata_is_the_same_as_skip(instance):
    assert joined(instance, metadata={"allow_missing_partitions": True}) == {"a": "A"}


@pytest.mark.parametrize("policy", ["error", "wait"])
def test_error_and_wait_fail_in_a_run(instance, policy):
    with pytest.raises((FileNotFoundError, DagsterExecutionLoadInputError)):
        joined(instance, missing=policy)


def test_a_whole_asset_that_is_not_there_is_none(instance):
    @dg.asset(ins={"whole": dg.AssetIn(missing="none")})
    def down(whole):
        return whole is None

    assert dg.materialize([whole, down], instance=instance, selection=[down]).asset_value("down") is True


def test_the_policy_is_part_of_the_dependency():
    @dg.asset(ins={"whole": dg.AssetIn(missing="wait")}, deps=[dg.AssetDep("letters", missing="skip")])
    def down(whole): ...

    policies = {dep.asset_key.to_user_string(): dep.missing for dep in down.get_asset_spec().deps}
    assert policies == {"whole": "wait", "letters": "skip"}


def test_other_policies_are_refused_with_the_nearest():
    with pytest.raises(ParameterCheckError, match="Did you mean 'skip'"):
        dg.AssetIn(missing="skp")
    with pytest.raises(ParameterCheckError, match="'missing' must be one of"):
        dg.AssetDep("a", missing="never")
