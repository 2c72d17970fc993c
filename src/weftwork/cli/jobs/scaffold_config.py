"""`weft job scaffold-config`: a run config to fill in."""

from __future__ import annotations

import click

from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.jobs.job_option import find_job
from weftwork.cli.printing.json_text import print_json


@click.command("scaffold-config")
@definitions_options
@click.option(
    "--job", "-j", "job_name", metavar="NAME", help="The job; may be left out where there is only one."
)
@click.option("--required-only", is_flag=True, help="Leave out what may be left out.")
@click.option("--json", "as_json", is_flag=True, help="Print an example and the JSON schema, as JSON.")
def command(
    source: DefinitionsSource | None, job_name: str | None, required_only: bool, as_json: bool
) -> None:
    """Print a run config to fill in, as YAML: what may be left out stands in comments.

    \b
    Example:
      weft job scaffold-config -j nightly > nightly.yaml
    """  # noqa: D301 - the backspace is what click knows a fixed block by
    source = require_source(source)
    from weftwork.cli.jobs.config_scaffold import list_scaffold  # loads the floors that user code needs
    from weftwork.definitions.run_config.resolution import get_run_config_schema  # see above

    job = find_job(source.load(), job_name)
    schema = get_run_config_schema(job)
    if as_json:
        example = schema.config_type.example()
        print_json({"job": job.name, "run_config": example, "schema": schema.to_json_schema()})
        return
    lines = list_scaffold(schema.config_type, required_only=required_only)
    click.echo(f"# Run config of job {job.name}" if lines else f"# Job {job.name} needs no run config.")
    for line in lines:
        click.echo(line)
