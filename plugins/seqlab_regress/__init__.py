"""Regression: a number for a whole sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seqlab import Registrar, hookimpl

if TYPE_CHECKING:
    from seqlab import ReportData, Section


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the head; its metrics and its floor are the core's."""
    registry.head(
        "regressor",
        "seqlab_regress.head:Regressor",
        config="seqlab_regress.settings:RegressorSettings",
        summary="one number for each sequence, by a linear map and squared error",
    )


@hookimpl
def seqlab_report_sections(report: ReportData) -> Sequence[Section]:
    """Predicted beside gold numbers, and the farthest off."""
    from seqlab_regress.differences import differences_section

    section = differences_section(report)
    return [] if section is None else [section]
