"""Labels as tables and lines have them."""

from __future__ import annotations

from sys import intern


def labels_in(cell: str, several: str | None) -> tuple[str, ...]:
    """The labels in a cell, each once; none if it is blank.

    Args:
        cell: As it stands in the file.
        several: What stands between labels; None where the whole cell is one.
    """
    found = [cell] if several is None else cell.split(several)
    return tuple(dict.fromkeys(intern(label.strip()) for label in found if label.strip()))
