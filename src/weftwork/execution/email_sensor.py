"""``make_email_on_run_failure_sensor``: a mail for each run that fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import ParameterCheckError
from weftwork.definitions.sensors.run_status_context import RunFailureSensorContext
from weftwork.definitions.sensors.run_status_sensor import run_failure_sensor
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus

_PORTS = {"SSL": 465, "STARTTLS": 587}
Text = Callable[[RunFailureSensorContext], str]


def describe_failure(context: RunFailureSensorContext) -> str:
    """Return the body of a mail: which run failed, and why."""
    run = context.dagster_run
    return (
        f"<p>The run of <b>{escape(run.job_name)}</b> failed.</p><p>Run: {escape(run.run_id)}</p>"
        f"<p>{escape(context.failure_event.message)}</p>"
    )


def name_failure(context: RunFailureSensorContext) -> str:
    """Return the subject of a mail."""
    return f"Run of {context.dagster_run.job_name} failed"


def make_email_on_run_failure_sensor(
    email_from: str,
    email_password: str,
    email_to: Sequence[str],
    email_body_fn: Text = describe_failure,
    email_subject_fn: Text = name_failure,
    smtp_host: str = "smtp.gmail.com",
    smtp_type: str = "SSL",
    smtp_port: int | None = None,
    smtp_user: str | None = None,
    name: str | None = None,
    webserver_base_url: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool = False,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    monitor_all_repositories: bool = False,
) -> Any:
    """Return a sensor that sends a mail for each run that fails.

    Args:
        email_from: who sends it.
        email_password: the password of the mail account.
        email_to: who gets it.
        email_body_fn: returns the body, as HTML.
        email_subject_fn: returns the subject.
        smtp_host: the mail server.
        smtp_type: how the connection is encrypted: "SSL" or "STARTTLS".
        smtp_port: the port of the server (default: 465 for SSL, 587 for STARTTLS).
        smtp_user: the name of the mail account (default: ``email_from``).
        name: the name of the sensor (default: email_on_run_failure).
        webserver_base_url: the address of the web pages, for a link to the run.
        monitored_jobs: the jobs whose runs are looked at (default: all of the code location).
        job_selection: the same (older name).
        monitor_all_code_locations: whether runs of all code locations are looked at.
        default_status: whether it runs before anybody has started it.
        monitor_all_repositories: the same as ``monitor_all_code_locations`` (older name).

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.

    Example:
        >>> make_email_on_run_failure_sensor("ci@example.com", os.environ["MAIL_PASSWORD"], ["team@example.com"])
    """
    for value, argument in (
        (email_from, "email_from"),
        (email_password, "email_password"),
        (smtp_host, "smtp_host"),
    ):
        check_type(value, str, argument)
    if isinstance(email_to, str) or not all(isinstance(address, str) for address in email_to):
        raise ParameterCheckError(f"email_to must be a list of addresses, not {email_to!r:.100}.")
    if smtp_type not in _PORTS:
        raise ParameterCheckError(f"smtp_type must be 'SSL' or 'STARTTLS', not {smtp_type!r}.")

    def email_on_run_failure(context: RunFailureSensorContext) -> None:
        body = email_body_fn(context)
        if webserver_base_url:
            link = f"{webserver_base_url.rstrip('/')}/runs/{context.dagster_run.run_id}"
            body += f'<p><a href="{escape(link)}">View the run</a></p>'
        message = _write_mail(email_from, email_to, email_subject_fn(context), body)
        _send(
            message,
            smtp_host,
            smtp_port or _PORTS[smtp_type],
            smtp_type,
            smtp_user or email_from,
            email_password,
        )

    decorate = run_failure_sensor(
        name=name or "email_on_run_failure",
        monitored_jobs=monitored_jobs,
        job_selection=job_selection,
        monitor_all_code_locations=monitor_all_code_locations or None,
        monitor_all_repositories=monitor_all_repositories or None,
        default_status=default_status,
    )
    return decorate(email_on_run_failure)


def _write_mail(sender: str, receivers: Sequence[str], subject: str, body: str) -> Any:
    from email.message import EmailMessage  # only where a mail is sent

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ", ".join(receivers), subject
    message.set_content(body, subtype="html")
    return message


def _send(message: Any, host: str, port: int, kind: str, user: str, password: str) -> None:
    import smtplib  # only where a mail is sent
    import ssl  # only where a mail is sent

    encryption = ssl.create_default_context()
    if kind == "SSL":
        with smtplib.SMTP_SSL(host, port, context=encryption) as server:
            server.login(user, password)
            server.send_message(message)
        return
    with smtplib.SMTP(host, port) as server:
        server.starttls(context=encryption)
        server.login(user, password)
        server.send_message(message)
