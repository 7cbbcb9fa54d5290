"""The mistakes of one file, told together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seqlab import Problem

MOST_PROBLEMS = 10
"""So many problems of one file are told at once."""


def told(problems: Sequence[Problem]) -> list[Problem]:
    """The first problems of a file; a note that stands under one is not repeated under the next."""
    found: list[Problem] = []
    notes: set[str] = set()
    for problem in problems[:MOST_PROBLEMS]:
        found.append(replace(problem, notes=tuple(note for note in problem.notes if note not in notes)))
        notes.update(problem.notes)
    if len(problems) >= MOST_PROBLEMS:
        stopped = f"stopped after {MOST_PROBLEMS} problems; there may be more"
        found[-1] = replace(found[-1], notes=(*found[-1].notes, stopped))
    return found
