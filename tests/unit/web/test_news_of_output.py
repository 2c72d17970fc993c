"""What a run prints is told while it runs: as growth of its files, from where each listener left off."""

import asyncio
import os
from pathlib import Path

import pytest

from weftwork.api.host import Host
from weftwork.api.output.captured import get_output
from weftwork.base.errors import DagsterStorageError
from weftwork.records.event_data import ComputeLogsCaptureData
from weftwork.records.event_type import DagsterEventType
from weftwork.web.application import build_application
from weftwork.web.stream import hub as news
from weftwork.web.stream.hub import NewsHub


class Printing:
    """A run whose steps print."""

    def __init__(self, story):
        self.story = story
        self.directory = Path(story.instance.compute_log_directory("r1"))
        os.makedirs(self.directory)
        story.start("r1")

    def begin(self, step):
        self.story.event("r1", DagsterEventType.LOGS_CAPTURED, ComputeLogsCaptureData(step, [step]), step)

    def say(self, step, text, stream="out"):
        with open(self.directory / f"{step}.{stream}", "a") as file:
            file.write(text)


@pytest.fixture
def printing(story):
    return Printing(story)


@pytest.fixture
def hub(story):
    return NewsHub(Host(story.instance), 0.001)


async def next_of(listener, name="output"):
    while True:
        item = await listener.get()
        if item.name == name:
            return item.view


def sizes(view):
    return {file.name: (file.stdout_bytes, file.stderr_bytes) for file in view.files}


def test_growth_is_told_and_then_the_end(printing, hub):
    async def listen():
        async with hub.listening(outputs=["r1"]) as listener:
            assert (await next_of(listener)).files == []
            printing.begin("s")
            printing.say("s", "one\n")
            assert sizes(await next_of(listener)) == {"s": (4, 0)}
            printing.say("s", "two\n", "err")
            assert sizes(await next_of(listener)) == {"s": (4, 4)}
            printing.story.end("r1")
            last = await next_of(listener)
            assert last.is_finished
            assert last.files == []

    asyncio.run(listen())


def test_who_comes_later_is_told_all_and_reads_on_from_an_offset(printing, hub):
    async def listen():
        async with hub.listening(outputs=["r1"]) as first:
            for step in "ab":
                printing.begin(step)
                printing.say(step, "line\n")
            while sizes(await next_of(first)).keys() != {"a", "b"}:
                pass
            printing.say("b", "more\n")
            assert sizes(await next_of(first)) == {"b": (10, 0)}
            async with hub.listening(outputs=["r1"]) as second:
                assert sizes(await next_of(second)) == {"a": (5, 0), "b": (10, 0)}

    asyncio.run(listen())
    assert get_output(printing.story.instance, "r1", "b", "stdout", offset=5).text == "more\n"


def test_who_does_not_ask_is_not_told(printing, hub):
    async def listen():
        async with hub.listening(outputs=["r1"]) as asking, hub.listening() as other:
            await hub.begin(other, None)
            printing.begin("s")
            printing.say("s", "one\n")
            await next_of(asking)
            printing.story.end("r1")
            names = set()
            while "run" not in names:
                names.add((await other.get()).name)
            assert "output" not in names

    asyncio.run(listen())


def test_news_go_on_when_the_store_is_back(printing, hub, monkeypatch):
    asked = []

    async def listen():
        known = news.list_changes

        def away(host, after, until=None):
            asked.append(after)
            if len(asked) < 3:
                raise DagsterStorageError("The database is locked.")
            return known(host, after, until)

        monkeypatch.setattr(news, "list_changes", away)
        async with hub.listening() as listener:
            await hub.begin(listener, None)
            printing.story.end("r1")
            view = await next_of(listener, "run")
            assert view.run.run_id == "r1"

    asyncio.run(listen())
    assert len(asked) >= 3


def test_one_client_does_not_take_all_places(hub):
    async def listen():
        async with asyncio.TaskGroup() as group:
            done = asyncio.Event()

            async def hold():
                async with hub.listening("somebody"):
                    await done.wait()

            for _ in range(100):
                group.create_task(hold())
            while hub.has_room_for("somebody"):
                await asyncio.sleep(0)
            assert hub.has_room_for("somebody else")
            async with hub.listening("somebody") as one_too_many:
                assert await one_too_many.get() is None
            done.set()

    asyncio.run(listen())


def test_a_stream_of_no_such_run_is_not_begun(client):
    assert client.get("/api/v1/events", params={"output": "nope"}).status_code == 404
    many = client.get("/api/v1/events", params={"output": [f"r{n}" for n in range(9)]})
    assert many.status_code == 400
    assert "8" in many.json()["error"]["message"]


def test_streams_end_with_the_server(story):
    async def listen():
        app = build_application(Host(story.instance))
        sent = []
        asked = asyncio.Event()

        async def receive():
            await asyncio.Event().wait()

        async def send(message):
            sent.append(message)
            if b"event: hello" in message.get("body", b""):
                asked.set()

        scope = {
            "type": "http", "method": "GET", "path": "/api/v1/events", "raw_path": b"/api/v1/events", "query_string": b"",
            "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "scheme": "http", "server": ("localhost", 80),
            "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        stream = asyncio.create_task(app(scope, receive, send))
        await asked.wait()
        app.end_streams()
        app.end_streams()
        await stream
        assert not sent[-1].get("more_body", False)

    asyncio.run(listen())


def test_a_stream_is_resumed_without_repetitions_also_at_another_server(story):
    """Given listeners that come and go while events are recorded, then each event is told once to who resumes."""
    host = Host(story.instance)
    servers = [NewsHub(host, 0.002), NewsHub(host, 0.007)]
    story.start("r1")
    first = news.latest_cursor(host)
    last = first + 120

    async def record():
        for number in range(last - first):
            await asyncio.to_thread(story.log, "r1", f"line {number}")

    async def follow():
        after, turn, told = first, 0, []

        def take(item):
            nonlocal after
            if item.name == "log":
                told.append(item.cursor)
                after = item.cursor

        while after < last:
            turn += 1
            async with servers[turn % 2].listening() as listener:
                for item in await servers[turn % 2].begin(listener, after):
                    take(item)
                for _ in range(turn % 3):
                    if after < last:
                        take(await listener.get())
        assert told == sorted(set(told))
        assert told[-1] == last

    async def both():
        await asyncio.gather(record(), *(follow() for _ in range(5)))

    asyncio.run(both())


def test_what_this_server_has_not_seen_yet_is_not_told_twice_to_who_comes_from_another(story):
    host = Host(story.instance)
    story.start("r1")
    before = news.latest_cursor(host)
    for number in range(3):
        story.log("r1", f"line {number}")

    async def listen():
        hub = NewsHub(host, 0.001)
        async with hub.listening() as listener:
            items = await hub.begin(listener, before)
            assert [item.cursor for item in items if item.name == "log"] == [before + 3]
            hub._cursor = before + 1  # as of a server that lags behind
            await asyncio.sleep(0)
            story.log("r1", "line 3")
            item = await listener.get()
            assert (item.name, item.cursor, item.view.runs) == ("log", before + 4, {"r1": before + 4})

    asyncio.run(listen())
