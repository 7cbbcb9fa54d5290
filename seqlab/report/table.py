"""A table of finished strings: what terminal, report and card print alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns, ready to be printed.

    Args:
        title: What it shows.
        columns: Headings; the first column names the row, the others hold numbers and stand on the right.
        rows: One string for each column.
        notes: What must be known to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def as_text(table: Table) -> str:
    """The table for a plain terminal, columns lined up by spaces."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    shown = ["  ".join(_padded(cell, width, place) for place, (cell, width) in enumerate(zip(line, widths, strict=True)))
             for line in lines]  # fmt: skip
    rule = "  ".join("-" * width for width in widths)
    body = [shown[0], rule, *shown[1:]]
    return "\n".join([table.title, *(line.rstrip() for line in body), *table.notes])


def as_markdown(table: Table) -> str:
    """The table in Markdown, without its title; notes follow as a paragraph."""
    rule = ["---", *("---:" for _ in table.columns[1:])]
    lines = [_markdown_row(table.columns), "| " + " | ".join(rule) + " |", *(_markdown_row(row) for row in table.rows)]
    notes = " ".join(table.notes).replace("<", "&lt;")
    return "\n".join([*lines, *(["", notes] if notes else [])])


def _padded(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place == 0 else cell.rjust(width)


def _markdown_row(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") for cell in cells)
    return "| " + " | ".join(escaped) + " |"
