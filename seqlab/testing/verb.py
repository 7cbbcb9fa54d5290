"""`seqlab plugins check`: holds the components of plugins to the laws of their kinds.

It is found by its name, as every verb is: `seqlab.testing` may import all of seqlab, and nothing imports it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from seqlab.cli.layout import alarming, heading, muted
from seqlab.cli.options import Session, plugin_options
from seqlab.errors import PluginError, Problem, suggestion
from seqlab.plugins import LoadedPlugin, Plugins
from seqlab.registry import KINDS, Component
from seqlab.testing.components import Result, results


@click.command(short_help="hold components to the laws of their kinds")
@click.argument("names", metavar="[PLUGIN | KIND [NAME]]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plugin_options
@click.pass_obj
def check(session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Hold components to the laws of their kinds: padding changes nothing, save and load give the same, ...

    Checked are the components of one plugin, of one kind, one component, or all: each with its default settings, and
    one at a time with each yes-or-no setting turned, each other choice, and 2 for a number that is 1. A law that does
    not hold is told in words, with the input on which it fails; the exit code is then 4.
    """
    plugins = session.load()
    components, broken = _chosen(plugins, names)
    found: list[Result] = []
    for each in components:
        for result in results(each, plugins.registry):
            found.append(result)
            if not as_json:
                click.echo(_line(result))
    for plugin in broken:
        if not as_json:
            click.echo(f"{alarming('failed')}       plugin {plugin.name}: {plugin.reason}")
    if as_json:
        click.echo(json.dumps([_record(result) for result in found], indent=2, ensure_ascii=False))
    else:
        click.echo(heading(_summary(found, len(broken))))
    failed = sum(result.outcome == "failed" for result in found) + len(broken)
    if failed:
        message = f"{failed} of {len(found) + len(broken)} checks failed"
        raise PluginError(Problem("SL509", message, notes=("what each kind has to keep: docs/reference/contracts.md",)))


def _chosen(plugins: Plugins, names: tuple[str, ...]) -> tuple[list[Component], list[LoadedPlugin]]:
    """The components that are meant, and the plugins among them that do not work.

    Raises:
        PipelineError: SL201 if there is no such component.
        PluginError: If the plugin that is named does not work.
    """
    registry = plugins.registry
    if not names:
        return list(registry), plugins.failures()
    if names[0] in KINDS:
        if len(names) > 1:
            return [registry.get(names[0], name) for name in names[1:]], []
        return [each for each in registry if each.kind == names[0]], []
    every = {plugin.name: plugin for plugin in plugins}
    if len(names) > 1 or names[0] not in every:
        wrong = names[0]
        hint = suggestion(wrong, [*every, *KINDS]) or f"plugins: {', '.join(every)}; kinds: {', '.join(KINDS)}"
        raise click.UsageError(f"there is no {'kind' if len(names) > 1 else 'plugin and no kind'} '{wrong}': {hint}")
    plugin = every[names[0]]
    if plugin.reason is not None:
        assert plugin.code is not None
        raise PluginError(Problem(plugin.code, f"plugin '{plugin.name}' does not work: {plugin.reason}"))
    return list(_of(plugins, plugin)), []


def _of(plugins: Plugins, plugin: LoadedPlugin) -> Iterator[Component]:
    for named in plugin.components:
        kind, _, name = named.partition(" ")
        yield plugins.registry.get(kind, f"{plugin.distribution}/{name}")


def _line(result: Result) -> str:
    named = f"{result.component.kind} {result.component.name}"
    if result.settings:
        named += f" with {result.settings}"
    if result.broken is not None:
        told = "\n".join(f"    {line}".rstrip() for line in str(result.broken).splitlines()[1:])
        count = f", {len(result.broken.failures)} of {result.laws} laws" if result.laws else ""
        return f"{alarming('failed')}       {named}{count}{told and chr(10)}{told}\n"
    if result.reason is not None:
        return muted(f"not checked  {named}: {result.reason}")
    return f"passed       {named}, {result.laws} laws"


def _summary(found: list[Result], broken: int) -> str:
    counts = Counter(result.outcome for result in found)
    counts["failed"] += broken
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "not checked"))


def _record(result: Result) -> dict[str, Any]:
    failures = result.broken.failures if result.broken else ()
    note = result.broken.note if result.broken else ""
    return {
        "kind": result.component.kind,
        "name": result.component.name,
        "distribution": result.component.distribution,
        "settings": result.settings,
        "outcome": result.outcome,
        "laws": result.laws,
        "failures": [
            {"law": each.law, "where": each.where, "found": each.found, "cause": each.cause, "more": each.more}
            for each in failures
        ],
        "reason": result.reason or note or None,
    }
