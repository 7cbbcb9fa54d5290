"""How the verbs lay out text: aligned tables, quiet colours on a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence

import click


def is_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _has_colour() -> bool:
    return is_terminal() and not os.environ.get("NO_COLOR")


def heading(text: str) -> str:
    """A line above what belongs to it."""
    return click.style(text, bold=True) if _has_colour() else text


def muted(text: str) -> str:
    """What may be overlooked."""
    return click.style(text, dim=True) if _has_colour() else text


def alarming(text: str) -> str:
    """What must not be overlooked."""
    return click.style(text, fg="red") if _has_colour() else text


def width() -> int | None:
    """Columns of the terminal; None in a pipe, where lines are not broken."""
    return min(shutil.get_terminal_size().columns, 120) if is_terminal() else None


def wrapped(text: str, indent: int = 2) -> str:
    """A paragraph, broken to fit the terminal."""
    columns = width()
    lines = textwrap.wrap(text, columns - indent) if columns else [text]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = (), widths: Sequence[int] = ()) -> str:
    """Rows in aligned columns, indented by two; the last column is broken to fit the terminal.

    Args:
        rows: Cells without colours.
        head: Titles of the columns.
        widths: Least widths of the first columns, to align several tables.
    """
    every = [*([head] if head else []), *rows]
    count = max((len(row) for row in every), default=0)
    sizes = [max(len(row[column]) for row in every if column < len(row)) for column in range(count)]
    sizes = [max(size, least) for size, least in zip(sizes, [*widths, *[0] * count], strict=False)]
    start = 2 + sum(size + 2 for size in sizes[:-1])
    columns = width()
    below = columns is not None and columns - start < 24 and count > 2  # too narrow: the last column goes below
    start = 6 if below else start
    room = max(20, columns - start) if columns else 0
    lines = []
    for number, row in enumerate(every):
        is_head = bool(head) and number == 0
        cells = [cell.ljust(size + 2) for cell, size in zip(row[:-1], sizes, strict=False)]
        front = f"  {''.join(cells)}"
        first, *more = (textwrap.wrap(row[-1], room) if room else [row[-1]]) or [""]
        if below:
            more = [first, *more] if first and not is_head else []
            first = ""
        block = [line.rstrip() for line in (front + first, *(" " * start + line for line in more))]
        lines += [muted(line) for line in block] if is_head else block
    return "".join(f"{line}\n" for line in lines)


def fitted(problems: str) -> str:
    """Problems with their long lines broken between words on a terminal; lines of source and carets stay."""
    columns = width() if sys.stderr.isatty() else None
    if columns is None:
        return problems
    lines = []
    for line in problems.splitlines():
        indent = len(line) - len(line.lstrip())
        keep = re.match(r" +\d+ \| ", line) or line.lstrip().startswith("^")
        after = " " * (indent or 3)
        lines += (
            [line] if keep else textwrap.wrap(line, columns, subsequent_indent=after, break_long_words=False) or [""]
        )
    return "\n".join(lines)
