"""`seqlab schema`: the JSON Schema of pipelines, with the components of all plugins."""

from __future__ import annotations

import json
from pathlib import Path

import click

from seqlab.cli.options import current_plugins, plugin_options


@click.command(short_help="print the JSON Schema of pipelines, for editors")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@plugin_options
def command(output: Path | None) -> None:
    """Print the JSON Schema of pipelines, so that an editor completes and checks them.

    \b
    seqlab schema --output seqlab.schema.json
    then, as the first line of a pipeline:  # yaml-language-server: $schema=seqlab.schema.json
    """  # noqa: D301 (click reads the escape)
    from seqlab.config.json_schema import pipeline_schema

    text = json.dumps(pipeline_schema(current_plugins().registry), indent=2)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")
        click.echo(
            f"wrote {output}\n  put this on the first line of a pipeline: # yaml-language-server: $schema={output}"
        )
