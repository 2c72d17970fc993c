"""The user's code that the rigs run: fan-out through a pool, retries, assets that feed each other, and bad manners."""

import os
import signal
import subprocess
import sys
import time

import weftwork as dg

PAUSE_S = float(os.environ.get("RIG_PAUSE_S", "0.02"))


def _die_at_message():
    """Have the processes of steps die at a message, as RIG_DIE says."""
    role, when, number = os.environ.get("RIG_DIE", "::0").split(":")
    if role != "step":
        return
    from weftwork.processes import messages

    send = messages.MessageWriter.send
    count = 0

    def send_or_die(self, message):
        nonlocal count
        count += 1
        if count == int(number) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        send(self, message)
        if count == int(number) and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    messages.MessageWriter.send = send_or_die


_die_at_message()


# ------------------------------------------------------------------------------- what is killed at any moment


@dg.op(out=dg.DynamicOut())
def many():
    for number in range(5):
        yield dg.DynamicOutput(number, str(number))


@dg.op(pool="narrow", retry_policy=dg.RetryPolicy(max_retries=1))
def work(context, value):
    context.log.info("working on %s", value)
    time.sleep(PAUSE_S)
    return [value] * 100


@dg.op
def total(values):
    return sum(len(value) for value in values)


@dg.job
def wide():
    total(many().map(work).collect())


@dg.asset
def first(context):
    context.log.info("run %s", context.run_id)
    time.sleep(PAUSE_S)
    return context.run_id


@dg.asset
def second(first):
    time.sleep(PAUSE_S)
    return first * 10_000


@dg.asset
def third(second):
    return second[:100]


chain = dg.define_asset_job("chain", selection=["first", "second", "third"])


# ------------------------------------------------------------------------------------------- outputs


@dg.asset
def large(context):
    """Bytes that tell by themselves whether they are of one piece."""
    mark = context.run_id.encode()
    return {"mark": mark, "body": mark * (int(os.environ.get("RIG_VALUE_BYTES", "40000000")) // len(mark))}


storing = dg.define_asset_job("storing", selection=["large"])


# --------------------------------------------------------------------------------- a database that is away


@dg.op(config_schema={"path": str, "lines": int, "pause_s": float})
def ticks(context):
    """Logs a line and notes the time beside the database, many times."""
    settings = context.op_config
    with open(settings["path"], "a", buffering=1) as file:
        for number in range(settings["lines"]):
            context.log.info("tick %d", number)
            file.write(f"{time.monotonic()}\n")
            time.sleep(settings["pause_s"])
    return settings["lines"]


@dg.op
def after(value):
    return value


@dg.job
def ticking():
    after(ticks())


@dg.job(executor_def=dg.in_process_executor)
def ticking_here():
    after(ticks())


# --------------------------------------------------------------------------------------- bad manners


def _ready():
    open(os.environ["RIG_READY"], "w").close()


@dg.op
def ignores_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _ready()
    while True:
        try:
            time.sleep(600)
        except BaseException:
            continue


@dg.op
def forks_grandchildren():
    for _ in range(3):
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if os.fork() == 0:
                os.setpgid(0, 0)  # out of the group of the step
            time.sleep(600)
            os._exit(0)
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    _ready()
    time.sleep(600)


@dg.op
def leaves_grandchildren_and_succeeds():
    subprocess.Popen(["sleep", "600"])
    return 1


@dg.op(config_schema={"bytes": int})
def floods(context):
    line = "x" * 1023 + "\n"
    for _ in range(context.op_config["bytes"] // len(line)):
        sys.stdout.write(line)
    return context.op_config["bytes"]


@dg.op
def exits():
    os._exit(7)


@dg.op
def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)


@dg.op
def takes_all_memory():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    return len(bytearray(8 << 30))


@dg.op
def crashes():
    import ctypes

    ctypes.string_at(0)


@dg.op
def asks_to_exit():
    sys.exit(3)


@dg.op
def closes_everything():
    os.closerange(3, 4096)
    return 1


BAD = [
    ignores_signals, forks_grandchildren, leaves_grandchildren_and_succeeds, floods, exits, kills_itself,
    takes_all_memory, crashes, asks_to_exit, closes_everything,
]  # fmt: skip


def _job_of(op, executor, ending):
    @dg.job(name=f"{op.name}_job{ending}", executor_def=executor)
    def bad():
        op()

    return bad


bad_jobs = [_job_of(op, dg.multiprocess_executor, "") for op in BAD]
bad_jobs += [_job_of(op, dg.in_process_executor, "_here") for op in BAD]

defs = dg.Definitions(
    assets=[first, second, third, large], jobs=[wide, chain, storing, ticking, ticking_here, *bad_jobs]
)
