"""What a run shows while it goes: it listens to the same hooks as any plugin."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seqlab.cli.layout import alarming, heading, is_terminal, muted, width, wrapped
from seqlab.evaluation.wording import format_score, spoken
from seqlab.hookspecs import hookimpl
from seqlab.interfaces.evaluation import Evaluation
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.moments import EpochEnd, Floor, RunStart
from seqlab.interfaces.records import Dataset, Example, Tokens
from seqlab.report.studies import study_comparison_table, study_table
from seqlab.report.table import Table, as_text
from seqlab.report.terminal import floor_table, judged_table, result_table, slice_lines
from seqlab.report.visible import in_one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from seqlab.runs.study import Member, Row

_IN_A_PIPE = 100
"""Columns of a sample where no terminal has a width."""


class Display:
    """Prints the steps of a run: data, floor, model, training, result.

    Args:
        silent: Print nothing (`--json`).
        brief: Print a line for each run and its verdict (a study).
    """

    def __init__(self, silent: bool = False, brief: bool = False) -> None:
        self.silent = silent
        self.brief = brief
        self.folder: Path | None = None
        self.study_folder: Path | None = None
        self._floor: Floor | None = None
        self._sample = ""
        self._verb = "predict"
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    @hookimpl
    def seqlab_run_start(self, run: RunStart) -> None:
        """Name, folder, seed and threads."""
        self.folder = run.folder
        where = "dry run, nothing is written" if run.folder is None else str(run.folder)
        threads = "1 thread" if run.threads == 1 else f"{run.threads} threads"
        self._tell(f"{heading(run.name)}  {muted(f'seed {run.seed}, {threads}')}  {where}")
        if run.resumed:
            self._tell("resumed from its last checkpoint")

    @hookimpl
    def seqlab_data_ready(self, data: Dataset) -> None:
        """Sizes of the splits, and what is odd about them."""
        splits = {"train": data.train, "dev": data.dev, "test": data.test}
        rows = [
            (name, f"{len(examples):,}", "examples", _size(examples)) for name, examples in splits.items() if examples
        ]
        self._tell(f"\n{heading('data')}\n{_right(rows)}", end="")
        for warning in data.warnings:
            self._tell(wrapped(f"note: {warning}"), end="")

    @hookimpl
    def seqlab_floor_ready(self, floor: Floor) -> None:
        """What the model has to beat."""
        self._floor = floor
        self._tell(_with_heading(floor_table(floor)))

    @hookimpl
    def seqlab_model_built(self, learner: Learner) -> None:
        """Parameters of each part."""
        context = learner.context
        if context.head.target == "next_token":
            self._verb = "generate"
        elif context.head.target == "number" and not context.vocabularies.inputs:  # it reads vectors, which no text has
            self._verb = "diagnose"
        sizes = dict(learner.sizes())
        rows = [(name, f"{count:,}") for name, count in sizes.items()]
        rows.append(("all parameters", f"{sum(sizes.values()):,}"))
        if (networks := getattr(learner.config, "ensemble", 1)) > 1:
            rows.append(("networks", str(networks)))
        self._tell(f"\n{heading('model')}\n{_right(rows)}\n{heading('training')}")
        if is_terminal() and not self.silent:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("  {task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("train loss ...", total=1.0)

    @hookimpl
    def seqlab_log(self, record: Mapping[str, Any]) -> None:
        """Move the bar, and keep what the model has written for the end of the epoch."""
        if record["event"] == "sample":
            self._sample = f"{record['prompt']}{record['text']}"
        if self._bar is not None and self._task is not None and record["event"] == "step":
            self._bar.update(
                self._task, completed=record["share"], description=f"train loss {record['train_loss']:.4f}"
            )

    @hookimpl
    def seqlab_epoch_end(self, moment: EpochEnd) -> None:
        """One line for each epoch."""
        name, value = next(iter(moment.scores.items()))
        percent = self._floor is not None and name in self._floor.percent
        shown = format_score(name, value, percent, unit=False)
        reached = (
            f"epoch {moment.progress.epoch:>3}" if moment.progress.epoch_ended else f"update {moment.progress.step}"
        )
        mark = "best so far" if moment.best and self.folder is not None else ""
        self._tell(
            f"  {reached}  {moment.seconds:7.1f} s  dev {spoken(name)} {shown}  "
            f"{muted(f'{moment.targets_per_second:,.0f} targets/s')}  {mark}".rstrip()
        )
        if self._sample:
            self._tell(muted(f"    {in_one_line(self._sample, (width() or _IN_A_PIPE) - 4)}"))
            self._sample = ""

    @hookimpl
    def seqlab_evaluate_end(self, evaluation: Evaluation) -> None:
        """The model beside every baseline, and the verdict."""
        self._stop_bar()
        self._tell(_with_heading(result_table(evaluation)))
        if evaluation.judged is not None:
            self._tell(_with_heading(judged_table(evaluation.judged)))
        for line in slice_lines(evaluation):
            self._tell(muted(line))
        self._tell("")
        verdict = wrapped(evaluation.verdict, indent=0).rstrip()
        self._print(f"{alarming(verdict) if evaluation.below_floor else heading(verdict)}")

    @hookimpl
    def seqlab_run_end(self, run: RunStart, evaluation: Evaluation | None) -> None:
        """Where everything is, and what to do next."""
        self._stop_bar()
        if run.folder is None:
            self._tell("\nthe dry run went through; leave out --dry-run to train")
            return
        again = f"seqlab run {shlex.quote(str(run.folder / 'pipeline.yaml'))}"
        use = f"seqlab {self._verb} {shlex.quote(str(run.folder))}"
        rows = [("report", str(run.folder / "report.html")), ("use", use), ("repeat", again)]
        self._tell("\n" + "\n".join(f"{muted(name.ljust(8))}{what}" for name, what in rows))

    def announce_member(self, member: Member, number: int, total: int) -> None:
        """A run of a study begins."""
        self._print(f"{heading(f'run {number} of {total}')}  {member.variant}, seed {member.seed}")

    def show_study(self, rows: Sequence[Row], folder: Path) -> None:
        """The table of a study."""
        self._print(_with_heading(study_table(rows)))
        if (compared := study_comparison_table(rows)) is not None:
            self._print(_with_heading(compared))
        self._print(f"\n{muted('study')}   {folder}")

    def show_interruption(self, resume: str) -> None:
        """How to go on."""
        self._stop_bar()
        click.echo(f"\ninterrupted; go on with:\n   {resume}", err=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._stop_bar()

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _tell(self, text: str, end: str = "\n") -> None:
        """Print what a study leaves out."""
        if not self.brief:
            self._print(text, end)

    def _print(self, text: str, end: str = "\n") -> None:
        if self.silent:
            return
        if self._bar is None:
            click.echo(text, nl=False)
            click.echo(end, nl=False)
        else:
            self._bar.console.print(text, end=end, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _with_heading(table: Table) -> str:
    title, *lines = as_text(table).splitlines()
    return "\n".join(["", heading(title), *lines])


def _size(examples: Sequence[Example]) -> str:
    tokens = sum(len(value) for e in examples for value in e.inputs.values() if isinstance(value, Tokens))
    return f"{tokens:,} tokens" if tokens else ""


def _right(rows: Sequence[Sequence[str]]) -> str:
    """Rows of name, number and words, the numbers aligned on the right."""
    names = max(len(row[0]) for row in rows)
    numbers = max(len(row[1]) for row in rows)
    lines = [f"  {row[0].ljust(names)}  {row[1].rjust(numbers)} {'  '.join(row[2:])}".rstrip() for row in rows]
    return "".join(f"{line}\n" for line in lines)
