"""Tokenizer `whitespace`: tokens are what stands between white space."""

from __future__ import annotations

import re

from seqlab import Token, Tokenizer

_TOKEN = re.compile(r"\S+")


class Whitespace(Tokenizer):
    """Cuts a text at white space, as `str.split` does, and keeps the offsets."""

    def __call__(self, text: str) -> list[Token]:
        """The tokens of a text, from left to right."""
        return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
