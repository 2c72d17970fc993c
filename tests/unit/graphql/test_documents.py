"""What clients ask by GraphQL, and what they are answered."""

import pytest
from graphql import GraphQLObjectType, GraphQLScalarType, GraphQLUnionType, get_named_type, get_nullable_type

import weftwork as dg
from weftwork.api.access.caller import Caller, Role
from weftwork.api.host import Host
from weftwork.graphql import executor
from weftwork.graphql.entry import Asking
from weftwork.graphql.jobs.config_types import ConfigTypes
from weftwork.graphql.schema_binding import ALL_MUTATIONS as MUTATIONS
from weftwork.graphql.schema_binding import get_schema


@dg.asset(group_name="sales", kinds={"polars"})
def orders(context):
    context.log.info("reading orders")
    return dg.MaterializeResult(metadata={"rows": 3, "note": dg.MetadataValue.md("**new**"), "big": 2**40})


@dg.asset(deps=[orders])
def broken():
    raise ValueError("no such table")


@dg.asset_check(asset=orders)
def has_rows():
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, metadata={"found": 0})


@pytest.fixture
def run_id(instance):
    return dg.materialize([orders, broken, has_rows], instance=instance, raise_on_error=False).run_id


def test_a_run_is_found_by_either_name(ask, run_id):
    document = """query Run($id: ID!) {
      new: runOrError(runId: $id) { __typename ... on Run { runId status jobName tags { key value } startTime canTerminate } }
      old: pipelineRunOrError(runId: $id) { ... on PipelineRun { status } ... on PipelineRunNotFoundError { message } }
    }"""

    data = ask(document, id=run_id)

    assert data["new"]["status"] == data["old"]["status"] == "FAILURE"
    assert data["new"]["runId"] == run_id
    assert data["new"]["canTerminate"] is False


def test_a_run_that_is_not_there_is_told(ask):
    data = ask('{ runOrError(runId: "nope") { __typename ... on RunNotFoundError { runId message } } }')

    assert data["runOrError"]["__typename"] == "RunNotFoundError"
    assert data["runOrError"]["runId"] == "nope"


def test_runs_are_filtered(ask, instance, run_id):
    instance.create_run(job_name="other", tags={"team": "core"})
    document = "query Runs($f: RunsFilter) { runsOrError(filter: $f, limit: 5) { ... on Runs { count results { jobName } } } }"

    by_tag = ask(document, f={"tags": [{"key": "team", "value": "core"}]})["runsOrError"]
    by_status = ask(document, f={"statuses": ["FAILURE"]})["runsOrError"]

    assert by_tag == {"count": 1, "results": [{"jobName": "other"}]}
    assert by_status["count"] == 1


def test_the_numbers_and_steps_of_a_run(ask, run_id):
    document = """query Run($id: ID!) { runOrError(runId: $id) { ... on Run {
      stats { ... on RunStatsSnapshot { stepsSucceeded stepsFailed materializations } }
      stepStats { stepKey status attempts { startTime } } runConfigYaml assets { key { path } }
    } } }"""

    run = ask(document, id=run_id)["runOrError"]

    assert run["stats"] == {"stepsSucceeded": 2, "stepsFailed": 1, "materializations": 1}
    assert {step["stepKey"]: step["status"] for step in run["stepStats"]} == {
        "orders": "SUCCESS", "orders_has_rows": "SUCCESS", "broken": "FAILURE",
    }  # fmt: skip
    assert {"key": {"path": ["orders"]}} in run["assets"]


LOG = """query Log($id: ID!, $after: String) { logsForRun(runId: $id, afterCursor: $after, limit: 7) { ... on EventConnection {
  cursor hasMore events { __typename ... on MessageEvent { message level eventType stepKey timestamp }
    ... on ExecutionStepFailureEvent { error { message className stack cause { message } } }
    ... on MaterializationEvent { assetKey { path } metadataEntries { label
      ... on IntMetadataEntry { intValue intRepr } ... on MarkdownMetadataEntry { mdStr } } }
    ... on AssetCheckEvaluationEvent { evaluation { checkName success severity } } } } } }"""


def test_the_log_of_a_run_is_read_page_by_page(ask, instance, run_id):
    events, after, has_more = [], None, True
    while has_more:
        page = ask(LOG, id=run_id, after=after)["logsForRun"]
        events, after, has_more = [*events, *page["events"]], page["cursor"], page["hasMore"]

    kinds = [event["__typename"] for event in events]
    assert len(events) == len(instance.all_logs(run_id))
    assert "RunFailureEvent" in kinds
    assert any(
        event["message"] == "reading orders" for event in events if event["__typename"] == "LogMessageEvent"
    )
    made = next(event for event in events if event["__typename"] == "MaterializationEvent")
    assert made["assetKey"] == {"path": ["orders"]}
    entries = {entry["label"]: entry for entry in made["metadataEntries"]}
    assert entries["rows"]["intValue"] == 3
    assert entries["note"]["mdStr"] == "**new**"
    assert entries["big"] == {"label": "big", "intValue": None, "intRepr": str(2**40)}
    failed = next(event for event in events if event["__typename"] == "ExecutionStepFailureEvent")
    assert "no such table" in failed["error"]["cause"]["message"]
    check = next(event for event in events if event["__typename"] == "AssetCheckEvaluationEvent")
    assert check["evaluation"] == {"checkName": "has_rows", "success": False, "severity": "WARN"}


def test_every_kind_of_event_has_a_type_of_the_schema():
    from weftwork.graphql.events import _TYPENAMES

    union = get_schema().type_map["DagsterRunEvent"]
    assert isinstance(union, GraphQLUnionType)
    assert set(_TYPENAMES.values()) <= {kind.name for kind in union.types}


def test_assets_that_were_recorded_are_listed(ask, run_id):
    document = """{ assetsOrError(limit: 10) { ... on AssetConnection { nodes { key { path } latestMaterializationTimestamp
      assetMaterializations(limit: 1) { runId partition } definition { id } } cursor } } }"""

    nodes = {node["key"]["path"][0]: node for node in ask(document)["assetsOrError"]["nodes"]}

    assert nodes["orders"]["assetMaterializations"][0]["runId"] == run_id
    assert nodes["orders"]["definition"] is None


def test_an_unknown_asset_has_nothing_and_its_node_is_not_found(ask):
    data = ask("""{ assetOrError(assetKey: {path: ["nope"]}) { __typename
      ... on Asset { hasDefinitionOrRecord definition { id } assetMaterializations { runId } } }
      assetNodeOrError(assetKey: {path: ["nope"]}) { __typename } }""")

    assert data["assetOrError"] == {
        "__typename": "Asset", "hasDefinitionOrRecord": False, "definition": None, "assetMaterializations": [],
    }  # fmt: skip
    assert data["assetNodeOrError"]["__typename"] == "AssetNotFoundError"


def test_an_asset_event_is_reported_and_wiped(ask, instance):
    report = """mutation { reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["a", "b"]},
      description: "by hand"}) { __typename ... on ReportRunlessAssetEventsSuccess { assetKey { path } } } }"""
    wipe = 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["a", "b"]}}]) { __typename } }'

    assert ask(report)["reportRunlessAssetEvents"] == {
        "__typename": "ReportRunlessAssetEventsSuccess", "assetKey": {"path": ["a", "b"]},
    }  # fmt: skip
    assert instance.get_latest_materialization_event(dg.AssetKey(["a", "b"])) is not None
    assert ask(wipe)["wipeAssets"]["__typename"] == "AssetWipeSuccess"
    assert instance.get_latest_materialization_event(dg.AssetKey(["a", "b"])) is None


def test_a_run_that_has_ended_cannot_be_terminated_but_deleted(ask, instance, run_id):
    terminate = f'mutation {{ terminateRun(runId: "{run_id}") {{ __typename ... on TerminateRunFailure {{ message }} }} }}'
    delete = f'mutation {{ deleteRun(runId: "{run_id}") {{ __typename }} }}'

    assert ask(terminate)["terminateRun"]["__typename"] == "TerminateRunFailure"
    assert ask(delete)["deleteRun"]["__typename"] == "DeletePipelineRunSuccess"
    assert not instance.has_run(run_id)
    assert ask(delete)["deleteRun"]["__typename"] == "RunNotFoundError"


def test_a_run_that_waits_is_terminated(ask, instance):
    run = instance.create_run(job_name="j")
    document = f'mutation {{ terminateRuns(runIds: ["{run.run_id}", "nope"]) {{ ... on TerminateRunsResult {{ terminateRunResults {{ __typename }} }} }} }}'

    results = ask(document)["terminateRuns"]["terminateRunResults"]

    assert [result["__typename"] for result in results] == ["TerminateRunSuccess", "RunNotFoundError"]
    assert instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.CANCELED


def test_a_job_that_does_not_exist_is_told(ask):
    document = """mutation { launchRun(executionParams: {selector: {jobName: "x", repositoryName: "r", repositoryLocationName: "l"}}) {
      __typename ... on PipelineNotFoundError { message } } }"""

    assert ask(document)["launchRun"]["__typename"] == "PipelineNotFoundError"


def test_a_location_that_does_not_exist_is_told(ask):
    document = 'mutation { reloadRepositoryLocation(repositoryLocationName: "x") { __typename ... on RepositoryLocationNotFound { message } } }'

    assert ask(document)["reloadRepositoryLocation"]["__typename"] == "RepositoryLocationNotFound"


# ------------------------------------------------------------------------------ every mutation


def _value_of(kind):
    """Return a smallest value of an input type, as text of the language."""
    nullable = get_nullable_type(kind)
    if hasattr(nullable, "of_type"):
        return f"[{_value_of(nullable.of_type)}]"
    named = get_named_type(nullable)
    if isinstance(named, GraphQLScalarType):
        return {"Boolean": "true", "Int": "1", "Float": "1.0"}.get(named.name, '"x"')
    if hasattr(named, "values"):
        return next(iter(named.values))
    needed = {name: field for name, field in named.fields.items() if str(field.type).endswith("!")}
    return "{" + ", ".join(f"{name}: {_value_of(field.type)}" for name, field in needed.items()) + "}"


def _document_of(name):
    field = get_schema().mutation_type.fields[name]
    arguments = {key: argument for key, argument in field.args.items() if str(argument.type).endswith("!")}
    if name in ("launchRunReexecution", "launchPipelineReexecution"):
        arguments = {"reexecutionParams": field.args["reexecutionParams"]}
    text = ", ".join(f"{key}: {_value_of(argument.type)}" for key, argument in arguments.items())
    inner = (
        "... on TerminateRunsResult { terminateRunResults { __typename } }" if name == "terminateRuns" else ""
    )
    fields = "" if get_named_type(field.type).name == "Boolean" else f"{{ __typename {inner} }}"
    return f"mutation {{ {name}{f'({text})' if text else ''} {fields} }}"


def _is_plain(name):
    """Return whether a mutation answers true, and has no objects for what went wrong."""
    return get_named_type(get_schema().mutation_type.fields[name].type).name == "Boolean"


def test_every_mutation_of_the_schema_has_a_resolver():
    assert set(get_schema().mutation_type.fields) == set(MUTATIONS)


@pytest.mark.parametrize("name", sorted(MUTATIONS))
@pytest.mark.parametrize(
    "who", [{"role": Role.VIEWER}, {"role": Role.ADMIN, "is_read_only": True}], ids=["viewer", "read-only"]
)
def test_no_mutation_is_open_to_those_who_only_read(ask, name, who):
    if _is_plain(name):
        with pytest.raises(AssertionError, match="takes the role 'editor'|read-only"):
            ask(_document_of(name), **who)
        return
    answer = ask(_document_of(name), **who)[name]

    inner = answer.get("terminateRunResults")
    typename = inner[0]["__typename"] if inner else answer["__typename"]
    assert typename == "UnauthorizedError"


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_mutation_answers_an_admin_without_a_defect(ask, name):
    answer = ask(_document_of(name), role=Role.ADMIN)[name]
    assert answer is True if _is_plain(name) else answer["__typename"] != "UnauthorizedError"


def test_every_query_answers(ask):
    schema = get_schema()
    for name, field in schema.query_type.fields.items():
        arguments = {key: each for key, each in field.args.items() if str(each.type).endswith("!")}
        text = ", ".join(f"{key}: {_value_of(each.type)}" for key, each in arguments.items())
        is_leaf = not isinstance(get_named_type(field.type), (GraphQLObjectType, GraphQLUnionType))
        document = f"{{ {name}{f'({text})' if text else ''} {'' if is_leaf else '{ __typename }'} }}"
        assert name in ask(document), document


def test_introspection_answers_tools(ask):
    from graphql import get_introspection_query

    executor.prepare(get_introspection_query())


def test_runs_are_a_feed_in_pages(ask, instance, run_id):
    second = dg.materialize([orders], instance=instance).run_id
    document = """query Feed($cursor: String) { runsFeedOrError(limit: 1, cursor: $cursor, view: ROOTS) {
      ... on RunsFeedConnection { cursor hasMore results { __typename id runStatus jobName } } } }"""

    first = ask(document)["runsFeedOrError"]
    last = ask(document, cursor=first["cursor"])["runsFeedOrError"]

    assert (first["results"][0]["id"], first["hasMore"]) == (second, True)
    assert (last["results"][0]["id"], last["hasMore"]) == (run_id, False)


def test_events_of_an_asset_come_newest_first(ask, instance, run_id):
    dg.materialize([orders], instance=instance)
    document = """query($cursor: String) { assetOrError(assetKey: {path: ["orders"]}) { ... on Asset {
      assetEventHistory(limit: 1, eventTypeSelectors: [MATERIALIZATION, OBSERVATION], cursor: $cursor) {
        cursor results { __typename ... on MaterializationEvent { runId } } } } } }"""

    first = ask(document)["assetOrError"]["assetEventHistory"]
    last = ask(document, cursor=first["cursor"])["assetOrError"]["assetEventHistory"]

    assert first["results"][0]["runId"] != run_id
    assert [one["runId"] for one in last["results"]] == [run_id]


def test_a_backfill_is_refused_with_what_to_do_instead(ask):
    document = (
        'mutation { resumePartitionBackfill(backfillId: "b") { __typename ... on PythonError { message } } }'
    )

    answer = ask(document)["resumePartitionBackfill"]

    assert answer["__typename"] == "PythonError"
    assert "dagster/partition" in answer["message"]


@pytest.mark.parametrize(
    ("schema", "key"),
    [
        ({"type": "integer"}, "Int"),
        ({}, "Any"),
        ({"type": "array", "items": {"type": "string"}}, "Array.String"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "Noneable.Float"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Map.String.Int"),
        ({"enum": ["R", "G"], "title": "Color"}, "Color"),
        (
            {
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "properties": {"env": {"type": "string"}}, "required": ["env"]},
                ]
            },
            "StringSourceType",
        ),
    ],
)
def test_types_of_config_have_the_keys_that_scripts_know(schema, key):
    assert ConfigTypes(schema).root["key"] == key


def test_a_selector_has_a_field_for_each_choice():
    choice = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    other = {"type": "object", "properties": {"y": {"type": "string"}}, "required": ["y"]}

    types = ConfigTypes({"oneOf": [choice, other]})

    assert types.root["isSelector"]
    assert [one["name"] for one in types.root["fields"]] == ["x", "y"]
    assert [one["key"] for one in types.root["recursiveConfigTypes"](None)] == ["Int", "String"]


@pytest.mark.parametrize(("limit", "value"), [("MAX_ANSWER_FIELDS", 1000), ("MAX_ANSWER_S", -1.0)])
def test_an_answer_that_multiplies_is_given_up(instance, monkeypatch, limit, value):
    monkeypatch.setattr(executor, limit, value)
    for number in range(60):
        instance.create_run(job_name=f"j{number}", run_id=f"r{number}")
    fields = "tags { key } " * 3 + " ".join(f"a{number}: runId" for number in range(40))
    document = executor.prepare(f"{{ runsOrError {{ ... on Runs {{ results {{ {fields} }} }} }} }}")
    asking = Asking(Host(instance), Caller(name="test", role=Role.ADMIN))

    answer = executor.run(asking, document, {}, None)

    assert answer["data"] is None
    assert "Ask for less" in answer["errors"][0]["message"]
