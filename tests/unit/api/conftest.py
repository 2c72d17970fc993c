"""An instance, and a short way to record what runs do."""

from collections.abc import Iterator

import pytest

from weftwork.base.clock import FrozenClock
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.settings import InstanceSettings
from weftwork.records.asset_events import AssetCheckEvaluation, AssetCheckSeverity, AssetMaterialization
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import (
    AssetMaterializationPlannedData,
    JobFailureData,
    StepFailureData,
    StepMaterializationData,
    StepSuccessData,
)
from weftwork.records.event_type import DagsterEventType as Kind
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.storage.ephemeral import EphemeralStore


class Story:
    """Records, a second apart, what runs do."""

    def __init__(self) -> None:
        self.clock = FrozenClock(1_700_000_000.0)
        self.instance = DagsterInstance(
            EphemeralStore(), "", InstanceSettings(), is_ephemeral=True, clock=self.clock
        )

    def event(self, run_id: str, kind: Kind, data: object = None, step: str | None = None) -> None:
        self.clock.sleep(1)
        event = DagsterEvent(
            event_type_value=kind.value, job_name="j", step_key=step, event_specific_data=data,
            timestamp=self.clock.now(),
        )  # fmt: skip
        self.instance.report_dagster_event(event, run_id, log_level=40 if event.is_failure else 10)

    def start(self, run_id: str, job: str = "j", **fields: object) -> None:
        self.clock.sleep(1)
        self.instance.create_run(job_name=job, run_id=run_id, **fields)
        self.event(run_id, Kind.RUN_START)

    def end(self, run_id: str, kind: Kind = Kind.RUN_SUCCESS) -> None:
        self.event(run_id, kind, JobFailureData() if kind is Kind.RUN_FAILURE else None)

    def make(
        self, run_id: str, asset: str, partition: str | None = None, step: str = "s", **metadata: object
    ) -> None:
        made = AssetMaterialization(AssetKey(asset), partition=partition, metadata=metadata)
        self.event(run_id, Kind.ASSET_MATERIALIZATION, StepMaterializationData(made), step)

    def plan(self, run_id: str, asset: str, partition: str | None = None) -> None:
        self.event(
            run_id,
            Kind.ASSET_MATERIALIZATION_PLANNED,
            AssetMaterializationPlannedData(AssetKey(asset), partition),
        )

    def check(self, run_id: str, asset: str, name: str, passed: bool, severity: str = "ERROR") -> None:
        found = AssetCheckEvaluation(
            AssetKey(asset), name, passed, severity=AssetCheckSeverity(severity), description=f"{name} says"
        )
        self.event(run_id, Kind.ASSET_CHECK_EVALUATION, found, "s")

    def step(self, run_id: str, step: str) -> None:
        self.event(run_id, Kind.STEP_START, step=step)
        self.event(run_id, Kind.STEP_SUCCESS, StepSuccessData(1000.0), step)

    def failing_step(self, run_id: str, step: str) -> None:
        self.event(run_id, Kind.STEP_START, step=step)
        cause = SerializableErrorInfo(
            "ValueError: no rows\n", ['  File "etl.py", line 3, in load\n'], "ValueError"
        )
        error = SerializableErrorInfo("DagsterExecutionStepExecutionError: the step failed\n", cause=cause)
        self.event(run_id, Kind.STEP_FAILURE, StepFailureData(error), step)

    def log(self, run_id: str, message: str, level: int = 20, step: str | None = "s") -> None:
        self.clock.sleep(1)
        entry = EventLogEntry(
            level=level, user_message=message, run_id=run_id, timestamp=self.clock.now(), step_key=step
        )
        self.instance.handle_new_event(entry)


@pytest.fixture
def story() -> Iterator[Story]:
    made = Story()
    with made.instance:
        yield made


@pytest.fixture
def instance(story: Story) -> DagsterInstance:
    return story.instance
