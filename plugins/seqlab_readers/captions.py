"""Reader `captions`: images, and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern

from seqlab import (
    MOST_PROBLEMS,
    DataError,
    Example,
    Image,
    Place,
    Prediction,
    Problem,
    Reader,
    Tokens,
    TokensPrediction,
    all_told,
    suggestion,
    text_lines,
)
from seqlab_readers.captions_settings import CaptionsSettings
from seqlab_readers.pictures import picture_place, pictures_of


@dataclass(slots=True)
class _Captioned:
    """An image with the captions that were read so far."""

    name: str
    place: Place
    image: Image
    captions: list[Tokens]


class Captions(Reader):
    """Reads a table of images and captions, plain or in `.gz`."""

    config: CaptionsSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each image, in the order of the table; its id is the image's name.

        Several captions are alternatives. All mistakes up to the tenth are told together.

        Raises:
            DataError: SL410 to SL417 if it is no text file, SL480 if a column is missing, SL481 if a row has too few columns,
                SL482 for an empty caption, SL486 if there is no row, SL491 for an image that is not there, SL494 if the
                rows of an image are not together.
        """
        file = str(path)
        rows = enumerate(text_lines(path), 1)
        columns = self._columns(next(rows)[1] if self.config.header else None, file)
        pictures = pictures_of(path, self.config.images, split)
        problems: list[Problem] = []
        ended: set[str] = set()
        current: _Captioned | None = None
        for number, line in rows:
            if not line.strip():
                continue
            row = self._row(line.split("\t"), columns, Place(file, number))
            if isinstance(row, Problem):
                problems.append(row)
            elif current is not None and row[0] == current.name:
                current.captions.append(row[1])
            elif row[0] in ended:
                message = f"image '{row[0]}' has rows further above, with those of other images between them"
                problems.append(Problem("SL494", message, Place(file, number), notes=("sort the table",)))
            else:
                if current is not None and not problems:
                    yield _example(current)
                ended.add(row[0])
                image = pictures.find(row[0])
                if image is None:
                    problems.append(pictures.absent(row[0], Place(file, number)))
                current = _Captioned(row[0], Place(file, number), image or Image(path), [row[1]])
            if len(problems) == MOST_PROBLEMS:
                break
        if problems:
            raise all_told(problems)
        if current is None:
            raise DataError(Problem("SL486", "the table has no row", Place(file), notes=("is this the right file?",)))
        yield _example(current)

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """The table, and the folder or archive of its images."""
        return path, picture_place(path, self.config.images, split)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line: the path of an image, or a row of a table whose image is a path."""
        columns = (0, 0)
        for number, line in enumerate(lines, 1):
            cells = line.split("\t")
            if number == 1 and self.config.header and len(cells) > 1:
                columns = self._columns(line, name)
            elif line.strip():
                path = cells[columns[0]].strip() if columns[0] < len(cells) else line
                yield Example(path, f"{name}:{number}", {"main": Image(Path(path))}, source=line)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Any text: a line of it is the path of an image."""
        return True

    def write(self, example: Example, prediction: Prediction) -> str:
        """A row: the image, a tab, and what was generated."""
        assert isinstance(prediction, TokensPrediction)
        return f"{example.id}\t{self.text_of(prediction.tokens)}\n"

    def tokens_of(self, text: str) -> tuple[str, ...]:
        """The words of a caption."""
        words = (text.lower() if self.config.lowercase else text).split()
        if not self.config.punctuation:
            words = [word for word in words if any(map(str.isalnum, word))]
        return tuple(map(intern, words))

    def _columns(self, header: str | None, file: str) -> tuple[int, int]:
        """Where image and caption stand in a row.

        Raises:
            DataError: SL480 if the header has no such column.
        """
        names = [] if header is None else [name.strip() for name in header.split("\t")]
        places: list[int] = []
        for setting in ("image", "caption"):
            column = getattr(self.config, setting)
            if isinstance(column, int):
                places.append(column - 1)
            elif column in names:
                places.append(names.index(column))
            else:
                notes = (
                    f"its columns: {', '.join(names)}",
                    f"choose with data.reader.{setting}=NAME, or write header: false",
                )
                raise DataError(
                    Problem("SL480", f"the header has no column '{column}'", Place(file, 1), suggestion(column, names), notes)
                )  # fmt: skip
        return places[0], places[1]

    def _row(self, cells: Sequence[str], columns: tuple[int, int], place: Place) -> tuple[str, Tokens] | Problem:
        if len(cells) <= max(columns):
            return Problem("SL481", f"the row has {len(cells)} columns, not at least {max(columns) + 1}", place,
                           notes=("columns are parted by tabs",))  # fmt: skip
        name, caption = cells[columns[0]].strip(), self.tokens_of(cells[columns[1]])
        if not name:
            return Problem("SL482", "the row names no image", place, notes=("write it or remove the row",))
        if not caption:
            return Problem("SL482", f"the caption of image '{name}' is empty", place, notes=("write it or remove the row",))  # fmt: skip
        return name, Tokens(caption)


def _example(of: _Captioned) -> Example:
    target = of.captions[0] if len(of.captions) == 1 else tuple(of.captions)
    return Example(of.name, str(of.place), {"main": of.image}, target)
