"""`weft debug export`: a run as a file."""

from __future__ import annotations

import os

import click

from weftwork.api.past.copies import export_run
from weftwork.api.runs import resolve_run_id
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json_line


@click.command("export")
@click.argument("run_id")
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run_id: str, file: str | None, force: bool, as_json: bool) -> None:
    """Write a run to a file: the run, its log, and what it printed; secrets are masked.

    RUN_ID is the id of the run, or its beginning. FILE is run-ID.jsonl.gz if it is left out.
    """
    import gzip  # not for --help

    with open_runs_to_read() as instance:
        whole_id = resolve_run_id(instance, run_id)
        path = file or f"run-{whole_id[:8]}.jsonl.gz"
        if os.path.exists(path) and not force:
            raise click.UsageError(f"There is a file '{path}' already. Name another one, or give --force.")
        unfinished = f"{path}.{os.getpid()}.tmp"
        try:
            with (
                open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw,
                gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed,
            ):
                for line in export_run(instance, whole_id):
                    packed.write(line)
            os.replace(unfinished, path)
        finally:
            if os.path.exists(unfinished):
                os.remove(unfinished)
    if as_json:
        print_json_line(
            {"run_id": whole_id, "file": os.path.abspath(path), "size_bytes": os.path.getsize(path)}
        )
    else:
        click.echo(path)
        click.echo(f"Look at it elsewhere with: weft debug import {path}", err=True)
