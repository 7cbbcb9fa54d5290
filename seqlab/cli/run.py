"""`seqlab run`: one execution of a pipeline, or a study."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from seqlab.cli.options import current_plugins, plugin_options, split_arguments

BELOW_BASELINE = 5
INTERRUPTED = 130


@click.command(short_help="train, score, and compare with the baselines")
@click.argument("arguments", metavar="PIPELINE [KEY=VALUE | ~KEY]...", nargs=-1, required=True)
@click.option(
    "--run-dir", type=click.Path(path_type=Path), metavar="DIR", help="Run in this folder, not in runs/NAME/TIME-ID."
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint, to the same bits.")
@click.option("--seeds", type=click.IntRange(min=1), metavar="N", help="Run N seeds, from the pipeline's own on.")
@click.option("--dry-run", is_flag=True, help="Read the data, fit the floor, make two updates; write nothing.")
@click.option("--fail-under-baseline", is_flag=True, help="Exit with 5 if the model does not beat its floor.")
@click.option("--json", "as_json", is_flag=True, help="Print metrics.json (or study.json) and nothing else.")
@plugin_options
def command(
    arguments: tuple[str, ...],
    run_dir: Path | None,
    resume: bool,
    seeds: int | None,
    dry_run: bool,
    fail_under_baseline: bool,
    as_json: bool,
) -> int:
    """Train a pipeline, score it, and compare it with its baselines.

    PIPELINE is a YAML file or the name of a shipped one. KEY=VALUE sets a value and ~KEY removes one.

    \b
    seqlab run pos
    seqlab run my.yaml model.encoder.hidden_size=100 training.epochs=3
    seqlab run pos --seeds 5
    """  # noqa: D301 (click reads the escape)
    from seqlab.training.processes import prepare_for_torch

    prepare_for_torch()
    from seqlab.config.load import load_pipeline

    source, overrides = split_arguments(arguments)
    plugins = current_plugins()
    resolved = load_pipeline(source, plugins, overrides)

    from seqlab.cli.display import Display
    from seqlab.report.write import write_report_and_card, write_study_figure
    from seqlab.runs.execute import Request, execute
    from seqlab.runs.study import STUDY, choose_study_folder, run_study
    from seqlab.training.loop import Interrupted

    for plugin in plugins.failures():
        click.echo(f"note: plugin '{plugin.name}' does not work: {plugin.reason}\n   see: seqlab plugins", err=True)
    study = not dry_run and (seeds is not None or resolved.pipeline.study is not None)
    display = Display(silent=as_json, brief=study)
    plugins.register(display, "terminal")
    request = Request(resolved, run_dir, resume, dry_run, sys.argv, write_report_and_card)
    written: Path | None = None
    try:
        if study:
            folder = display.study_folder = choose_study_folder(request)
            rows = run_study(request, source, overrides, plugins, folder, seeds, display.announce_member)
            write_study_figure(rows, folder)
            display.show_study(rows, folder)
            below = any(row.below_floor for row in rows)
            written = folder / STUDY
        else:
            result = execute(request, plugins)
            below = result.evaluation is not None and result.evaluation.below_floor
            written = result.folder / "metrics.json" if result.folder is not None else None
    except (Interrupted, KeyboardInterrupt):
        display.show_interruption(_resume_command(arguments, run_dir or display.study_folder or display.folder, seeds))
        return INTERRUPTED
    finally:
        display.close()
    if as_json and written is not None:
        click.echo(written.read_text(encoding="utf-8"), nl=False)
    return BELOW_BASELINE if below and fail_under_baseline else 0


def _resume_command(arguments: tuple[str, ...], run_dir: Path | None, seeds: int | None) -> str:
    """What to type to go on."""
    words = ["seqlab", "run", *arguments]
    words += ["--run-dir", str(run_dir)] if run_dir else []
    words += ["--seeds", str(seeds)] if seeds else []
    return shlex.join([*words, "--resume"])
