"""`seqlab evaluate`: a saved model and its baselines on other data."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Literal

import click

from seqlab.cli.layout import alarming, heading, muted, wrapped
from seqlab.cli.options import current_plugins, plugin_options


@click.command(short_help="score a saved model and its baselines on other data")
@click.argument("run", metavar="RUN")
@click.argument("more", metavar="", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--data",
    "files",
    metavar="FILE...",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Files in the format of the run's reader.",
)
@click.option(
    "--split-name",
    type=click.Choice(["dev", "test"]),
    default="test",
    show_default=True,
    help="The split that they are read as.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read the first N examples only.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write metrics.json and the predictions."
)
@click.option("--json", "as_json", is_flag=True, help="Print metrics.json and nothing else.")
@plugin_options
def command(
    run: str,
    more: tuple[Path, ...],
    files: tuple[Path, ...],
    split_name: Literal["dev", "test"],
    limit: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Score a saved model, beside the baselines that were fitted with it, on other data.

    RUN is a run's folder, its `model` folder, or the name of a pipeline: its newest finished run under runs/. Files are
    read with the run's reader; metrics, intervals and comparisons are those of the run.

    \b
    seqlab evaluate pos --data other.conllu
    seqlab evaluate runs/pos/TIME-ID --data one.conllu two.conllu --json
    """  # noqa: D301 (click reads the escape)
    from seqlab.training.processes import prepare_for_torch

    prepare_for_torch()
    from seqlab.report.terminal import result_table, sizes, slice_lines
    from seqlab.runs.evaluate import evaluate

    every = (*files, *more)
    found = evaluate(run, every, split_name, limit, current_plugins())
    if output is not None:
        found.write(output)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    evaluation = found.evaluation
    click.echo(f"{heading('model')}  {found.model}")
    if found.without:
        click.echo(muted(f"without {', '.join(found.without)}: not saved with this model"))
    from seqlab.report.table import as_text

    names = ", ".join(map(str, every))
    table = dataclasses.replace(result_table(evaluation), title=f"Scores on {names} ({sizes(evaluation.final)})")
    title, *lines = as_text(table).splitlines()
    click.echo(f"\n{heading(title)}\n" + "\n".join(lines))
    for line in slice_lines(evaluation):
        click.echo(muted(line))
    verdict = wrapped(evaluation.verdict, indent=0).rstrip()
    click.echo(f"\n{alarming(verdict) if evaluation.below_floor else heading(verdict)}")
    if output is not None:
        click.echo(f"\n{muted('written')} {output}")
