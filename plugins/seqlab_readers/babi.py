"""Reader `babi`: stories with questions about them."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from seqlab import (
    MOST_PROBLEMS,
    DataError,
    Example,
    Labels,
    Place,
    Problem,
    Reader,
    Tokens,
    all_told,
    text_lines,
    words_of,
)
from seqlab_readers.questions import question_of
from seqlab_readers.questions_settings import BabiSettings

_NUMBERED = re.compile(r" *([0-9]+) +(.*)")
_PARTED = re.compile(r"[\t|]")
_TASK = re.compile(r"qa([0-9]+)_[^/]*_(train|dev|valid|test)\.txt")


class Babi(Reader):
    """Reads the files of the bAbI tasks: plain, in `.gz`, or members of a zip beside the named file."""

    config: BabiSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each question; its id is `split-N`, its group the story.

        Raises:
            DataError: SL410 to SL417 if it is no text file, SL495 if a line has no number, or one that does not follow, SL498 if a
                question has no answer or no sentence before it, SL499 if there is no file of the task, SL486 if nobody asks.
        """
        lines, name = _lines(*self._source(path))
        story: list[str] = []
        problems: list[Problem] = []
        stories = questions = before = 0
        for number, line in enumerate(lines, 1):
            place = Place(name, number)
            if not line.strip():
                continue
            found = _NUMBERED.fullmatch(line)
            count = int(found[1]) if found else None
            if found is None or count not in (1, before + 1):
                problems.append(_misnumbered(place, line, count, before))
                before = count if count is not None else before + 1
            else:
                if count == 1:
                    story, stories = [], stories + 1
                before = count
                text, *fields = (part.strip() for part in _PARTED.split(found[2]))
                if not fields:
                    story.append(text)
                elif wrong := _unanswerable(place, text, fields[0], story):
                    problems.append(wrong)
                else:
                    questions += 1
                    if not problems:
                        yield Example(
                            f"{split}-{questions}", str(place), self._inputs(story, text), Labels((fields[0],)),
                            group=f"{split}/{stories}",
                        )  # fmt: skip
            if len(problems) == MOST_PROBLEMS:
                break
        if not questions and not problems:
            note = "a question is a line with its answer after a tab: 3 Where is Mary?<tab>kitchen"
            problems = [Problem("SL486", "the file holds not one question", Place(name), notes=(note,))]
        if problems:
            raise all_told(problems)

    def files(self, path: Path, split: str) -> Sequence[Path]:
        """The file of the task, or the archive that has it."""
        return (self._source(path)[0],)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each question: a line that ends in a question mark, or has an answer.

        Lines need no numbers. A new story begins where the number is 1, or after an empty line.

        Raises:
            DataError: SL498 if a question has no sentence before it.
        """
        story: list[str] = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                story = []
                continue
            found = _NUMBERED.fullmatch(line)
            if found is not None and int(found[1]) == 1:
                story = []
            text, *fields = (part.strip() for part in _PARTED.split(line if found is None else found[2]))
            if not fields and not text.endswith("?"):
                story.append(text)
            elif wrong := _unanswerable(Place(name, number), text, "any", story):
                raise DataError(wrong)
            else:
                yield Example(str(number), f"{name}:{number}", self._inputs(story, text), source=line)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Any text: a line of it is a sentence or a question."""
        return True

    def _inputs(self, story: Sequence[str], question: str) -> dict[str, Tokens]:
        """Story and question, as tokens."""
        items = tuple(story)
        if self.config.unit == "word":
            items = tuple(word for sentence in story for word in (*words_of(sentence), "."))
        return {"story": Tokens(items, " ".join(story)), "question": question_of(question)}

    def _source(self, path: Path) -> tuple[Path, str | None]:
        """The file of the task; or the archive that has it, and its name there."""
        if self.config.task is None:
            return path, None
        wanted = (str(self.config.task), _split_in(path.name))
        beside = sorted(each for each in path.parent.iterdir() if _identity(each.name.removesuffix(".gz")) == wanted)
        if beside:
            return beside[0], None
        for archive in sorted(path.parent.glob("*.zip")):
            with _opened(archive) as opened:
                for member in opened.namelist():
                    if _identity(member.rpartition("/")[2]) == wanted:
                        return archive, member
        task, split = wanted
        message = f"there is no file of task {task} for {split} in '{path.parent}', nor in a zip there"
        notes = (f"it is called qa{task}_..._{split}.txt; leave 'task' out to read the named file as it is",)
        raise DataError(Problem("SL499", message, Place(str(path)), notes=notes))


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    """An archive, with what is wrong with it as SL499."""
    try:
        with zipfile.ZipFile(archive) as opened:
            yield opened
    except (OSError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError) as error:
        message = f"the archive cannot be read: {error}"
        raise DataError(Problem("SL499", message, Place(str(archive)), notes=("get it again",))) from error


def _lines(file: Path, member: str | None) -> tuple[Iterable[str], str]:
    """The lines of a file, or of a member of an archive, and its name for places."""
    if member is None:
        return text_lines(file), str(file)
    with _opened(file) as opened:
        return opened.read(member).decode("utf-8").splitlines(), f"{file}/{member}"


def _identity(name: str) -> tuple[str, str] | None:
    """Task and split of a file, by its name."""
    found = _TASK.fullmatch(name)
    return (found[1], found[2]) if found else None


def _split_in(name: str) -> str:
    """Which split a named file belongs to."""
    found = _TASK.fullmatch(name.removesuffix(".gz"))
    return found[2] if found else next((split for split in ("train", "dev", "valid", "test") if split in name), name)


def _misnumbered(place: Place, line: str, count: int | None, before: int) -> Problem:
    if count is None:
        message = f"the line has no number in front: '{line.strip()[:40]}'"
    else:
        message = f"the line has number {count}, but {before + 1} follows, or 1 for a new story"
    return Problem("SL495", message, place, notes=("lines of a story are numbered: 1 Mary went to the kitchen.",))


def _unanswerable(place: Place, question: str, answer: str, story: Sequence[str]) -> Problem | None:
    """What is wrong with a question."""
    if not question:
        return Problem("SL498", "the question is empty", place, notes=("write it, or remove the line",))
    if not answer:
        return Problem(
            "SL498", "the question has no answer", place, notes=("write it after a tab, or remove the line",)
        )
    if not story:
        return Problem("SL498", "no sentence of a story stands before the question", place,
                       notes=("tell the story first: 1 Mary went to the kitchen.",))  # fmt: skip
    return None
