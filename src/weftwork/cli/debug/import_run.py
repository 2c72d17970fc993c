"""`weft debug import`: a run that was exported elsewhere."""

from __future__ import annotations

import zlib

import click

from weftwork.api.past.copies import import_run
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.printing.json_text import print_json_line


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False)
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(files: tuple[str, ...], as_json: bool) -> None:
    """Add runs that `weft debug export` wrote, to look at them here.

    What is known of assets stays as it is; a run that had not ended there is CANCELED here.
    """
    import gzip  # not for --help

    ids = []
    with open_instance_to_record() as instance:
        for file in files:
            try:
                with gzip.open(file, "rb") as lines:
                    ids.append(import_run(instance, lines))
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                raise DagsterInvalidInvocationError(
                    f"{file} is no export of a run, or it is damaged: {error}."
                ) from None
            if not as_json:
                click.echo(f"{ids[-1]}  imported")
    if as_json:
        print_json_line({"run_ids": ids})
