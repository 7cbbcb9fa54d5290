"""`seqlab compare`: finished runs side by side, and the tables of studies."""

from __future__ import annotations

import json
from pathlib import Path

import click

from seqlab.cli.layout import heading, muted, wrapped
from seqlab.cli.options import current_plugins, plugin_options
from seqlab.report.table import Table, as_text


@click.command(short_help="scores, settings and paired tests of several runs")
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@plugin_options
def command(runs: tuple[str, ...], as_json: bool) -> None:
    """Compare finished runs with the first one: scores, paired tests on the same examples, and what differs in them.

    RUN is a run's folder, or the name of a pipeline: its newest finished run under runs/. The folder of a study gives
    its table.

    \b
    seqlab compare runs/pos/*
    seqlab compare pos ner --json
    """  # noqa: D301 (click reads the escape)
    from seqlab.runs.find import find_folder, is_study
    from seqlab.runs.reopened import reopen

    plugins = current_plugins()
    studies = [path for path in map(find_folder, runs) if is_study(path)]
    opened = [reopen(run, plugins) for run in runs if not is_study(find_folder(run))]
    if len(opened) == 1 or (studies and opened):
        raise click.UsageError("two runs or more are wanted" if not studies else "name runs or studies, not both")
    if studies:
        _show_studies(studies, as_json)
        return

    from seqlab.report.compared import compared_as_json, difference_table, pairs_table, runs_table
    from seqlab.runs.compare import compare_runs

    compared = compare_runs(opened)
    if as_json:
        click.echo(json.dumps(compared_as_json(compared), ensure_ascii=False, indent=2))
        return
    _show(runs_table(compared), first=True)
    pairs = pairs_table(compared)
    if pairs is not None:
        _show(pairs)
    if compared.apart:
        click.echo(f"\n{heading('Not compared on the same examples')}")
        for label, reason in compared.apart.items():
            click.echo(wrapped(f"{label}: {reason}"), nl=False)
    for title, column, rows in (
        ("Settings that differ", "setting", compared.settings),
        ("Data that differs", "file", compared.data),
        ("Versions that differ", "what", compared.versions),
    ):
        if rows:
            _show(difference_table(title, column, rows, compared))
        else:
            click.echo(f"\n{muted(title.partition(' ')[0] + ': the same')}")


def _show_studies(folders: list[Path], as_json: bool) -> None:
    from seqlab.report.studies import study_comparison_table, study_table
    from seqlab.runs.reopened import read_study
    from seqlab.runs.study import STUDY

    if as_json:
        click.echo("".join((folder / STUDY).read_text(encoding="utf-8") for folder in folders), nl=False)
        return
    for number, folder in enumerate(folders):
        rows, missing = read_study(folder)
        click.echo(f"{chr(10) * (number > 0)}{muted('study')}  {folder}")
        _show(study_table(rows))
        if (compared := study_comparison_table(rows)) is not None:
            _show(compared)
        if missing:
            click.echo(f"\n{missing} {'run has' if missing == 1 else 'runs have'} not ended; go on with --resume")


def _show(table: Table, first: bool = False) -> None:
    title, *lines = as_text(table).splitlines()
    click.echo(f"{'' if first else chr(10)}{heading(title)}\n" + "\n".join(lines))
