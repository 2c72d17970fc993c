"""The first signal cancels and says so."""

import os
import signal

import pytest

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.cli.runner.interrupts import cancel_on_signals


@pytest.mark.parametrize(
    ("number", "raised", "status"),
    [(signal.SIGINT, KeyboardInterrupt, 130), (signal.SIGTERM, DagsterExecutionInterruptedError, 143)],
)
def test_a_signal_interrupts_and_says_so(capfd, number, raised, status):
    before = signal.getsignal(number)
    with cancel_on_signals() as interrupts:
        assert interrupts.exit_status is None
        with pytest.raises(raised):
            os.kill(os.getpid(), number)
        assert interrupts.exit_status == status
    assert "Cancelling" in capfd.readouterr().err
    assert signal.getsignal(number) is before
