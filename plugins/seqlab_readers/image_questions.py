"""Reader `image_questions`: questions about images, with the images in a zip or a folder beside them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqlab import (
    MOST_PROBLEMS,
    DataError,
    Example,
    Image,
    Labels,
    Place,
    Problem,
    Reader,
    Tokens,
    all_told,
    suggestion,
    text_lines,
)
from seqlab_readers.pictures import Pictures, picture_place, pictures_of
from seqlab_readers.questions import question_of
from seqlab_readers.questions_settings import ImageQuestionsSettings


@dataclass(frozen=True, slots=True)
class _Row:
    """One question.

    Args:
        number: Of its line in a table, or of its entry in a list, from 1.
        question: The question.
        answer: The answer.
        image: The name of the image.
    """

    number: int
    question: str
    answer: str
    image: str


class ImageQuestions(Reader):
    """Reads a table, plain or in `.gz`, or a list in JSON."""

    config: ImageQuestionsSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each question; its id is `split-N`, its group the image.

        The number in its place is that of the line of a table, or of the entry of a list.

        Raises:
            DataError: SL410 to SL417 if it is no text file, SL480 if a column is missing, SL481 if a row has another number of
                columns, SL482 and SL483 if there is no question or no answer, SL484 if it is no JSON, SL485 if it is no list
                of triples, SL486 if there is no question at all, SL491 if an image is not where the images are.
        """
        pictures = pictures_of(path, self.config.images, split)
        file = str(path)
        problems: list[Problem] = []
        count = 0
        is_json = path.name.removesuffix(".gz").endswith(".json")
        for count, row in enumerate(_entries(path) if is_json else self._table(path), 1):
            found = row if isinstance(row, Problem) else _wrong(row, file, pictures)
            if found is not None:
                problems.append(found)
                if len(problems) == MOST_PROBLEMS:
                    break
            elif not problems:
                assert isinstance(row, _Row)
                image = pictures.find(row.image)
                assert image is not None
                inputs: dict[str, Image | Tokens] = {"image": image, "question": question_of(row.question)}
                group = f"{split}/{image.member or image.path.name}"
                yield Example(
                    f"{split}-{count}", str(Place(file, row.number)), inputs, Labels((row.answer,)), group=group
                )
        if not count:
            problems = [Problem("SL486", "there is no question in it", Place(file), notes=("is this the right file?",))]
        if problems:
            raise all_told(problems)

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """The questions, and the folder or archive of their images."""
        return path, picture_place(path, self.config.images, split)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each line: the file of an image, a tab, a question about it.

        A path is seen from the working folder. A header that names the columns may stand in front, and then they may stand in
        another order, beside others.

        Raises:
            DataError: SL481 if a line has not both.
        """
        places: tuple[int, int] | None = None
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            cells = [cell.strip() for cell in line.split("\t")]
            if places is None and {self.config.image, self.config.question} <= set(cells):
                places = cells.index(self.config.image), cells.index(self.config.question)
                continue
            places = places or (0, 1)
            if len(cells) <= max(places) or not (cells[places[0]] and cells[places[1]]):
                note = "write the file of an image, a tab, and a question: photo.jpg<tab>what is on the desk?"
                raise DataError(
                    Problem(
                        "SL481", "the line has not both an image and a question", Place(name, number), notes=(note,)
                    )
                )
            image, question = (cells[place] for place in places)
            inputs: dict[str, Image | Tokens] = {"image": Image(Path(image)), "question": question_of(question)}
            yield Example(str(number), f"{name}:{number}", inputs)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether the first line has a tab in it."""
        return bool(lines) and "\t" in lines[0]

    def _table(self, path: Path) -> Iterator[_Row | Problem]:
        lines = text_lines(path)
        names = [name.strip() for name in next(lines).split("\t")]
        wanted = {each: getattr(self.config, each) for each in ("question", "answer", "image")}
        absent = [
            Problem(
                "SL480",
                f"the table has no column '{column}'",
                Place(str(path), 1),
                suggestion(column, names),
                (f"its columns: {', '.join(names)}", f"choose with data.reader.{setting}=NAME"),
            )
            for setting, column in wanted.items()
            if column not in names
        ]
        if absent:
            raise all_told(absent)
        question, answer, image = (names.index(column) for column in wanted.values())
        for number, line in enumerate(lines, 2):
            cells = [cell.strip() for cell in line.split("\t")]
            if len(cells) == len(names):
                yield _Row(number, cells[question], cells[answer], cells[image])
            elif line.strip():
                message = f"the row has {len(cells)} columns, not {len(names)}"
                yield Problem("SL481", message, Place(str(path), number), notes=("columns are parted by tabs",))


def _entries(path: Path) -> Iterator[_Row | Problem]:
    """The entries of a list of triples."""
    shape = 'it is a list of triples: [["what colour is the shape?", "blue", 0], ...]'
    try:
        entries: Any = json.loads(_content(path))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        told = error.msg if isinstance(error, json.JSONDecodeError) else "it is not UTF-8, or nested too deep"
        raise DataError(Problem("SL484", f"this is no JSON: {told}", Place(str(path), line), notes=(shape,))) from error
    if not isinstance(entries, list):
        raise DataError(Problem("SL485", "the file holds no list", Place(str(path)), notes=(shape,)))
    for number, entry in enumerate(entries, 1):
        match entry:
            case [str(question), str(answer), str() | int() as image] if not isinstance(image, bool):
                yield _Row(number, question.strip(), answer.strip(), str(image).strip())
            case _:
                yield Problem("SL485", f"entry {number} is no triple of question, answer and image", Place(str(path)),
                              notes=(shape,))  # fmt: skip


def _content(path: Path) -> bytes:
    """The file, unpacked; as a whole, since a list may be one line that is longer than any line of text may be."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except FileNotFoundError as error:
        raise DataError(Problem("SL410", "there is no such file", Place(str(path)))) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        note = "get it again"
        raise DataError(Problem("SL412", "the gzip file is damaged", Place(str(path)), notes=(note,))) from error
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        raise DataError(Problem("SL411", message, Place(str(path)))) from error


def _wrong(row: _Row, file: str, pictures: Pictures) -> Problem | None:
    """What is wrong with a question."""
    place = Place(file, row.number)
    if not row.question:
        return Problem("SL482", "there is no question", place, notes=("write it or remove the row",))
    if not row.answer:
        return Problem("SL483", "the question has no answer", place, notes=("write it or remove the row",))
    return None if pictures.find(row.image) is not None else pictures.absent(row.image, place)
