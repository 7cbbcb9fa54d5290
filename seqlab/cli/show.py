"""`seqlab show`: kinds, components, their settings, and the grammar of a pipeline."""

from __future__ import annotations

import click

from seqlab.cli.layout import heading, muted, table, wrapped
from seqlab.cli.options import current_plugins, plugin_options
from seqlab.cli.settings_text import Row, encoder_facts, pipeline_rows, setting_rows, snippet
from seqlab.errors import PipelineError, Problem, listing, suggestion
from seqlab.plugins import Plugins
from seqlab.registry import KINDS, Component


@click.command(short_help="explain encoders, heads, metrics, ... and their settings")
@click.argument("kind", required=False)
@click.argument("name", required=False)
@plugin_options
def command(kind: str | None, name: str | None) -> None:
    """Explain components and their settings, or the grammar of a pipeline.

    \b
    seqlab show                 every kind of component
    seqlab show encoder         the encoders
    seqlab show encoder lstm    the settings of one
    seqlab show pipeline        what a YAML file may hold
    """  # noqa: D301 (click reads the escape)
    plugins = current_plugins()
    if kind is None:
        _show_kinds(plugins)
    elif kind == "pipeline" and name is None:
        _show_pipeline()
    elif name is not None:
        if kind not in KINDS:
            raise _unknown(kind, plugins)
        _show_component(plugins, _find(plugins, kind, name))
    elif kind in KINDS:
        _show_kind(plugins, kind)
    else:
        for component in _called(plugins, kind):
            _show_component(plugins, component)


def _show_kinds(plugins: Plugins) -> None:
    rows = [(kind, str(len(plugins.registry.names(kind))), meaning) for kind, meaning in KINDS.items()]
    click.echo(table(rows, head=("kind", "known", "what it does")), nl=False)
    click.echo(muted("\n  seqlab show KIND [NAME]        seqlab show pipeline: what a YAML file may hold"))


def _show_kind(plugins: Plugins, kind: str) -> None:
    rows = []
    for component in plugins.registry:
        if component.kind == kind:
            unique = component.name in plugins.registry.names(kind)
            rows.append((component.name if unique else component.qualified_name, component.summary))
    click.echo(f"{heading(kind)}: {KINDS[kind]}\n")
    click.echo(table(rows) or "  none; see: seqlab plugins\n", nl=False)
    if rows:
        click.echo(muted(f"\n  seqlab show {kind} {rows[0][0]}"))


def _show_component(plugins: Plugins, component: Component) -> None:
    settings = component.settings_class()
    click.echo(f"{heading(f'{component.kind} {component.name}')}: {component.summary or KINDS[component.kind]}")
    click.echo(muted(f"  from {_shipper(plugins, component)}; {_target(component)}"))
    rows = setting_rows(settings)
    if rows:
        click.echo("\n" + _settings_table(rows), nl=False)
    else:
        click.echo("\n  It has no settings.")
    if component.kind == "encoder":
        facts = encoder_facts(settings, plugins.registry)
        click.echo("\n" + "".join(wrapped(fact) for fact in facts), nl=False)
    click.echo(f"\n  {muted('to paste:')}\n{snippet(component, settings, plugins.registry)}", nl=False)


def _show_pipeline() -> None:
    click.echo(f"{heading('pipeline')}: what a YAML file may hold\n")
    click.echo(_settings_table(_grouped(pipeline_rows())), nl=False)
    click.echo()
    click.echo(
        wrapped("A component is written by its name, or as {type: NAME, ...} with its settings beside `type`."),
        nl=False,
    )
    click.echo(
        wrapped("A list of one may be written as the item alone. `extends: other.yaml` starts from another file."),
        nl=False,
    )


def _grouped(rows: list[Row]) -> list[Row]:
    """The rows with an empty one between the sections."""
    grouped: list[Row] = []
    for row in rows:
        before = grouped[-1].name.partition(".") if grouped else ("", "", "")
        section, dot, _ = row.name.partition(".")
        if grouped and section != before[0] and (dot or before[1] or "model" in (section, before[0])):
            grouped.append(Row("", "", "", ""))
        grouped.append(row)
    return grouped


def _settings_table(rows: list[Row]) -> str:
    return table([(row.name, row.takes, row.default, row.doc) for row in rows], ("setting", "takes", "default", ""))


def _find(plugins: Plugins, kind: str, name: str) -> Component:
    try:
        return plugins.registry.get(kind, name)
    except PipelineError as error:
        raise PipelineError(*(_with_failures(problem, plugins) for problem in error.problems)) from None


def _called(plugins: Plugins, name: str) -> list[Component]:
    """Components of any kind that are called so: `seqlab show lstm`."""
    found = [component for component in plugins.registry if name in (component.name, component.qualified_name)]
    if not found:
        raise _unknown(name, plugins)
    return found


def _unknown(word: str, plugins: Plugins) -> PipelineError:
    known = [*KINDS, "pipeline", *(component.name for component in plugins.registry)]
    problem = Problem("SL201", f"'{word}' is neither a kind of component nor the name of one",
                      hint=suggestion(word, known), notes=(f"kinds: {listing(list(KINDS), len(KINDS))}",))  # fmt: skip
    return PipelineError(_with_failures(problem, plugins))


def _with_failures(problem: Problem, plugins: Plugins) -> Problem:
    """A name may be unknown because its plugin does not work: that is said as well."""
    notes = tuple(f"plugin '{each.name}' does not work: {each.reason}" for each in plugins.failures())
    return Problem(problem.code, problem.message, problem.place, problem.hint, (*problem.notes, *notes))


def _shipper(plugins: Plugins, component: Component) -> str:
    word = f"{component.kind} {component.name}"
    for plugin in plugins:
        if plugin.distribution == component.distribution and word in plugin.components:
            return f"{plugin.distribution} {plugin.version or ''}".rstrip() + f" (plugin {plugin.name})"
    return component.distribution


def _target(component: Component) -> str:
    target = component.target
    return target if isinstance(target, str) else f"{target.__module__}:{target.__qualname__}"
