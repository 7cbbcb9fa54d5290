"""Reader `text`: running text, whose line ends are tokens too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from seqlab import Example, Reader, Tokens, text_lines
from seqlab_readers.settings import TextSettings
from seqlab_readers.units import text_of, tokens_of

END_OF_LINE = "\n"


class RunningText(Reader):
    """Reads a text, plain or in `.gz`, line by line: where a token is a character, all of them joined are the text."""

    config: TextSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        r"""Yield one example for each line, whose last token is its end, `\n`.

        The last line has an end only if the file has one there. An empty line is an example of one token. Its id is the
        number of the line.

        Raises:
            DataError: SL410 to SL417 if it is no text file.
        """
        name = str(path)
        for number, line in enumerate(text_lines(path, keep_ends=True), 1):
            if items := self._tokens(line):
                yield Example(str(number), f"{name}:{number}", {"main": Tokens(items)})

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line; each has an end."""
        for number, line in enumerate(lines, 1):
            items = self._tokens(line + END_OF_LINE)
            yield Example(str(number), f"{name}:{number}", {"main": Tokens(items)}, source=line)

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The tokens of a piece of text."""
        return tokens_of(text.lower() if self.config.lowercase else text, self.config.unit)

    def text_of(self, tokens: Sequence[str]) -> str:
        """The text of tokens."""
        return text_of(tokens, self.config.unit)

    def _tokens(self, line: str) -> tuple[str, ...]:
        items = self.tokens_of(line)
        if self.config.unit == "word" and line.endswith(END_OF_LINE):
            return (*items, END_OF_LINE)
        return items
