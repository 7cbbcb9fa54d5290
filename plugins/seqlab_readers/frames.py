"""Reader `frames`: sequences of vectors in files of numpy, and a text for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from seqlab import MOST_PROBLEMS, DataError, Example, Features, Place, Problem, Reader, Tokens, all_told, text_lines
from seqlab_readers.arrays import Arrays, holder
from seqlab_readers.frames_settings import FramesSettings
from seqlab_readers.units import text_of, tokens_of


class Frames(Reader):
    """Reads a table of files and texts, row by row; the files lie where the table says, seen from its folder."""

    config: FramesSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each row; its id is `split-N`.

        A table with mistakes is read to its end, or to its tenth mistake, so that they are told together.

        Raises:
            DataError: SL410 to SL417 if the table is missing or no text, SL489 if a row has not two columns, SL490 if a file or
                a text is blank, SL496 if a file of vectors is missing or broken, SL497 if it holds something else.
        """
        arrays = Arrays(path.parent)
        problems: list[Problem] = []
        for number, line in enumerate(text_lines(path), 1):
            cells, place = line.split("\t"), Place(str(path), number)
            found = _incomplete(cells, place) or arrays.read(cells[0].strip(), place)
            if isinstance(found, Problem):
                problems.append(found)
                if len(problems) == MOST_PROBLEMS:
                    break
            elif not problems:
                inputs = {"main": Features(found)}
                yield Example(f"{split}-{number}", str(place), inputs, Tokens(self.tokens_of(cells[1])))
        if problems:
            raise all_told(problems)

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """The table, and the archives and folders of its arrays; a file itself where it lies in the table's own folder."""
        names = {line.partition("\t")[0].strip() for line in text_lines(path)}
        found = {holder(path.parent, name) for name in names if name}
        return (path, *sorted(each for each in found if each.exists()))

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line: a file, or a row of the table. A blank line is passed over.

        Files are looked for beside the table, or where one stands, if lines come from elsewhere.
        """
        arrays = Arrays(Path(name).parent)
        for number, line in enumerate(lines, 1):
            if file := line.partition("\t")[0].strip():
                found = arrays.read(file, Place(name, number))
                if isinstance(found, Problem):
                    raise DataError(found)
                yield Example(str(number), f"{name}:{number}", {"main": Features(found)}, source=line)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Any lines: there is no other form that names files."""
        return True

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The tokens of a text."""
        text = text.strip()
        return tokens_of(text.lower() if self.config.lowercase else text, self.config.unit)

    def text_of(self, tokens: Sequence[str]) -> str:
        """The text of tokens."""
        return text_of(tokens, self.config.unit)


def _incomplete(cells: Sequence[str], place: Place) -> Problem | None:
    """What a row has too little or too much of."""
    if len(cells) != 2:
        note = "a row is a file of vectors, a tab, and what is said in it"
        columns = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        return Problem("SL489", f"the line has {columns}, but 2 are asked for", place, notes=(note,))
    if blank := [side for side, cell in zip(("file", "text"), cells, strict=True) if not cell.strip()]:
        note = "write it, or remove the row"
        return Problem("SL490", f"the line has no {' and no '.join(blank)}", place, notes=(note,))
    return None
