"""Steps that never run because something before them failed, and those that run in spite of it."""

import sys
import threading

import weftwork as dg
from weftwork.definitions.loggers.log_scope import LogScope, find_log_place


@dg.op
def fails():
    raise ValueError


@dg.op(out=dg.Out(is_required=False))
def gives_nothing():
    if False:
        yield


@dg.op
def passes_on(x):
    return x


@dg.op
def joins(parts: list):
    return len(parts)


@dg.op(run_when="any_failed")
def tidies_up(parts: list):
    return len(parts)


def test_what_was_lost_when_another_step_was_skipped_is_not_taken():
    @dg.job
    def nightly():
        lost = joins([fails(), passes_on(gives_nothing())])
        tidies_up([lost, passes_on.alias("also_skipped")(gives_nothing.alias("nothing_more")())])

    result = nightly.execute_in_process(raise_on_error=False)

    assert result.get_failed_step_keys() == {"fails"}
    assert result.output_for_node("tidies_up") == 0


def test_scopes_of_many_threads_open_and_close_independently():
    errors = []

    def work():
        try:
            for _ in range(500):
                place = object()
                with LogScope(place):
                    assert find_log_place() is place
        except Exception as error:  # told below, as threads have nobody who hears
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert errors == []
    assert find_log_place() is None
