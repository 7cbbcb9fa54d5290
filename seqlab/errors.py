"""Coded errors: what is wrong, where, what was expected, what to do now.

A user's mistake never ends in a traceback. It becomes a `Problem` with a code, a place and a next step; an
error carries one or many of them, so that a pipeline with five mistakes is told all five at once.

The first digit of a code says what it is about: SL1xx YAML and references, SL2xx settings, SL3xx what does not
fit together, SL4xx data, SL5xx plugins, SL6xx runs and checkpoints. `docs/reference/errors.md` lists them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST_PROBLEMS = 10
"""So many problems of one file are told at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is.

    Args:
        file: Path as the user wrote it, or a word such as `command line`.
        line: Line, counted from 1; None when the whole file is meant.
        column: Column, counted from 1 in characters; None when the whole line is meant.
        source: The text of that line without its line end; None when it is not shown.
        width: How many characters the caret line underlines.
    """

    file: str
    line: int | None = None
    column: int | None = None
    source: str | None = None
    width: int = 1

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake.

    Args:
        code: `SL` and three digits.
        message: What is wrong, in one sentence without a full stop.
        place: Where it is; None when it has no place in a file.
        hint: The likeliest mend, shown beside the caret ("did you mean 'hidden_size'?").
        notes: Further lines: what was expected, where to read on, what to run.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str | None = None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"error[{self.code}]: {self.message}"
        lines = [f"{self.place}: {head}" if self.place else head]
        shown = self.place is not None and self.place.source is not None and self.place.line is not None
        if shown:
            lines += _excerpt(self.place, self.hint)  # type: ignore[arg-type]
        elif self.hint:
            lines.append(f"   {self.hint}")
        lines += [f"   {note}" for note in self.notes]
        return "\n".join(lines)


def _excerpt(place: Place, hint: str | None, most: int = 110) -> list[str]:
    """The line of the source with carets below the place; a long line is cut around it."""
    source = (place.source or "").replace("\t", " ")
    column = (place.column or 1) - 1
    start = max(0, column - most // 2) if len(source) > most else 0
    window = source[start : start + most]
    shown = ("..." if start else "") + window + ("..." if start + most < len(source) else "")
    indent = column - start + (3 if start else 0)
    number = f"{place.line:>5} | "
    carets = "^" * max(1, min(place.width, len(window) - (column - start)))
    return [number + shown, " " * len(number) + " " * indent + carets + (f" {hint}" if hint else "")]


class SeqlabError(Exception):
    """An error that a user can mend; `str()` of it is ready to be printed.

    Args:
        problems: One problem or several, in the order in which they are told.
    """

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class PipelineError(SeqlabError):
    """The pipeline is wrong: SL1xx, SL2xx, SL3xx."""

    exit_code = 2


class DataError(SeqlabError):
    """The data is wrong or missing: SL4xx."""

    exit_code = 3


class PluginError(SeqlabError):
    """A plugin is wrong or missing: SL5xx."""

    exit_code = 4


class RunError(SeqlabError):
    """A run or its checkpoint is wrong: SL6xx."""

    exit_code = 6


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


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like `word`, or None if none is like it."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The hint `did you mean 'x'?` for the known word that is most like `word`; None if none is like it."""
    found = nearest(word, known)
    return f"did you mean '{found}'?" if found else None


def listing(names: Sequence[str], most: int = 12) -> str:
    """Names in one line; a long list ends in the number that was left out."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names) - most} more)"
