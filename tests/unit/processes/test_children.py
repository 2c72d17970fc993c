"""Children by fork: what they say, how they end, and that nothing of them is left."""

import os
import signal
import sys
import time

import pytest

from weftwork.processes.children import Children
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.forked import CRASH_EXIT_CODE, fork_child, send_output_to
from weftwork.processes.messages import MAX_MESSAGE_BYTES, MessageReader, MessageWriter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


def hear_all(children):
    """Everything that is said until all have ended: name -> (messages, end)."""
    said = {}
    while len(children):
        for news in children.wait(20):
            messages, _ = said.get(news.name, ([], None))
            said[news.name] = (messages + news.messages, news.ended)
    return said


def test_messages_of_many_children_arrive_whole_and_in_order(children):
    def work(number):
        def run(writer):
            for i in range(100):
                writer.send(f"{number}:{i}".encode() * 100)

        return run

    for number in range(5):
        children.add(number, fork_child(work(number), close_fds=children.descriptors()))

    said = hear_all(children)

    for number in range(5):
        messages, ended = said[number]
        assert messages == [f"{number}:{i}".encode() * 100 for i in range(100)]
        assert ended.success


def test_a_message_larger_than_a_pipe_arrives_whole(children):
    children.add("a", fork_child(lambda writer: writer.send(b"x" * 3_000_000)))

    messages, _ = hear_all(children)["a"]

    assert [len(message) for message in messages] == [3_000_000]


def test_an_exception_of_the_work_is_an_exit_code(children, tmp_path):
    def fail(writer):
        send_output_to(str(tmp_path / "out"), str(tmp_path / "err"))
        raise ValueError("no")

    children.add("a", fork_child(fail))

    _, ended = hear_all(children)["a"]

    assert ended == ExitStatus(code=CRASH_EXIT_CODE)
    assert "ValueError: no" in (tmp_path / "err").read_text()


@pytest.mark.parametrize(
    ("call", "code"), [(lambda: sys.exit(3), 3), (lambda: sys.exit(), 0), (lambda: os._exit(9), 9)]
)
def test_an_exit_of_the_work_is_its_exit_code(children, call, code):
    children.add("a", fork_child(lambda writer: call()))

    assert hear_all(children)["a"][1] == ExitStatus(code=code)


def test_a_killed_child_says_by_what(children):
    children.add("a", fork_child(lambda writer: os.kill(os.getpid(), signal.SIGKILL)))

    _, ended = hear_all(children)["a"]

    assert ended.signal == signal.SIGKILL
    assert "SIGKILL" in str(ended)


def test_output_of_a_child_goes_to_files_with_nothing_lost(children, tmp_path):
    def talk(writer):
        send_output_to(str(tmp_path / "out"), str(tmp_path / "err"))
        print("out")
        os.write(2, b"\x1b[31merr\x1b[0m\n")
        os.system("echo from a shell")

    children.add("a", fork_child(talk))
    hear_all(children)

    assert (tmp_path / "out").read_text() == "out\nfrom a shell\n"
    assert (tmp_path / "err").read_bytes() == b"\x1b[31merr\x1b[0m\n"


def test_what_a_child_started_ends_with_it(children):
    def start_another(writer):
        pid = os.fork()
        if pid == 0:
            time.sleep(600)
        writer.send(str(pid).encode())
        time.sleep(600)

    children.add("a", fork_child(start_another))
    (news,) = children.wait(20)
    grandchild = int(news.messages[0])

    (end,) = [news for news in children.end(0.0) if news.ended]

    assert end.ended.signal in (signal.SIGTERM, signal.SIGKILL)
    for _ in range(500):
        if not _lives(grandchild):
            break
        time.sleep(0.01)
    assert not _lives(grandchild)


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_ignores_the_request_is_killed_after_the_grace(children):
    def stubborn(writer):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        writer.send(b"ready")
        time.sleep(600)

    children.add("a", fork_child(stubborn))
    children.wait(20)

    (end,) = [news for news in children.end(0.1) if news.ended]

    assert end.ended.signal == signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="the system kills orphans on Linux only")
def test_a_child_does_not_outlive_its_parent(children):
    def parent(writer):
        child = fork_child(lambda _: time.sleep(600))
        writer.send(str(child.pid).encode())
        os.kill(os.getpid(), signal.SIGKILL)

    children.add("a", fork_child(parent))
    orphan = int(hear_all(children)["a"][0][0])

    for _ in range(500):
        if not _lives(orphan):
            break
        time.sleep(0.01)
    assert not _lives(orphan)


def test_children_draw_random_numbers_of_their_own(children):
    import numpy

    def draw(writer):
        import random

        writer.send(f"{random.random()} {numpy.random.random()}".encode())

    for name in "ab":
        children.add(name, fork_child(draw))
    said = hear_all(children)
    first, second = (said[name][0][0].split() for name in "ab")

    assert first[0] != second[0]
    assert first[1] != second[1]


def test_waiting_with_a_limit_comes_back_without_news(children):
    children.add("a", fork_child(lambda writer: time.sleep(600)))

    assert children.wait(0.01) == []


def test_a_broken_stream_is_refused():
    read, write = os.pipe()
    reader = MessageReader(read)
    os.write(write, (MAX_MESSAGE_BYTES + 1).to_bytes(4, "big"))

    with pytest.raises(ValueError, match="stream is broken"):
        reader.read()
    reader.close()
    with pytest.raises(ValueError, match="longer than"):
        MessageWriter(write).send(memoryview(bytearray(MAX_MESSAGE_BYTES + 1)))
    os.close(write)
