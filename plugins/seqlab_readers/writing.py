"""Sentences of CoNLL-U with predicted tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seqlab import Example, Tokens
from seqlab_readers.column import Column


def tagged_lines(lines: Sequence[str], tags: Sequence[str], column: Column) -> Iterator[str]:
    """The lines of a sentence with a tag written into each word; comments, ranges and empty nodes stay.

    Args:
        lines: As they stood in the file, without line ends.
        tags: One for each word.
        column: Where they are written.
    """
    left = iter(tags)
    for line in lines:
        columns = line.split("\t")
        if columns[0].isdecimal() and len(columns) > 1:
            tag = next(left)
            if column.tag(columns) != tag:
                column.put(columns, tag)
                line = "\t".join(columns)
        yield line


def untagged_lines(example: Example) -> list[str]:
    """A sentence that was raw text or mere tokens: ids, words, and where no space follows one."""
    tokens = example.inputs["main"]
    assert isinstance(tokens, Tokens)
    text = tokens.text if tokens.text is not None else " ".join(tokens.items)
    lines = [f"# sent_id = {example.id}", f"# text = {text}"]
    starts = (*tokens.starts[1:], len(text))
    for number, token in enumerate(tokens.items, 1):
        touches = bool(tokens.starts) and tokens.starts[number - 1] + len(token) == starts[number - 1]
        is_last = number == len(tokens)
        misc = "SpaceAfter=No" if touches and not is_last else "_"
        lines.append("\t".join((str(number), token, *["_"] * 7, misc)))
    return lines
