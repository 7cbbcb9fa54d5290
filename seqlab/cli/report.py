"""`seqlab report`: the report and the card of a run, written again."""

from __future__ import annotations

import click

from seqlab.cli.layout import muted
from seqlab.cli.options import current_plugins, plugin_options


@click.command(short_help="write the report and the model card of a run again")
@click.argument("run", metavar="RUN")
@plugin_options
def command(run: str) -> None:
    """Write report.html and MODEL_CARD.md again, from what the folder of a run holds.

    RUN is a run's folder, or the name of a pipeline: its newest finished run under runs/. Nothing is trained or
    predicted. Use it when a plugin has brought new sections, or with a newer seqlab.

    \b
    seqlab report pos
    seqlab report runs/pos/TIME-ID
    """  # noqa: D301 (click reads the escape)
    from seqlab.report.write import CARD, REPORT, write_report_and_card
    from seqlab.runs.reopened import reopen

    plugins = current_plugins()
    opened = reopen(run, plugins)
    report = opened.report_data()
    with opened.folder.held():
        write_report_and_card(report, plugins)
    for label, name in (("report", REPORT), ("card", CARD)):
        click.echo(f"{muted(label.ljust(8))}{opened.folder.path / name}")
