"""make_email_on_run_failure_sensor: what is sent, and how."""

import smtplib

import pytest

import weftwork as dg


class Server:
    """Keeps what is said to it."""

    said: list[tuple] = []

    def __init__(self, *address, **_options):
        self.said.append((type(self).__name__, *address))

    def __enter__(self):
        return self

    def __exit__(self, *_exc_info): ...

    def starttls(self, **_options):
        self.said.append(("starttls",))

    def login(self, *account):
        self.said.append(("login", *account))

    def send_message(self, message):
        self.said.append(("mail", message["To"], message["Subject"], message.get_content()))


class SecureServer(Server): ...


@pytest.fixture
def said(monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", SecureServer)
    monkeypatch.setattr(Server, "said", [])
    return Server.said


@dg.op
def divide():
    return 1 / 0


@dg.job
def nightly():
    divide()


def build_context():
    instance = dg.DagsterInstance.ephemeral()
    result = nightly.execute_in_process(instance=instance, raise_on_error=False)
    [event] = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    return dg.build_run_status_sensor_context(
        sensor_name="mail", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()


def test_a_mail_is_sent_over_ssl(said):
    sensor = dg.make_email_on_run_failure_sensor(
        "ci@example.com", "secret", ["a@example.com", "b@example.com"]
    )
    sensor(build_context())
    assert sensor.name == "email_on_run_failure"
    assert said[:2] == [("SecureServer", "smtp.gmail.com", 465), ("login", "ci@example.com", "secret")]
    _, receivers, subject, body = said[2]
    assert (receivers, subject) == ("a@example.com, b@example.com", "Run of nightly failed")
    assert "divide" in body


def test_the_connection_may_be_encrypted_after_it_is_made(said):
    sensor = dg.make_email_on_run_failure_sensor(
        "ci@example.com", "secret", ["a@example.com"], smtp_type="STARTTLS", smtp_host="mail", smtp_user="ci"
    )
    sensor(build_context())
    assert said[:3] == [("Server", "mail", 587), ("starttls",), ("login", "ci", "secret")]


def test_text_and_link_are_the_users(said):
    context = build_context()
    sensor = dg.make_email_on_run_failure_sensor(
        "ci@example.com", "secret", ["a@example.com"], lambda context: "<p>Oh.</p>", lambda context: "Failed",
        webserver_base_url="https://weft.example.com/",
    )  # fmt: skip
    sensor(context)
    assert said[-1][2] == "Failed"
    assert said[-1][3].startswith("<p>Oh.</p>")
    assert f"https://weft.example.com/runs/{context.dagster_run.run_id}" in said[-1][3]


def test_an_unknown_encryption_is_refused():
    with pytest.raises(dg.CheckError, match="STARTTLS"):
        dg.make_email_on_run_failure_sensor("ci@example.com", "secret", ["a@example.com"], smtp_type="none")
