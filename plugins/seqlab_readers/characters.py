"""Tokenizer `characters`: each character is a token."""

from __future__ import annotations

from seqlab import Token, Tokenizer


class Characters(Tokenizer):
    """Cuts a text into its characters; what is only white space is no token."""

    def __call__(self, text: str) -> list[Token]:
        """The tokens of a text, from left to right."""
        return [Token(character, place, place + 1) for place, character in enumerate(text) if not character.isspace()]
