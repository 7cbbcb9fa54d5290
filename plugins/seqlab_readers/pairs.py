"""Reader `pairs`: a source and its target, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from sys import intern

from seqlab import MOST_PROBLEMS, Example, Place, Problem, Reader, Tokens, all_told, text_lines
from seqlab_readers.packed import present
from seqlab_readers.pairs_settings import PairsSettings
from seqlab_readers.units import text_of, tokens_of

_CUT = re.compile(r"[!-&(-+/:-@\[-`{-~]|(?<![0-9])[.,]|[.,](?![0-9])|(?<=[0-9])-")
"""What stands alone in a text cut by mteval-v13a: all ASCII punctuation but the apostrophe, the hyphen of a word, and the
points and commas of a number."""
_CLOSES = re.compile(r" ([.,!?;:%)\]}])")
_OPENS = re.compile(r"([(\[{]) ")


class Pairs(Reader):
    """Reads a table of two columns or more, or two files beside each other, plain or in `.gz`."""

    config: PairsSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each line; its id is `split-N`, its place that of the source.

        Raises:
            DataError: SL410 to SL417 if a file is missing or no text, SL488 if one has more lines than the other, SL489 if a
                line of a table has too few columns, SL490 if a source or a target is blank.
        """
        problems: list[Problem] = []
        for number, (place, source, target) in enumerate(self._lines(path), 1):
            if isinstance(source, Problem):
                problems.append(source)
            elif found := [side for side, text in (("source", source), ("target", target)) if not text.strip()]:
                message = f"the line has no {' and no '.join(found)}"
                problems.append(Problem("SL490", message, place, notes=("remove the line, or both lines of it",)))
            elif not problems:
                inputs = {"main": Tokens(self.tokens_of(source))}
                yield Example(f"{split}-{number}", f"{place.file}:{number}", inputs, Tokens(self.tokens_of(target)))
            if len(problems) == MOST_PROBLEMS:
                break
        if problems:
            raise all_told(problems)

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """The table; or both files."""
        if isinstance(self.config.input, int):
            return (path,)
        return self._beside(path)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line: a source, or a line of the table. A blank line is passed over."""
        for number, line in enumerate(lines, 1):
            cells = line.split("\t")
            source = cells[self.config.input - 1] if isinstance(self.config.input, int) and len(cells) > 1 else line
            if source.strip():
                yield Example(str(number), f"{name}:{number}", {"main": Tokens(self.tokens_of(source))}, source=line)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Any text: a line of it is a source."""
        return True

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The tokens of a source or a target."""
        text = text.strip().lower() if self.config.lowercase else text.strip()
        if not self.config.punctuation:
            return tokens_of(text, self.config.unit)
        return tuple(map(intern, _CUT.sub(r" \g<0> ", text).split()))

    def text_of(self, tokens: Sequence[str]) -> str:
        """The text of tokens; punctuation that was cut off stands where it most often does."""
        text = text_of(tokens, self.config.unit)
        return _OPENS.sub(r"\1", _CLOSES.sub(r"\1", text)) if self.config.punctuation else text

    def _lines(self, path: Path) -> Iterator[tuple[Place, str | Problem, str]]:
        """Place, source and target of each line; a problem in place of the source where it has not both."""
        read, written = self.config.input, self.config.output
        if isinstance(read, int) and isinstance(written, int):
            for number, line in enumerate(text_lines(path), 1):
                cells, place = line.split("\t"), Place(str(path), number)
                if len(cells) < max(read, written):
                    message = f"the line has {len(cells)} columns, but the {max(read, written)}th is asked for"
                    note = "columns are parted by tabs; for two files write the endings of their names: input: de"
                    yield place, Problem("SL489", message, place, notes=(note,)), ""
                else:
                    yield place, cells[read - 1], cells[written - 1]
            return
        sources, targets = self._beside(path)
        for number, (source, target) in enumerate(zip_longest(text_lines(sources), text_lines(targets)), 1):
            place = Place(str(sources if source is not None else targets), number)
            if source is None or target is None:
                shorter = sources if source is None else targets
                message = f"this line has no partner: '{shorter.name}' ends after line {number - 1}"
                yield place, Problem("SL488", message, place, notes=("line N of both belong together",)), ""
                return
            yield place, source, target

    def _beside(self, path: Path) -> tuple[Path, Path]:
        """The file of the sources and that of the targets, from any that lies beside them."""
        base = path.with_name(path.name.removesuffix(".gz")).with_suffix("")
        sources, targets = (
            present(base.with_name(f"{base.name}.{ending}")) for ending in (self.config.input, self.config.output)
        )
        return sources, targets
