"""The sections that every report has. Importing it is cheap: what draws them is imported when a report is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seqlab.hookspecs import hookimpl

if TYPE_CHECKING:
    from seqlab.interfaces.moments import ReportData, Section


@hookimpl
def seqlab_report_sections(report: ReportData) -> Sequence[Section]:
    """Verdict, scores, slices, learning curves, samples, attention, gradients, classes, errors, settings, environment."""
    from seqlab.report.body import core_sections

    return core_sections(report)
