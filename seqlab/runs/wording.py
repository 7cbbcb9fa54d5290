"""Between text and tokens, as a run's reader and tokenizer see them; and a text while its tokens come one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from seqlab.config.pipeline import DataSection
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.subwords import Subwords
from seqlab.interfaces.tokenizer import Tokenizer
from seqlab.interfaces.vocabulary import END

LINE_END = "\n"

_NEIGHBOURS = 4
"""Tokens before the next one that may have a say in what stands between them."""


class Wording:
    """How text becomes tokens and tokens become text.

    Args:
        data: The `data:` section of a pipeline.
        build: Builds its reader and its tokenizer.
        subwords: What the tokens of texts are pieces of words by; None where they are tokens of the reader.
    """

    def __init__(self, data: DataSection, build: Callable[..., Any], subwords: Subwords | None = None) -> None:
        self.subwords = subwords
        self.reader: Reader = build(data.reader)
        self.tokenizer: Tokenizer | None = build(data.tokenizer) if data.tokenizer else None

    def tokens(self, text: str) -> tuple[str, ...]:
        """The tokens of a text, as the model read its own."""
        if self.tokenizer is not None:
            return tuple(token.text for token in self.tokenizer(text))
        return self.reader.tokens_of(text)

    def text(self, tokens: Sequence[str]) -> str:
        """The text of tokens; where a `</s>` stands, a line ends."""
        lines: list[list[str]] = [[]]
        for token in tokens:
            if token == END:
                lines.append([])
            else:
                lines[-1].append(token)
        return LINE_END.join(self.line(each) for each in lines)

    def line(self, tokens: Sequence[str]) -> str:
        """The text of tokens among which no `</s>` stands."""
        if self.subwords is not None:
            tokens = [word for word, _ in self.subwords.words(tokens)]
        return self.reader.text_of(tokens)


class GrowingText:
    """A text to which tokens are added: what each adds, one after the other, is the text of all of them.

    Args:
        wording: Of the run.
        tokens: What stands before.
    """

    def __init__(self, wording: Wording, tokens: Sequence[str] = ()) -> None:
        self._wording = wording
        self._last: list[str] = []
        for token in tokens[-_NEIGHBOURS:]:
            self.add(token)

    def add(self, token: str) -> str:
        """What a token adds to the text: the blank before a word too, where one belongs there."""
        if token == END:
            self._last = []
            return LINE_END
        before = self._wording.line(self._last) if self._last else ""
        after = self._wording.line([*self._last, token])
        self._last = [*self._last, token][-_NEIGHBOURS:]
        return after.removeprefix(before)
