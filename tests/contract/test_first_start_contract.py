"""First starts of many processes at once on an empty PostgreSQL schema."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from weftwork.instance.instance import DagsterInstance
from weftwork.storage.schema import current_version

START = """
import sys
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRun
home, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
with DagsterInstance.from_config(home) as instance:
    instance.add_run(DagsterRun(job_name="j", run_id=name))
    print(instance.has_run(name), flush=True)
"""


def test_four_processes_start_at_once_on_an_empty_schema(postgres_schema_url: str, tmp_path: Path) -> None:
    settings = {"storage": {"postgres": {"postgres_url": {"env": "WEFT_TEST_URL"}}}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings))
    environment = {**os.environ, "WEFT_TEST_URL": postgres_schema_url}
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", START, str(tmp_path), f"r{number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )
        for number in range(4)
    ]  # fmt: skip
    for process in starters:
        assert process.stdout.readline() == "ready\n"
    for process in starters:
        process.stdin.write("\n")
        process.stdin.flush()

    assert [process.communicate(timeout=60)[0] for process in starters] == ["True\n"] * 4
    overrides = {"storage": {"postgres": {"postgres_url": postgres_schema_url}}}
    with DagsterInstance.local_temp(str(tmp_path), overrides=overrides) as instance:
        assert set(instance.get_run_ids()) == {"r0", "r1", "r2", "r3"}
        versions = instance._tables.database.rows("SELECT version FROM schema_version ORDER BY version")
        assert [row[0] for row in versions] == list(range(1, current_version() + 1))
