"""The last step of a run: the report and the model card, with what plugins add."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seqlab.files import write_text_atomically
from seqlab.interfaces.moments import ReportData, Section
from seqlab.plugins import Plugins
from seqlab.report.card import write_card
from seqlab.report.diagnosis import pictures
from seqlab.report.html import write_report
from seqlab.report.studies import study_picture

if TYPE_CHECKING:
    from seqlab.runs.study import Row

REPORT = "report.html"
CARD = "MODEL_CARD.md"
FIGURES = "figures"
GRADIENTS = "gradients.svg"
"""In the folder of a study: the gradient by lag of every variant."""


def write_report_and_card(report: ReportData, plugins: Plugins) -> None:
    """Write `report.html` and `MODEL_CARD.md` into the run's folder, and `figures/` where it was diagnosed.

    Raises:
        RunError: SL605 if one of them cannot be written.
    """
    sections: list[Section] = []
    for answer in plugins.hook.seqlab_report_sections(report=report):
        sections += answer or ()
    write_report(report, sections, report.folder / REPORT)
    write_card(report, report.folder / CARD)
    if report.diagnosis is not None:
        (report.folder / FIGURES).mkdir(exist_ok=True)
        for name, svg in pictures(report.diagnosis).items():
            write_text_atomically(report.folder / FIGURES / name, svg)


def write_study_figure(rows: Sequence[Row], folder: Path) -> None:
    """Write `gradients.svg` into the folder of a study whose runs were diagnosed; else nothing."""
    figure = study_picture(rows)
    if figure is not None:
        write_text_atomically(folder / GRADIENTS, figure)
