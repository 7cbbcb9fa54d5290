"""The words of running text, where a component cuts it that has no tokenizer: of questions, of the sentences of a story."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['_-][^\W_]+)*")
"""A word, with what is joined to it."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without marks of punctuation."""
    return tuple(_WORD.findall(text.lower()))
