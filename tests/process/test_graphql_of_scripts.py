"""Documents that ordinary scripts send, against a real code location."""

import pytest
from starlette.testclient import TestClient

from weftwork.api.host import Host
from weftwork.instance.instance import DagsterInstance
from weftwork.locations.workspace import Workspace
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.web.application import build_application

CODE = """
import weftwork as dg

daily = dg.DailyPartitionsDefinition("2026-11-01", end_date="2026-11-04")
names = dg.DynamicPartitionsDefinition(name="names")


@dg.asset(group_name="raw", code_version="1")
def orders(context):
    context.log.info("hello")
    return dg.MaterializeResult(data_version=dg.DataVersion(context.run.tags.get("data", "a")))


@dg.asset(deps=[orders])
def totals():
    return 1


@dg.asset(partitions_def=daily, backfill_policy=dg.BackfillPolicy.multi_run(2))
def days():
    return 1


@dg.asset(partitions_def=names)
def people():
    return 1


@dg.asset_check(asset=orders, blocking=True)
def has_rows():
    return dg.AssetCheckResult(passed=True)


@dg.op(config_schema={"n": dg.Field(int, default_value=1)}, pool="db")
def make(context):
    print("made")
    return context.op_config["n"]


@dg.op
def use(make):
    return make + 1


@dg.job
def counting():
    use(make())


@dg.schedule(cron_schedule="0 6 * * *", job=counting)
def mornings(context):
    return dg.RunRequest()


@dg.sensor(job=counting)
def looker(context):
    return dg.SkipReason("no")


defs = dg.Definitions(
    assets=[orders, totals, days, people], asset_checks=[has_rows], jobs=[counting], schedules=[mornings], sensors=[looker]
)
"""
PLACE = {"repositoryName": "__repository__", "repositoryLocationName": "scripts"}
JOB = {"pipelineName": "counting", **PLACE}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "scripts.py").write_text(CODE)
    (folder / "home").mkdir()
    place = CodeOrigin(python_file=str(folder / "scripts.py"), working_directory=str(folder))
    with (
        DagsterInstance.from_config(str(folder / "home")) as instance,
        Workspace.load([LocationOrigin(name="scripts", code=place)], instance) as workspace,
    ):
        assert workspace.wait_until_loaded(60)
        with TestClient(build_application(Host(instance, workspace)), base_url="http://localhost") as client:

            def run(document, **variables):
                answer = client.post("/graphql", json={"query": document, "variables": variables}).json()
                assert "errors" not in answer, answer["errors"]
                return answer["data"]

            yield run


LAUNCH = """mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
  ... on LaunchRunSuccess { run { runId } } ... on InvalidSubsetError { message } } }"""


def launch(ask, selector=JOB, tags=(), **params):
    metadata = {"tags": [{"key": key, "value": value} for key, value in tags]}
    asked = {"selector": selector, "executionMetadata": metadata, **params}
    return ask(LAUNCH, params=asked)["launchRun"]


def run_to_end(ask, selector=JOB, tags=()):
    run_id = launch(ask, selector, tags)["run"]["runId"]
    document = "query Run($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
    while True:
        status = ask(document, id=run_id)["runOrError"]["status"]
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return run_id, status


def over_assets(*keys):
    return {"pipelineName": "__ASSET_JOB", **PLACE, "assetSelection": [{"path": [key]} for key in keys]}


@pytest.mark.parametrize(
    "selector", [{**JOB, "solidSelection": ["nope"]}, over_assets("nope")], ids=["ops", "assets"]
)
def test_a_selection_of_nothing_is_an_invalid_subset(ask, selector):
    answer = launch(ask, selector)

    assert answer["__typename"] == "InvalidSubsetError"
    assert "nope" in answer["message"]


def test_a_run_says_where_its_code_is_and_a_repetition_keeps_its_tags(ask):
    run_id, _ = run_to_end(ask, tags=[("who", "me")])
    again = """mutation Again($p: ReexecutionParams) { launchRunReexecution(reexecutionParams: $p) {
      ... on LaunchRunSuccess { run { runId rootRunId tags { key value } repositoryOrigin { repositoryLocationName } } } } }"""

    for keeps, expected in ((None, "me"), (False, None)):
        params = {"parentRunId": run_id, "strategy": "ALL_STEPS", "useParentRunTags": keeps}
        run = ask(again, p=params)["launchRunReexecution"]["run"]
        assert {tag["key"]: tag["value"] for tag in run["tags"]}.get("who") == expected
        assert run["rootRunId"] == run_id
        assert run["repositoryOrigin"] == {"repositoryLocationName": "scripts"}

    group = ask(
        "query G($id: ID!) { runGroupOrError(runId: $id) { ... on RunGroup { rootRunId runs { runId } } } }",
        id=run_id,
    )
    assert (group["runGroupOrError"]["rootRunId"], len(group["runGroupOrError"]["runs"])) == (run_id, 3)


def test_tags_and_output_of_runs(ask):
    run_id, _ = run_to_end(ask, tags=[("color", "blue")])

    assert "color" in ask("{ runTagKeysOrError { ... on RunTagKeys { keys } } }")["runTagKeysOrError"]["keys"]
    tags = ask('{ runTagsOrError(tagKeys: ["color"]) { ... on RunTags { tags { key values } } } }')
    assert tags["runTagsOrError"]["tags"] == [{"key": "color", "values": ["blue"]}]
    events = ask(
        """query Events($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
        ... on LogsCapturedEvent { fileKey stepKeys } } } } }""",
        id=run_id,
    )["logsForRun"]["events"]
    captured = {event["stepKeys"][0]: event["fileKey"] for event in events if event.get("fileKey")}
    document = "query Logs($key: [String!]!, $cursor: String) { capturedLogs(logKey: $key, cursor: $cursor) { stdout cursor } }"
    key = [run_id, "compute_logs", captured["make"]]
    printed = ask(document, key=key)["capturedLogs"]
    assert printed["stdout"] == "made\n"
    assert ask(document, key=key, cursor=printed["cursor"])["capturedLogs"]["stdout"] is None
    assert ask(document, key=[run_id, "compute_logs", "nope"])["capturedLogs"]["stdout"] is None


def test_an_asset_is_stale_when_what_it_is_made_of_changes(ask):
    document = """{ assetNodeOrError(assetKey: {path: ["totals"]}) { ... on AssetNode { staleStatus
      staleCauses { category key { path } } dependencies { asset { assetKey { path } } } } } }"""
    assert ask(document)["assetNodeOrError"]["staleStatus"] == "MISSING"
    run_to_end(ask, over_assets("orders", "totals"))
    assert ask(document)["assetNodeOrError"]["staleStatus"] == "FRESH"

    run_to_end(ask, over_assets("orders"), tags=[("data", "b")])

    node = ask(document)["assetNodeOrError"]
    assert node["staleStatus"] == "STALE"
    assert node["staleCauses"] == [{"category": "DATA", "key": {"path": ["orders"]}}]
    assert node["dependencies"] == [{"asset": {"assetKey": {"path": ["orders"]}}}]


def test_checks_of_an_asset_and_what_they_found(ask):
    run_to_end(ask, over_assets("orders"))

    node = ask("""{ assetNodeOrError(assetKey: {path: ["orders"]}) { ... on AssetNode { assetChecksOrError {
      ... on AssetChecks { checks { name blocking executionForLatestMaterialization { status } } } } } } }""")
    (check,) = node["assetNodeOrError"]["assetChecksOrError"]["checks"]
    assert check == {
        "name": "has_rows",
        "blocking": True,
        "executionForLatestMaterialization": {"status": "SUCCEEDED"},
    }

    ask("""mutation { reportAssetCheckEvaluations(eventParams: {assetKey: {path: ["orders"]}, checkName: "has_rows",
      passed: false, serializedMetadata: "{\\"rows\\": 0}"}) { __typename } }""")
    latest = ask("""{ assetCheckExecutions(assetKey: {path: ["orders"]}, checkName: "has_rows", limit: 1) {
      status evaluation { success metadataEntries { label } } } }""")
    (found,) = latest["assetCheckExecutions"]
    assert found == {
        "status": "FAILED",
        "evaluation": {"success": False, "metadataEntries": [{"label": "rows"}]},
    }


def test_partitions_of_an_asset(ask):
    node = ask("""{ assetNodeOrError(assetKey: {path: ["days"]}) { ... on AssetNode {
      partitionDefinition { type fmt dimensionTypes { name type } } backfillPolicy { maxPartitionsPerRun policyType }
      partitionKeyConnection(limit: 2, ascending: true) { results hasMore cursor }
      partitionKeysByDimension { name partitionKeys } } } }""")["assetNodeOrError"]

    assert node["partitionDefinition"]["type"] == "TIME_WINDOW"
    assert node["partitionKeyConnection"] == {
        "results": ["2026-11-01", "2026-11-02"],
        "hasMore": True,
        "cursor": "2",
    }
    assert node["partitionKeysByDimension"] == [
        {"name": "default", "partitionKeys": ["2026-11-01", "2026-11-02", "2026-11-03"]}
    ]
    assert node["backfillPolicy"] == {"maxPartitionsPerRun": 2, "policyType": "MULTI_RUN"}


def test_dynamic_partitions_are_added_once_and_deleted(ask):
    add = """mutation Add($place: RepositorySelector!) { addDynamicPartition(partitionsDefName: "names", partitionKey: "ann",
      repositorySelector: $place) { __typename } }"""

    assert ask(add, place=PLACE)["addDynamicPartition"]["__typename"] == "AddDynamicPartitionSuccess"
    assert ask(add, place=PLACE)["addDynamicPartition"]["__typename"] == "DuplicateDynamicPartitionError"
    gone = ask(
        """mutation Del($place: RepositorySelector!) { deleteDynamicPartitions(partitionsDefName: "names",
        partitionKeys: ["ann"], repositorySelector: $place) { __typename } }""",
        place=PLACE,
    )
    assert gone["deleteDynamicPartitions"]["__typename"] == "DeleteDynamicPartitionsSuccess"


def test_schedules_and_sensors_are_switched(ask):
    schedule, sensor = {**PLACE, "scheduleName": "mornings"}, {**PLACE, "sensorName": "looker"}
    started = ask(
        """mutation S($s: ScheduleSelector!) { startSchedule(scheduleSelector: $s) { ... on ScheduleStateResult {
        scheduleState { id status nextTick { timestamp } } } } }""",
        s=schedule,
    )["startSchedule"]["scheduleState"]
    assert (started["status"], started["nextTick"]["timestamp"] > 0) == ("RUNNING", True)

    stopped = ask(
        "mutation S($id: String!) { stopRunningSchedule(id: $id) { ... on ScheduleStateResult { scheduleState { status } } } }",
        id=started["id"],
    )
    assert stopped["stopRunningSchedule"]["scheduleState"]["status"] == "STOPPED"

    on = ask("mutation S($s: SensorSelector!) { startSensor(sensorSelector: $s) { ... on Sensor { sensorType canReset sensorState { id status } } } }", s=sensor)["startSensor"]  # fmt: skip
    assert (on["sensorType"], on["canReset"], on["sensorState"]["status"]) == ("STANDARD", True, "RUNNING")
    off = ask("mutation S($id: String!) { stopSensor(id: $id) { ... on StopSensorMutationResult { instigationState { status } } } }", id=on["sensorState"]["id"])  # fmt: skip
    assert off["stopSensor"]["instigationState"]["status"] == "STOPPED"
    back = ask(
        "mutation S($s: SensorSelector!) { resetSensor(sensorSelector: $s) { ... on Sensor { canReset } } }",
        s=sensor,
    )
    assert back["resetSensor"]["canReset"] is False


def test_the_next_times_of_a_schedule(ask):
    document = """query S($s: ScheduleSelector!) { scheduleOrError(scheduleSelector: $s) { ... on Schedule {
      futureTicks(cursor: 1767225600, limit: 2) { results { timestamp } } } } }"""

    ticks = ask(document, s={**PLACE, "scheduleName": "mornings"})["scheduleOrError"]["futureTicks"][
        "results"
    ]

    assert [tick["timestamp"] - 1767225600 for tick in ticks] == [6 * 3600, 30 * 3600]


def test_pools_and_the_instance(ask):
    assert ask('mutation { setConcurrencyLimit(concurrencyKey: "db", limit: 2) }') == {
        "setConcurrencyLimit": True
    }

    instance = ask("{ instance { hasInfo concurrencyLimits { concurrencyKey limit usingDefaultLimit } } }")[
        "instance"
    ]
    assert {"concurrencyKey": "db", "limit": 2, "usingDefaultLimit": False} in instance["concurrencyLimits"]
    assert ask('mutation { deleteConcurrencyLimit(concurrencyKey: "db") }') == {
        "deleteConcurrencyLimit": True
    }


def test_a_config_is_checked_and_a_run_planned_without_starting_one(ask):
    document = """query C($p: PipelineSelector!, $c: RunConfigData) { isPipelineConfigValid(pipeline: $p, mode: "default",
      runConfigData: $c) { __typename ... on RunConfigValidationInvalid { errors { reason path } } } }"""
    wrong = ask(document, p=JOB, c={"ops": {"make": {"config": {"n": "x"}}}})["isPipelineConfigValid"]
    assert wrong["errors"][0]["path"] == ["ops", "make", "config", "n"]
    right = ask(document, p=JOB, c='{"ops": {"make": {"config": {"n": 4}}}}')["isPipelineConfigValid"]
    assert right == {"__typename": "PipelineConfigValidationValid"}

    plan = ask(
        """query P($p: PipelineSelector!) { executionPlanOrError(pipeline: $p, mode: "default") { ... on ExecutionPlan {
        steps { key kind inputs { name dependsOn { key } } outputs { name } } } } }""",
        p=JOB,
    )["executionPlanOrError"]["steps"]
    assert plan[1] == {
        "key": "use", "kind": "COMPUTE", "inputs": [{"name": "make", "dependsOn": [{"key": "make"}]}],
        "outputs": [{"name": "result"}],
    }  # fmt: skip


def test_events_lead_to_their_run(ask):
    run_id, _ = run_to_end(ask, over_assets("orders"))

    event = ask("""{ assetOrError(assetKey: {path: ["orders"]}) { ... on Asset { assetMaterializations(limit: 1) {
      runOrError { ... on Run { runId status } } stepStats { stepKey status } } } } }""")
    (made,) = event["assetOrError"]["assetMaterializations"]
    assert made == {
        "runOrError": {"runId": run_id, "status": "SUCCESS"},
        "stepStats": {"stepKey": "orders", "status": "SUCCESS"},
    }
    latest = ask(
        '{ assetsLatestInfo(assetKeys: [{path: ["orders"]}]) { inProgressRunIds latestRun { runId } } }'
    )
    assert latest["assetsLatestInfo"] == [{"inProgressRunIds": [], "latestRun": {"runId": run_id}}]


def test_the_graph_of_a_job_and_its_config_are_told(ask):
    document = """query($job: PipelineSelector!) {
      pipelineOrError(params: $job) { ... on Pipeline {
        solidHandles { handleID solid { inputs { definition { name } dependsOn { solid { name } definition { name } } } } }
        solids { name definition { pools ... on SolidDefinition { configField { isRequired configType { __typename } } } } } } }
      runConfigSchemaOrError(selector: $job) { ... on RunConfigSchema {
        rootDefaultYaml rootConfigType { isSelector ... on CompositeConfigType { fields { name } } } } } }"""

    told = ask(document, job=JOB)

    use = next(one for one in told["pipelineOrError"]["solidHandles"] if one["handleID"] == "use")
    assert use["solid"]["inputs"][0]["dependsOn"] == [
        {"solid": {"name": "make"}, "definition": {"name": "result"}}
    ]
    make = next(one for one in told["pipelineOrError"]["solids"] if one["name"] == "make")
    assert make["definition"]["pools"] == ["db"]
    assert make["definition"]["configField"]["configType"]["__typename"] == "CompositeConfigType"
    schema = told["runConfigSchemaOrError"]
    assert "n: 1" in schema["rootDefaultYaml"]
    assert "ops" in [one["name"] for one in schema["rootConfigType"]["fields"]]


def test_partitions_of_an_asset_are_ranges_of_a_state(ask):
    document = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
      op { name } type { displayName } latestRunForPartition(partition: "2026-11-01") { status }
      assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } }"""
    _, status = run_to_end(ask, over_assets("days"), [("dagster/partition", "2026-11-01")])
    assert status == "SUCCESS"

    node = ask(document, key={"path": ["days"]})["assetNodeOrError"]

    assert node["op"]["name"] == "days"
    assert node["latestRunForPartition"]["status"] == "SUCCESS"
    ranges = node["assetPartitionStatuses"]["ranges"]
    assert {"startKey": "2026-11-01", "endKey": "2026-11-01", "status": "MATERIALIZED"} in ranges


def test_sensors_are_tried_and_given_cursors(ask):
    document = """mutation($sensor: SensorSelector!) {
      sensorDryRun(selectorData: $sensor, cursor: "c") { ... on DryRunInstigationTick { evaluationResult { skipReason } } }
      setSensorCursor(sensorSelector: $sensor, cursor: "here") { ... on Sensor { sensorState {
        typeSpecificData { ... on SensorData { lastCursor } } } } } }"""

    told = ask(document, sensor={"sensorName": "looker", **PLACE})

    assert told["sensorDryRun"]["evaluationResult"]["skipReason"] == "no"
    assert told["setSensorCursor"]["sensorState"]["typeSpecificData"]["lastCursor"] == "here"
