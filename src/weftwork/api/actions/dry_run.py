"""What a run would be: what is wrong in its config, the steps it would have, which would run and why not."""

from __future__ import annotations

from typing import Any

import msgspec

from weftwork.api.actions.config_defaults import fill_defaults
from weftwork.api.actions.launching import LaunchBody
from weftwork.api.actions.reexecuting import ReexecuteBody, to_repeat
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.instance.configuration.secrets import redact_config
from weftwork.records.snapshots.requests import ConfigAnswer, JobAddress, LaunchRequest, PlannedStep


class ConfigProblemView(View):
    """One thing that is wrong in a run config.

    Attributes:
        message: what is wrong and what was expected.
        path: the keys from the top to where it is.
        reason: the kind of error.
    """

    message: str
    path: list[str]
    reason: str


class PlannedInputView(View):
    """An input of a step that a run would have, and the places in the plan of the steps that it comes from."""

    name: str
    steps: list[int]


class PlannedStepView(View):
    """A step that a run would have.

    Attributes:
        key: its key, without the items of dynamic outputs.
        op: what it runs.
        runs: whether it would run; otherwise what it left in the run that is repeated is taken.
        why: why it would run only in part, or not at all; empty where it just runs.
        upstream: the places in the plan of the steps that it waits for.
        assets: the assets that it makes, or observes.
        checks: the checks that it evaluates, each as "asset:name".
        is_dynamic: whether it runs once for each item of a dynamic output.
        collects: whether it takes the items of a dynamic output as a list.
        inputs: its inputs.
        outputs: the names of its outputs.
        pool: the pool that limits how many of its kind run at once.
    """

    key: str
    op: str
    runs: bool
    why: str
    upstream: list[int]
    assets: list[str]
    checks: list[str]
    is_dynamic: bool
    collects: bool
    inputs: list[PlannedInputView]
    outputs: list[str]
    pool: str | None


class LaunchCheck(View):
    """What a run would be.

    Attributes:
        problems: what is wrong in its config; empty if it fits.
        run_config: the config with the defaults written out, as data; None if it does not fit.
        steps: the keys of the steps that would run.
        plan: all steps, each after those that it waits for; those that would not run say why.
        executor: the executor that would run them; None if the config does not fit.
    """

    problems: list[ConfigProblemView]
    run_config: dict[str, Any] | None
    steps: list[str]
    plan: list[PlannedStepView]
    executor: str | None


def check_launch(host: Host, body: LaunchBody) -> LaunchCheck:
    """Return what a run would be; nothing is started.

    Raises:
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterInvalidConfigError: if the text of the config cannot be read.
    """
    return _check(host, body.address, body.to_request())


def check_reexecution(host: Host, body: ReexecuteBody) -> LaunchCheck:
    """Return what a run would be that repeats another; nothing is started.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
        DagsterInvalidSubsetError: if there is no such job any more.
        DagsterInvalidInvocationError: if steps are missing.
        DagsterUserCodeProcessError: if a step is named that the run does not have.
    """
    return _check(host, *to_repeat(host, body))


def _check(host: Host, address: JobAddress, request: LaunchRequest) -> LaunchCheck:
    answer = host.workspace.validate_config(address, request)
    return LaunchCheck(
        problems=[
            ConfigProblemView(message=problem.message, path=list(problem.path), reason=problem.reason)
            for problem in answer.problems
        ],
        run_config=None if answer.problems else _with_defaults(host, address, request, answer),
        steps=[step.key for step in answer.steps if step.runs],
        plan=[_view_step(step) for step in answer.steps],
        executor=_executor_of(answer),
    )


def _with_defaults(
    host: Host, address: JobAddress, request: LaunchRequest, answer: ConfigAnswer
) -> dict[str, Any]:
    detail = host.workspace.job_detail(address)
    given = {**msgspec.json.decode(detail.default_config), **request.run_config}
    filled = fill_defaults(msgspec.json.decode(detail.config_schema), given)
    shown: dict[str, Any] = redact_config(filled, answer.secret_fields)
    return shown


def _executor_of(answer: ConfigAnswer) -> str | None:
    return None if answer.problems else answer.executor


def _view_step(step: PlannedStep) -> PlannedStepView:
    return PlannedStepView(
        key=step.key,
        op=step.op,
        runs=step.runs,
        why=step.why,
        upstream=list(step.upstream),
        assets=[key.to_escaped_user_string() for key in step.assets],
        checks=[f"{key.asset_key.to_escaped_user_string()}:{key.name}" for key in step.checks],
        is_dynamic=step.is_dynamic,
        collects=step.collects,
        inputs=[PlannedInputView(name=one.name, steps=list(one.steps)) for one in step.inputs],
        outputs=list(step.outputs),
        pool=step.pool,
    )
