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
