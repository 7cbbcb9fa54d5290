"""`seqlab pipelines`: the pipelines that can be named without a path."""

from __future__ import annotations

import click

from seqlab.cli.layout import muted, table
from seqlab.cli.options import current_plugins, plugin_options
from seqlab.config.shipped import ShippedPipeline, shipped_pipelines
from seqlab.errors import PipelineError, Problem, listing, suggestion
from seqlab.plugins import Plugins


@click.command(short_help="list the pipelines that come with seqlab")
@click.option("--path", "name", metavar="NAME", help="Print the path of one of them.")
@plugin_options
def command(name: str | None) -> None:
    """List the pipelines that come with seqlab and its plugins.

    Each can be named without its path: seqlab run pos
    """
    plugins = current_plugins()
    if name is not None:
        click.echo(find_shipped(name, plugins).path)
        return
    rows = [(pipeline.name, pipeline.description) for pipeline in shipped_pipelines(plugins)]
    click.echo(table(rows) or "  none\n", nl=False)
    click.echo(muted("\n  seqlab run NAME        seqlab new pipeline my.yaml --from NAME"))


def find_shipped(name: str, plugins: Plugins) -> ShippedPipeline:
    """The shipped pipeline of a name.

    Raises:
        PipelineError: SL101 if there is none.
    """
    shipped = {pipeline.name: pipeline for pipeline in shipped_pipelines(plugins)}
    if name not in shipped:
        known = f"pipelines: {listing(list(shipped)) or 'none'}"
        hint = suggestion(name, shipped)
        raise PipelineError(Problem("SL101", f"no shipped pipeline is called '{name}'", hint=hint, notes=(known,)))
    return shipped[name]
