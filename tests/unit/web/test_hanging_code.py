"""Requests that wait for user code do not keep others from being answered."""

import threading

from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.web.endpoint import MAX_ASKING_CODE
from weftwork.web.settings import WebSettings


def test_many_questions_to_code_that_hangs_leave_the_server_answering(open_client, monkeypatch):
    go_on = threading.Event()
    asked = threading.Semaphore(0)

    def hang(_host, _query):
        asked.release()
        go_on.wait(60)
        raise DagsterInvalidSubsetError("There is no job 'j'.")

    monkeypatch.setattr("weftwork.web.routes.jobs.get_job_report", hang)
    client = open_client(WebSettings(deadline_s=60))
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(client.get("/api/v1/job", params={"name": "j"}).status_code)
        )
        for _ in range(60)
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in range(MAX_ASKING_CODE):
            assert asked.acquire(timeout=30)

        assert client.get("/api/v1/me").status_code == 200
        assert client.get("/api/v1/runs").status_code == 200
        assert answers == []
    finally:
        go_on.set()
        for thread in threads:
            thread.join(60)
    assert answers == [404] * 60
