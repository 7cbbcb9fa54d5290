"""Reader `lines`: one sentence a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from seqlab import Example, Reader, Tokens, text_lines
from seqlab_readers.settings import LinesSettings
from seqlab_readers.units import text_of, tokens_of


class Lines(Reader):
    """Reads sentences, plain or in `.gz`, each on a line of its own; the end of the line is no token."""

    config: LinesSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each line; its id is the number of the line.

        A line of white space only is passed over, or is an example without tokens, as `blank_lines` says.

        Raises:
            DataError: SL410 to SL417 if it is no text file.
        """
        name = str(path)
        for number, line in enumerate(text_lines(path), 1):
            if (items := self._tokens(line)) is not None:
                yield Example(str(number), f"{name}:{number}", {"main": Tokens(items)})

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line; blank ones as in `read`."""
        for number, line in enumerate(lines, 1):
            if (items := self._tokens(line)) is not None:
                yield Example(str(number), f"{name}:{number}", {"main": Tokens(items)}, source=line)

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The tokens of a piece of text."""
        return tokens_of(text.lower() if self.config.lowercase else text, self.config.unit)

    def text_of(self, tokens: Sequence[str]) -> str:
        """The text of tokens."""
        return text_of(tokens, self.config.unit)

    def _tokens(self, line: str) -> tuple[str, ...] | None:
        """The tokens of a line; None where it is passed over."""
        if not line or line.isspace():
            return () if self.config.blank_lines == "keep" else None
        return self.tokens_of(line)
