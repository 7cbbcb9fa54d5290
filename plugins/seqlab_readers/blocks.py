"""The sentences of a file in which an empty line ends each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from seqlab import DataError, Place, Problem

MOST_LINES = 100_000
"""A sentence with more lines is an error, so that a file without empty lines does not fill the memory."""


def blocks(lines: Iterable[str], file: str, is_empty: Callable[[str], bool]) -> Iterator[tuple[int, list[str]]]:
    """The lines between empty lines, with the number of their first line.

    Raises:
        DataError: SL427 if there are far too many of them.
    """
    block: list[str] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if not is_empty(line):
            block.append(line)
            if len(block) > MOST_LINES:
                raise DataError(
                    Problem("SL427", f"the sentence has more than {MOST_LINES:,} lines", Place(file, first),
                            notes=("an empty line ends a sentence; does this file have any?",))
                )  # fmt: skip
            continue
        if block:
            yield first, block
            block = []
        first = number + 1
    if block:
        yield first, block
