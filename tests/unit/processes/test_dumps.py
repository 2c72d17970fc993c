"""Reading what Python's faulthandler writes."""

from weftwork.processes.dumps import read_dump

DUMP = """chatter of the program
  File "printed by the program", line 3, in nobody
Thread 0x00007f01 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait
  File "/user/other.py", line 9 in beat

{which} 0x00007f02 (most recent call first):
  File "/user/code.py", line 7 in inner
  File "/user/code.py", line 12 in <module>
  File "<frozen importlib._bootstrap>", line 241 in _call_with_frames_removed
"""
FRAMES = ['  File "/user/code.py", line 12, in <module>\n', '  File "/user/code.py", line 7, in inner\n']


def test_the_frames_of_the_thread_that_was_running_outermost_first():
    assert read_dump(DUMP.format(which="Current thread")) == FRAMES


def test_those_of_the_main_thread_where_none_is_named():
    assert read_dump(DUMP.format(which="Thread")) == FRAMES


def test_the_running_thread_may_come_first():
    first = DUMP.replace("Thread 0x00007f01", "Current thread 0x00007f01").format(which="Thread")

    assert [line.split(",")[0] for line in read_dump(first)] == [
        '  File "/user/other.py"', '  File "/usr/lib/python3.11/threading.py"',
    ]  # fmt: skip


def test_text_without_a_dump_has_none():
    assert read_dump("nothing\nof the kind") == []
