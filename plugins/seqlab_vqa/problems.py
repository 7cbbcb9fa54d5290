"""The mistakes of one file, told together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seqlab import DataError, Problem

MOST_PROBLEMS = 10
"""So many problems of one file are told at once."""


def all_told(problems: Sequence[Problem]) -> DataError:
    """An error with the first problems of a file; a note that stands under one is not repeated under the next."""
    told: list[Problem] = []
    notes: set[str] = set()
    for problem in problems[:MOST_PROBLEMS]:
        told.append(replace(problem, notes=tuple(note for note in problem.notes if note not in notes)))
        notes.update(problem.notes)
    if len(problems) >= MOST_PROBLEMS:
        stopped = f"stopped after {MOST_PROBLEMS} problems; there may be more"
        told[-1] = replace(told[-1], notes=(*told[-1].notes, stopped))
    return DataError(*told)
