"""A stored value is whole at every moment: while it is replaced, and after its writer was killed."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap

import weftwork as dg

WRITER = """
    import sys, time
    from pathlib import Path
    import weftwork as dg

    class Slow:
        '''Is in the middle of being written when the file `writing` appears.'''

        def __reduce__(self):
            Path("writing").touch()
            time.sleep(50)
            return (int, ())

    days = dg.StaticPartitionsDefinition(["one", "two"])

    @dg.asset(partitions_def=days)
    def table(context):
        number = int(sys.argv[1])
        return [b"x" * 2_000_000, Slow()] if number < 0 else [number] * 300_000

    storage = dg.FilesystemIOManager(base_dir=str(Path("storage").absolute()))

    def make():
        instance = dg.DagsterInstance.from_config(str(Path("home").absolute()))
        assert dg.materialize([table], instance=instance, partition_key="one", resources={"io_manager": storage}).success

    if __name__ == "__main__":
        for number in range(int(sys.argv[2])):
            sys.argv[1] = str(number) if int(sys.argv[1]) >= 0 else "-1"
            make()
"""


def start_writer(folder, first, times):
    (folder / "writer.py").write_text(textwrap.dedent(WRITER))
    (folder / "home").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "writer.py", str(first), str(times)], cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def write(folder, times=1):
    assert start_writer(folder, 0, times).wait() == 0


def test_a_reader_sees_the_old_value_or_the_new_one_and_nothing_else(tmp_path):
    write(tmp_path)
    file = tmp_path / "storage" / "table" / "one"
    writer = start_writer(tmp_path, 0, 12)
    seen, places = set(), set()
    while writer.poll() is None:
        with file.open("rb") as opened:
            places.add(os.fstat(opened.fileno()).st_ino)
            value = pickle.load(opened)
        assert len(value) == 300_000
        assert len(set(value)) == 1
        seen.add(value[0])
    assert writer.returncode == 0
    assert len(places) > 1, "a new value comes as a new file"
    assert seen <= set(range(12))
    assert [entry.name for entry in file.parent.iterdir()] == ["one"]


def test_a_kill_while_a_value_is_written_leaves_the_one_before_and_all_goes_on(tmp_path):
    write(tmp_path)
    file = tmp_path / "storage" / "table" / "one"
    before = file.read_bytes()
    writer = start_writer(tmp_path, -1, 1)
    while not (tmp_path / "writing").exists():
        assert writer.poll() is None
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert file.read_bytes() == before

    with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:
        assert instance.get_runs()[0].status is dg.DagsterRunStatus.STARTED
        assert instance.get_materialized_partitions(dg.AssetKey("table")) == {"one"}
    write(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:
        assert [run.status.value for run in instance.get_runs()] == ["SUCCESS", "STARTED", "SUCCESS"]
    assert pickle.loads(file.read_bytes())[0] == 0
