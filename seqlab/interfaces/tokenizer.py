"""Tokenizer: text -> tokens with character offsets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple


class Token(NamedTuple):
    """A piece of a text: `text[start:end] == token.text`."""

    text: str
    start: int
    end: int


class Tokenizer(ABC):
    """Cuts a text into tokens.

    Args:
        config: The tokenizer's settings.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def __call__(self, text: str) -> list[Token]:
        """The tokens of a text, from left to right, not overlapping."""

    def sentences(self, text: str) -> list[list[Token]]:
        """The tokens of each sentence of a text; without knowledge of sentences, the text is one.

        Offsets are those in the whole text. A text without tokens has no sentence.
        """
        tokens = self(text)
        return [tokens] if tokens else []
