"""The report: one offline file that any browser opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seqlab.files import write_text_atomically
from seqlab.interfaces.moments import ReportData, Section
from seqlab.report.rendering import render_html


def write_report(report: ReportData, sections: Sequence[Section], path: Path) -> None:
    """Write the report.

    Args:
        report: What it is about.
        sections: Of the core and of all plugins; they are put in order. Their HTML is taken as it is, under a policy
            that lets a browser run no script and open no connection.
        path: The file.

    Raises:
        RunError: SL605 if it cannot be written.
    """
    write_text_atomically(path, report_html(report, sections))


def report_html(report: ReportData, sections: Sequence[Section]) -> str:
    """The text of the report."""
    ordered = sorted(sections, key=lambda section: section.order)
    return render_html("report.html.jinja", report=report, sections=ordered)
