"""Routes of jobs."""

from __future__ import annotations

from weftwork.api.access.caller import Permission
from weftwork.api.actions.dry_run import LaunchCheck, check_launch
from weftwork.api.actions.launching import LaunchBody, Launched, launch
from weftwork.api.code.job_partitions import (
    JobPartitionConfig,
    JobPartitionKeys,
    JobPartitionQuery,
    JobPartitionsQuery,
    get_job_partition_config,
    list_job_partition_keys,
)
from weftwork.api.code.jobs import JobList, JobQuery, JobReport, get_job_report, list_jobs
from weftwork.web.route import get, post

ROUTES = (
    get("/jobs", "All jobs.", JobList, lambda call: list_jobs(call.host)),
    get("/job", "A job in full: its graph and the schema of its config.", JobReport,
        lambda call: get_job_report(call.host, call.query), query=JobQuery, asks_code=True),
    get("/job/partitions", "A page of the partition keys of a job.", JobPartitionKeys,
        lambda call: list_job_partition_keys(call.host, call.query), query=JobPartitionsQuery, asks_code=True),
    get("/job/partition-config", "Run config and tags of a partition of a job.", JobPartitionConfig,
        lambda call: get_job_partition_config(call.host, call.query), query=JobPartitionQuery, asks_code=True),
    post("/job/check", "What a run would be: what is wrong in its config, the plan, the defaults; nothing is started.",
         LaunchCheck, lambda call: check_launch(call.host, call.body), body=LaunchBody,
         permission=Permission.READ, asks_code=True),
    post("/runs/launch", "Start a run of a job.", Launched,
         lambda call: launch(call.host, call.caller, call.body), body=LaunchBody, permission=Permission.LAUNCH, asks_code=True),
)  # fmt: skip
