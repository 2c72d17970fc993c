"""A short way to record what runs do, in memory or in a home on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from weftwork.base.clock import FrozenClock
from weftwork.instance.instance import DagsterInstance
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


class Story:
    """Records, a second apart, what runs do.

    Args:
        instance: where it is recorded.
    """

    def __init__(self, instance: DagsterInstance) -> None:
        self.instance = instance
        self.clock = instance._clock = FrozenClock(1_700_000_000.0)

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
        name = "DagsterExecutionStepExecutionError"
        error = SerializableErrorInfo(f"{name}: the step failed\n", cls_name=name, cause=cause)
        self.event(run_id, Kind.STEP_FAILURE, StepFailureData(error), step)

    def log(self, run_id: str, message: str, level: int = 20, step: str | None = "s") -> None:
        self.clock.sleep(1)
        entry = EventLogEntry(
            level=level, user_message=message, run_id=run_id, timestamp=self.clock.now(), step_key=step
        )
        self.instance.handle_new_event(entry)


@pytest.fixture
def story() -> Iterator[Story]:
    """A story in memory."""
    with DagsterInstance.ephemeral() as instance:
        yield Story(instance)


@pytest.fixture
def instance(story: Story) -> DagsterInstance:
    """The instance of the story."""
    return story.instance


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that DAGSTER_HOME names."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    return folder


@pytest.fixture
def story_at_home(home: Path) -> Iterator[Story]:
    """A story in the home that DAGSTER_HOME names."""
    with DagsterInstance.from_config(str(home)) as instance:
        yield Story(instance)
