"""What the readers of plain text take for a token: a character, or what stands between white space."""

from __future__ import annotations

import re
from collections.abc import Sequence
from sys import intern

from seqlab_readers.settings import Unit


def tokens_of(line: str, unit: Unit) -> tuple[str, ...]:
    """The tokens of a line; equal ones are the same string, so that memory does not grow with how often they stand."""
    if unit == "word":
        return tuple(map(intern, line.split()))
    if line.isascii():
        return tuple(line)  # Python has one string for each of these characters itself
    return tuple(map(intern, line))


def text_of(tokens: Sequence[str], unit: Unit) -> str:
    """The text of tokens; words get a blank between them, but none at a line end."""
    return "".join(tokens) if unit == "character" else re.sub(" *\n *", "\n", " ".join(tokens))
