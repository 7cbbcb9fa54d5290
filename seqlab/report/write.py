"""The last step of a run: the report and the model card, with what plugins add."""

from __future__ import annotations

from seqlab.interfaces.moments import ReportData, Section
from seqlab.plugins import Plugins
from seqlab.report.card import write_card
from seqlab.report.html import write_report

REPORT = "report.html"
CARD = "MODEL_CARD.md"


def write_report_and_card(report: ReportData, plugins: Plugins) -> None:
    """Write `report.html` and `MODEL_CARD.md` into the run's folder.

    Raises:
        RunError: SL605 if one of them cannot be written.
    """
    sections: list[Section] = []
    for answer in plugins.hook.seqlab_report_sections(report=report):
        sections += answer or ()
    write_report(report, sections, report.folder / REPORT)
    write_card(report, report.folder / CARD)
