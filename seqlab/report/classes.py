"""How well each class is found, and which are taken for which: the section of a report, and its tables."""

from __future__ import annotations

import math

from seqlab.evaluation.classes import (
    ConfusionMatrix,
    class_scores,
    confusion_counts,
    confusion_matrix,
    marks_spans,
    most_confused,
)
from seqlab.interfaces.evaluation import ClassScores
from seqlab.interfaces.moments import ReportData, Section
from seqlab.report.rendering import render_html
from seqlab.report.table import Table

MOST_CLASSES = 50
_MOST_CONFUSIONS = 12
_SHORT = 6
"""Names of columns up to this length stand level; longer ones upright."""


def classes_section(report: ReportData, floor: str | None) -> Section | None:
    """A table of the classes, the confusion matrix and the most frequent confusions; None for a task without classes.

    Args:
        report: All that is known.
        floor: Key of the strongest baseline.
    """
    table = class_table(report, floor)
    if table is None:
        return None
    counts = confusion_counts([example.target for example in report.predictions.examples], report.predictions.model)
    matrix = confusion_matrix(counts) if counts else None
    total = sum(number for (gold, said), number in counts.items() if gold != said)
    pairs = most_confused(counts.items(), _MOST_CONFUSIONS)
    confusions = Table(
        "Most frequent confusions",
        ("gold", "predicted", "times", "share of all errors"),
        tuple((gold, said, f"{number:,}", f"{number / total:.1%}") for gold, said, number in pairs),
    )
    html = render_html(
        "classes.html.jinja",
        table=table,
        matrix=matrix,
        rows=[] if matrix is None else _rows(matrix),
        upright=matrix is not None and max(map(len, matrix.classes)) > _SHORT,
        confusions=confusions,
    )
    return Section("Classes", html, order=25)


def class_table(report: ReportData, floor: str | None) -> Table | None:
    """Precision, recall and F1 of the model on each class, beside the strongest baseline's F1; None without classes."""
    golds = [example.target for example in report.predictions.examples]
    found = class_scores(golds, report.predictions.model)
    if not found:
        return None
    baseline = class_scores(golds, report.predictions.baselines[floor]) if floor else ()
    by_name = {each.name: each for each in baseline}
    rows = []
    for each in found[:MOST_CLASSES]:
        beside = by_name.get(each.name, ClassScores(each.name, each.support, 0, 0))
        cells = [f"{each.support:,}", *map(_percent, (each.precision, each.recall, each.f1))]
        rows.append((each.name, *cells, *([_percent(beside.f1)] if floor else [])))
    notes = []
    if len(found) > MOST_CLASSES:
        notes.append(f"The {MOST_CLASSES} most frequent of {len(found):,} classes.")
    if any(each.precision is None or each.recall is None for each in found[:MOST_CLASSES]):
        notes.append("A dash: the class is never predicted, or never gold.")
    what = "type of span" if marks_spans(golds) else "class"
    columns = (what, "gold", "precision %", "recall %", "F1 %", *([f"{floor} F1 %"] if floor else []))
    return Table(f"Each {what} of {report.evaluation.final_split}", columns, tuple(rows), tuple(notes))


def _percent(share: float | None) -> str:
    return "\u2013" if share is None else f"{100 * share:.1f}"


def _rows(matrix: ConfusionMatrix) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for gold, counts in zip(matrix.classes, matrix.counts, strict=True):
        total = sum(counts)
        cells = [
            {
                "count": count,
                "right": gold == said and not (matrix.rest and gold == matrix.classes[-1]),
                "shade": round(math.sqrt(count / total), 2) if total else 0,
                "title": f"{gold} as {said}: {count:,} of {total:,}, {count / total:.1%}" if count else "",
            }
            for said, count in zip(matrix.classes, counts, strict=True)
        ]
        rows.append({"name": gold, "cells": cells})
    return rows
