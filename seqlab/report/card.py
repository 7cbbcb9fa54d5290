"""The model card: what the model is, what it was made from, how good it is, and where that ends."""

from __future__ import annotations

import re
from pathlib import Path

from seqlab.evaluation.verdict import strongest
from seqlab.files import write_text_atomically
from seqlab.interfaces.moments import ReportData
from seqlab.report.classes import class_table
from seqlab.report.rendering import render_text
from seqlab.report.repeat import repeat_command
from seqlab.report.table import as_markdown
from seqlab.report.terminal import comparison_table, score_table, sizes, slice_table


def write_card(report: ReportData, path: Path) -> None:
    """Write `MODEL_CARD.md`.

    Raises:
        RunError: SL605 if it cannot be written.
    """
    write_text_atomically(path, model_card(report))


def model_card(report: ReportData) -> str:
    """The text of the card, in Markdown."""
    evaluation = report.evaluation
    floor = strongest(evaluation.final, evaluation.primary, evaluation.higher_is_better)
    classes = class_table(report, floor)
    return render_text(
        "model_card.jinja",
        report=report,
        evaluation=evaluation,
        sizes=sizes(evaluation.final),
        floor=floor,
        scores=as_markdown(score_table(evaluation, evaluation.final)),
        comparison=as_markdown(comparison_table(evaluation, evaluation.final)) if evaluation.final.comparison else "",
        slices=as_markdown(slice_table(evaluation, evaluation.final)) if evaluation.final.slices else "",
        classes=as_markdown(classes) if classes else "",
        dev=as_markdown(score_table(evaluation, evaluation.dev)) if evaluation.test is not None else "",
        repeat=repeat_command(report),
        fence=_fence(report.pipeline),
    )


def _fence(text: str) -> str:
    """A fence of backticks longer than any in the text."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
