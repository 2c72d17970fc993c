"""Builds the pages of a checkout that has none yet, while the server answers already."""

from __future__ import annotations

import contextlib
import fcntl
import html
import os
import signal
import subprocess
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

import click

VARIABLE = "WEFTWORK_BUILD_PAGES"
"""Set to 0, it keeps `weft dev` from building pages."""

_CHECKOUT = Path(__file__).parents[4]
_SCRIPT = "scripts/pages"
_SHOWN_LINES = 20
_GRACE_S = 3.0
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Weftwork</title>{refresh}</head><body>
<h1>{title}</h1>
<p>{text}</p>
<pre>{output}</pre>
<p>The JSON API is there all the same: <a href="api/v1/home">api/v1/home</a></p>
</body></html>
"""


class PageBuild:
    """Runs ``scripts/pages`` once, in the background, where a checkout has no pages yet.

    Args:
        checkout: the directory with ``scripts`` and ``ui``.
    """

    def __init__(self, checkout: Path = _CHECKOUT) -> None:
        self._checkout = checkout
        self._index = checkout / "src" / "weftwork" / "web" / "static" / "index.html"
        self._output: deque[str] = deque(maxlen=_SHOWN_LINES)
        self._process: subprocess.Popen[str] | None = None
        self._thread = threading.Thread(target=self._build, name="pages", daemon=True)
        self._is_ending = False
        self._has_failed = False

    def __enter__(self) -> Self:
        if self.is_needed():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_ending = True
        if (process := self._process) is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        if self._thread.is_alive():
            self._thread.join(_GRACE_S)

    def is_needed(self) -> bool:
        """Return whether this is a checkout without pages, and nobody has said that it shall stay so."""
        is_checkout = (self._checkout / _SCRIPT).exists() and (
            self._checkout / "ui" / "package.json"
        ).exists()
        return is_checkout and not self._index.exists() and os.environ.get(VARIABLE) != "0"

    def placeholder(self) -> str:
        """Return the page that is shown while there are none: what is done about it, or what to do."""
        if self._thread.is_alive():
            refresh = '<meta http-equiv="refresh" content="2">'
            title, text = (
                "The pages are being built",
                "This is done once, and this page then gives way to them.",
            )
        else:
            refresh = ""
            title = "The pages could not be built" if self._has_failed else "The pages are not built"
            text = "This is a checkout without the web application. Build it with <code>scripts/pages</code>, and load this page again."
        output = html.escape("\n".join(self._output))
        return _PAGE.format(refresh=refresh, title=title, text=text, output=output)

    def _build(self) -> None:
        try:
            self._build_alone()
        except OSError as error:  # a checkout that may only be read, a disk that is full
            self._has_failed = True
            click.echo(f"The pages could not be built: {error}", err=True)

    def _build_alone(self) -> None:
        with open(self._checkout / "ui" / ".building", "w") as lock:
            if not self._take(lock.fileno()):
                return
            if self._index.exists():  # somebody else has built them meanwhile
                return
            click.echo(f"The pages are being built ({_SCRIPT}), once: this takes a minute or less.")
            status = self._run()
        if self._is_ending:
            return
        self._has_failed = status != 0
        if self._has_failed:
            click.echo("\n".join(["The pages could not be built:", *self._output]), err=True)
        else:
            click.echo("The pages are built.")

    def _take(self, handle: int) -> bool:
        """Wait until no other server builds; False if this one ends before."""
        while not self._is_ending:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(0.2)
        return False

    def _run(self) -> int:
        self._process = subprocess.Popen(  # noqa: S603 (our own script)
            [str(self._checkout / _SCRIPT)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        with self._process as process:
            assert process.stdout is not None
            for line in process.stdout:
                self._output.append(line.rstrip())
        return process.returncode
