"""Questions, as the readers of stories and of images give them."""

from __future__ import annotations

from seqlab import Tokens, words_of


def question_of(text: str) -> Tokens:
    """A question as its words, in lower case; a text without a word is what stands between its white space."""
    return Tokens(words_of(text) or tuple(text.split()), text)
