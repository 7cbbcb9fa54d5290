"""`seqlab plugins`: what is installed, what it brings, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections import defaultdict

import click

from seqlab.cli.layout import alarming, heading, muted, table, wrapped
from seqlab.cli.options import Session, plugin_options
from seqlab.plugins import LoadedPlugin


class _Subverbs(click.Group):
    """`check` is found by its name when it is asked for: it lives in `seqlab.testing`, which nothing imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "check":
            return None
        check: click.Command = importlib.import_module("seqlab.testing.verb").check
        return check


@click.group(
    cls=_Subverbs,
    invoke_without_command=True,
    subcommand_metavar="[check ...]",
    short_help="list plugins, what they bring, and what is wrong with them",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plugin_options
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List plugins, what they bring, and what is wrong with them.

    A plugin that cannot be loaded breaks nothing: it stands below the others, with its reason.
    """
    if context.invoked_subcommand is None:
        _list(context.ensure_object(Session), as_json)


def _list(session: Session, as_json: bool) -> None:
    plugins = list(session.load())
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(plugin) for plugin in plugins], indent=2))
        return
    rows = [
        (plugin.name, plugin.distribution, plugin.version or "-", plugin.source, _brought(plugin))
        for plugin in plugins
        if plugin.reason is None
    ]
    click.echo(table(rows, head=("plugin", "from", "version", "source", "brings")), nl=False)
    for plugin in plugins:
        if plugin.reason is not None:
            name = f"{plugin.name} {muted(f'({plugin.source})')}"
            click.echo(f"\n{heading(name)} {alarming(f'does not work: error[{plugin.code}]')}")
            click.echo(wrapped(plugin.reason), nl=False)


def _brought(plugin: LoadedPlugin) -> str:
    """`encoder gru, lstm; hook run_end`."""
    names = defaultdict(list)
    for component in plugin.components:
        kind, _, name = component.partition(" ")
        names[kind].append(name)
    if plugin.hooks:
        names["hook"] = list(plugin.hooks)
    return "; ".join(f"{kind} {', '.join(found)}" for kind, found in names.items()) or "nothing yet"
