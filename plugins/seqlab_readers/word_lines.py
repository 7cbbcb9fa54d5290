"""Which lines of a file of columns are words, and where word and tag stand in them."""

from __future__ import annotations

import re
from sys import intern

from seqlab import Place, Problem
from seqlab_readers.conll_settings import ConllSettings

DOCUMENT = "-DOCSTART-"
_PIECE = re.compile(r"[^ \t]+")


class WordLines:
    """Reads and writes single lines.

    Args:
        settings: Columns and what separates them.
    """

    def __init__(self, settings: ConllSettings) -> None:
        self.separator = settings.separator
        self.comment = settings.comment
        self.word = settings.word - 1
        self.tag = settings.tag - 1 if settings.tag > 0 else settings.tag
        self.needed = max(settings.word, settings.tag, self.word + 2 if settings.tag == -1 else -settings.tag)

    def is_word(self, line: str) -> bool:
        """Whether it is neither empty, nor a comment, nor the beginning of a document."""
        if not line.strip(" \t") or (self.comment is not None and line.startswith(self.comment)):
            return False
        return DOCUMENT not in line or DOCUMENT not in self.columns(line)

    def columns(self, line: str) -> list[str]:
        """What stands in its columns."""
        return _PIECE.findall(line) if self.separator is None else line.split(self.separator)

    def pair(self, line: str, number: int, file: str) -> tuple[str, str] | Problem:
        """Word and tag of a line, or what is wrong with it."""
        columns = self.columns(line)
        if len(columns) < self.needed:
            return self._too_few(line, len(columns), Place(file, number, 1, line, max(1, len(line))))
        word, tag = columns[self.word].strip(), columns[self.tag].strip()
        if word and tag:
            return intern(word), intern(tag)
        what = "tag" if word else "word"
        return Problem("SL471", f"the {what} is empty", Place(file, number, 1, line, len(line)),
                       notes=("an empty line ends a sentence; within one every line has a word and a tag",))  # fmt: skip

    def form(self, line: str, number: int, file: str) -> str | Problem:
        """The word of a line that need not have a tag, or what is wrong with it."""
        columns = self.columns(line)
        word = columns[self.word].strip() if len(columns) > self.word else ""
        if word:
            return intern(word)
        message = f"there is no word in column {self.word + 1} of this line, which has {len(columns)}"
        return Problem("SL470", message, Place(file, number, 1, line, len(line)))

    def with_tag(self, line: str, tag: str) -> str:
        """The line with another tag; what else stands there stays, and a line without a tag gets one."""
        columns = self.columns(line)
        if len(columns) < self.needed:
            columns += ["_"] * (self.needed - len(columns) - 1) + [tag]
            return self._joiner(line).join(columns)
        if self.separator is not None:
            columns[self.tag] = tag
            return self.separator.join(columns)
        place = list(_PIECE.finditer(line))[self.tag]
        return line[: place.start()] + tag + line[place.end() :]

    def new(self, word: str, tag: str) -> str:
        """A line for a word that came without one."""
        columns = ["_"] * self.needed
        columns[self.word], columns[self.tag] = word, tag
        return self._joiner("").join(columns)

    def _joiner(self, line: str) -> str:
        return self.separator or (" " if " " in line and "\t" not in line else "\t")

    def _too_few(self, line: str, count: int, place: Place) -> Problem:
        wanted = (
            f"the tag stands in column {self.tag + 1}"
            if self.tag >= 0
            else f"{self.needed} are needed for word and tag"
        )
        hint = None
        if self.separator is not None and len(_PIECE.findall(line)) >= self.needed:
            hint = "white space seems to separate the columns: leave 'separator' out"
        message = f"the line has {count} column{'s' * (count != 1)}, but {wanted}"
        notes = ("reader 'conll' has the settings 'word', 'tag' and 'separator': seqlab show reader conll",)
        return Problem("SL470", message, place, hint=hint, notes=notes)
