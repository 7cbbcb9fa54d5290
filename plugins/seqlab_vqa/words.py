"""The words of questions and of sentences."""

from __future__ import annotations

import re

from seqlab import Tokens

_WORD = re.compile(r"[^\W_]+(?:['_-][^\W_]+)*|[^\w\s]")
"""A word, with what is joined to it; or a mark that stands alone."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without marks of punctuation."""
    return tuple(word for word in _WORD.findall(text.lower()) if word[0].isalnum())


def question_of(text: str) -> Tokens:
    """A question as its words, in lower case; a text without a word is its marks."""
    return Tokens(words_of(text) or tuple(_WORD.findall(text)), text)
