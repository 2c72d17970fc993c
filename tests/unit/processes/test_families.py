"""Processes that belong together are ended together, and no others."""

import os
import signal
import subprocess
import sys
import time

import pytest

from weftwork.processes.forked import fork_child
from weftwork.processes.identity import find_process
from weftwork.processes.remains.families import is_any_marked, kill_family, lead_session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MINE, OTHER = "WEFT_TEST_MARK=mine", "WEFT_TEST_MARK=other"


@pytest.fixture
def start():
    """Starts processes that sleep; they are ended with the test."""
    started = []

    def start_one(mark, **named):
        name, _, value = mark.partition("=")
        process = subprocess.Popen(["sleep", "600"], env={**os.environ, name: value}, **named)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def identity(process):
    return find_process(process.pid)


def test_a_session_and_all_that_carry_the_mark_are_killed(start):
    leader = start(MINE, start_new_session=True)
    elsewhere = start(MINE, start_new_session=True)
    other = start(OTHER, start_new_session=True)

    assert kill_family(identity(leader), MINE) == 2

    assert leader.wait() == -signal.SIGKILL
    assert elsewhere.wait() == -signal.SIGKILL
    assert other.poll() is None


def test_those_that_began_sessions_of_their_own_may_be_spared(start):
    leader = start(MINE, start_new_session=True)
    elsewhere = start(MINE, start_new_session=True)

    assert kill_family(identity(leader), MINE, spares_sessions=True) == 1

    assert leader.wait() == -signal.SIGKILL
    assert elsewhere.poll() is None


def test_another_session_with_the_same_number_is_left_alone(start):
    later = start(OTHER, start_new_session=True)
    gone = identity(later).replace(started=1)

    assert kill_family(gone, MINE) == 0
    assert kill_family(gone.replace(host="elsewhere"), OTHER, is_recent=True) == 0

    assert later.poll() is None


def test_what_never_got_the_mark_is_found_by_its_session_while_that_is_recent(start):
    program = "import os, time; os.fork() or time.sleep(600); os._exit(0)"
    leader = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    gone = identity(leader)
    leader.wait()

    assert kill_family(gone, MINE) == 0
    assert kill_family(gone, MINE, is_recent=True) == 1


def test_marked_processes_are_seen(start):
    process = start(MINE)
    assert is_any_marked(MINE)

    process.kill()
    process.wait()

    assert not is_any_marked(MINE)


def test_a_child_that_leads_a_group_can_lead_a_session():
    def work(writer):
        lead_session()
        writer.send(f"{os.getsid(0)} {os.getpgid(0)}".encode())

    child = fork_child(work)
    assert child.wait().success
    assert child.reader.read() == [f"{child.pid} {child.pid}".encode()]
    child.close()


def test_what_a_child_started_ends_with_it_when_it_crashes():
    def work(writer):
        process = subprocess.Popen(["sleep", "600"])
        writer.send(str(process.pid).encode())
        os._exit(3)

    child = fork_child(work)
    assert child.wait().code == 3

    (told,) = child.reader.read()
    found = find_process(int(told))
    while found is not None and found.is_alive:  # a signal takes its time
        time.sleep(0.001)
    child.close()
