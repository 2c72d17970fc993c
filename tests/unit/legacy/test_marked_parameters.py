"""Parameters and records that are deprecated, superseded or beta warn at the user's line, and nowhere else."""

import warnings

import pytest

import weftwork as dg


@dg.op
def one():
    return 1


def told_by(use):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        use()
    return [(warning.category, str(warning.message), warning.filename) for warning in caught]


@pytest.mark.parametrize(
    ("use", "category", "text"),
    [
        (
            lambda: dg.Output(1, data_version=dg.DataVersion("a")),
            dg.BetaWarning,
            "parameter data_version of Output",
        ),
        (
            lambda: dg.job(name="j", owners=["team:x"])(lambda: None),
            dg.BetaWarning,
            "parameter owners of job",
        ),
        (lambda: dg.resource(version="1")(lambda _: 1), dg.BetaWarning, "parameter version of resource"),
        (lambda: dg.build_output_context(metadata={"a": 1}), DeprecationWarning, "Use definition_metadata"),
        (
            lambda: dg.static_partitioned_config(["a"], tags_for_partition_fn=lambda _: {})(lambda _: {}),
            DeprecationWarning,
            "Use tags_for_partition_key_fn",
        ),
        (lambda: dg.ExpectationResult(True), DeprecationWarning, "AssetCheckResult"),
        (lambda: dg.AutoMaterializePolicy.eager(), DeprecationWarning, "AutomationCondition"),
        (lambda: dg.DataVersionsByPartition({"a": "1"}), dg.BetaWarning, "DataVersionsByPartition"),
        (lambda: dg.UrlCodeReference(url="https://x"), dg.BetaWarning, "UrlCodeReference"),
    ],
)
def test_the_user_is_told_once_at_the_line(use, category, text):
    ((found, message, filename),) = told_by(use)

    assert found is category
    assert text in message
    assert filename == __file__


@pytest.mark.parametrize(
    "use",
    [
        lambda: dg.Output(1),
        lambda: dg.Output(1, data_version=None),
        lambda: dg.job(name="j")(lambda: None),
        lambda: dg.resource(lambda _: 1),
        lambda: dg.build_output_context(definition_metadata={"a": 1}),
    ],
)
def test_nobody_is_told_who_does_not_use_them(use):
    assert told_by(use) == []


def test_records_that_are_read_back_tell_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = dg.serialize_value(dg.ExpectationResult(True, label="rows"))

    assert told_by(lambda: dg.deserialize_value(text)) == []


def test_contexts_tell_of_the_shorter_name():
    seen = []

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def letters(context):
        seen.extend(told_by(context.asset_partition_key_for_output))

    dg.materialize([letters], partition_key="a")

    assert [message for _, message, _ in seen] == [
        "context.asset_partition_key_for_output is deprecated. Use context.partition_key."
    ]
