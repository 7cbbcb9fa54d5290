"""`seqlab diagnose`: gradients, gates and memory of a saved model."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from seqlab.cli.layout import muted
from seqlab.cli.options import current_plugins, plugin_options
from seqlab.config.pipeline import DiagnoseSection


@click.command(short_help="look at the gradients, gates and memory of a saved model")
@click.argument("run", metavar="RUN")
@click.option("--lags", type=click.IntRange(1), help="Steps back that the gradient is followed.  [default: 50]")
@click.option("--examples", type=click.IntRange(2), help="Losses that are followed.  [default: 32]")
@click.option("--targets", type=click.IntRange(2), help="Tokens predicted from less of the past.  [default: 500]")
@click.option("--untrained", is_flag=True, help="Look at fresh weights of the same seed; nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@plugin_options
def command(
    run: str, lags: int | None, examples: int | None, targets: int | None, untrained: bool, as_json: bool
) -> None:
    """Look into the model of RUN on its dev split.

    How far the gradient of a loss reaches back, and what a truncation would miss; the recurrent matrices; saturated gates
    and units; how much of the past a language model uses; how often gradients were clipped, and how far updates moved the
    weights. RUN is a run's folder, or the name of a pipeline: its newest finished run under runs/.

    Its folder gets diagnosis.json, the figures as SVG under figures/, and a new report.

    \b
    seqlab diagnose char_lm
    seqlab diagnose char_lm --untrained
    """  # noqa: D301 (click reads the escape)
    from seqlab.training.processes import prepare_for_torch

    prepare_for_torch()
    from seqlab.report.diagnosis import diagnosis_tables, sentences
    from seqlab.report.table import as_text
    from seqlab.report.write import FIGURES, REPORT, write_report_and_card
    from seqlab.runs.diagnose import diagnose_run, save_diagnosis
    from seqlab.runs.reopened import reopen

    plugins = current_plugins()
    given = {"lags": lags, "examples": examples, "targets": targets}
    section = replace(DiagnoseSection(), **{name: value for name, value in given.items() if value is not None})
    folder, diagnosis = diagnose_run(run, section, untrained, plugins)
    if not untrained:
        with folder.held():
            save_diagnosis(folder, diagnosis)
            write_report_and_card(reopen(str(folder.path), plugins).report_data(), plugins)
    if as_json:
        click.echo(json.dumps(diagnosis.as_json(), indent=2))
        return
    click.echo("\n".join(sentences(diagnosis)))
    for table in diagnosis_tables(diagnosis):
        click.echo(f"\n{as_text(table)}")
    if not untrained:
        click.echo(f"\n{muted('report')}  {folder.path / REPORT}\n{muted('figures')} {folder.path / FIGURES}")
