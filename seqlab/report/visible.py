"""Text that a model has written, made harmless to show: nothing in it moves a cursor or turns a line around."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters but for tab and line end, line separators, and what changes the direction of writing."""

_LINE_END = "\u21b5"


def visible(text: str) -> str:
    r"""The text with control characters as escapes (`\x1b`); tabs and line ends stay."""
    return _UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def in_one_line(text: str, columns: int) -> str:
    """The beginning of a text in at most so many columns of a terminal, each line end as an arrow."""
    from rich.cells import cell_len

    line = visible(text).replace("\n", _LINE_END).replace("\t", " ")
    if cell_len(line) <= columns:
        return line
    kept = line[: max(0, columns - 1)]
    while kept and cell_len(kept) > columns - 1:
        kept = kept[:-1]
    return f"{kept}\u2026"
