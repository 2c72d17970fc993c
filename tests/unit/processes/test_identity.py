"""Which process it is, for good; and which threads rule a fork out."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from weftwork.processes.identity import find_process, this_process
from weftwork.processes.threads import find_thread_in_the_way
from weftwork.serde.codec import decode, encode

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def sleeper(**options):
    return subprocess.Popen(["sleep", "600"], **options)


def test_this_process_lives_and_is_known_again_from_text():
    here = this_process()

    assert here.pid == os.getpid()
    assert here.is_alive
    assert decode(encode(here), type(here)) == here


def test_another_process_with_the_same_id_is_not_it():
    assert not this_process().replace(started=1).is_alive
    assert not this_process().replace(boot="earlier").is_here
    assert not this_process().replace(host="elsewhere").is_alive
    assert not this_process().replace(started=1).signal(signal.SIGTERM)


def test_a_process_that_ended_is_gone_before_it_is_reaped():
    process = sleeper()
    found = find_process(process.pid)
    assert found.is_alive

    found.signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert not found.is_alive
    process.wait()
    assert find_process(process.pid) is None


def test_threads_rule_a_fork_out_and_libraries_that_see_to_forks_do_not():
    program = (
        "import numpy; from weftwork.processes.threads import find_thread_in_the_way as find; print(find())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "None"

    ended = threading.Event()
    thread = threading.Thread(target=ended.wait, name="mine", daemon=True)
    thread.start()
    try:
        assert find_thread_in_the_way() is not None
    finally:
        ended.set()
        thread.join()
