"""The lines of one sentence in CoNLL-U -> its words and tags, or all that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from seqlab import Place, Problem
from seqlab_readers.column import Column

NUMBERS = [str(number) for number in range(1000)]
"""The IDs of all but monstrous sentences, so that a word's ID is compared and not converted."""

_RANGE = re.compile(r"(\d+)-(\d+)")
_EMPTY_NODE = re.compile(r"(\d+)\.(\d+)")


@dataclass(slots=True)
class Sentence:
    """A sentence without mistakes.

    Args:
        id: Its `sent_id`; None without one.
        text: Its `# text`; None without one.
        forms: The syntactic words.
        tags: One for each word.
        miscs: The MISC column of each word.
        ranges: Multiword tokens: first word (from 0), one past the last, form, MISC.
    """

    id: str | None = None
    text: str | None = None
    forms: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    miscs: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int, str, str]] = field(default_factory=list)


def parse(lines: list[str], first_line: int, column: Column, file: str) -> Sentence | list[Problem]:
    """Read one sentence.

    Args:
        lines: Its lines, comments included, without line ends.
        first_line: Number of the first in its file.
        column: Which part of a line is the tag.
        file: Named in problems.

    Returns:
        The sentence, or everything that is wrong with it.
    """
    sentence = Sentence()
    odd = _OddLines(sentence, column, file)
    forms, tags, miscs, tag_of = sentence.forms, sentence.tags, sentence.miscs, column.tag
    expected = 1
    for number, line in enumerate(lines, first_line):
        columns = line.split("\t")
        if len(columns) == 10 and (columns[0] == (NUMBERS[expected] if expected < 1000 else str(expected))):
            form = columns[1]
            tag = tag_of(columns)
            if tag is not None and form and not form.isspace():
                forms.append(form)
                tags.append(tag)
                miscs.append(columns[9])
            else:
                odd.word(number, line, columns, tag)
            expected += 1
        else:
            expected = odd.line(number, line, columns, expected)
    odd.end(first_line, lines, expected)
    return odd.problems or sentence


class _OddLines:
    """What is not a plain word: comments, ranges, empty nodes and mistakes."""

    def __init__(self, sentence: Sentence, column: Column, file: str) -> None:
        self.sentence = sentence
        self.column = column
        self.file = file
        self.problems: list[Problem] = []
        self.empty_after = self.empty_nodes = 0
        self.range_end = 0
        self.range_place: Place | None = None

    def line(self, number: int, line: str, columns: list[str], expected: int) -> int:
        """Take in a line that is not the word that was expected; answer with the ID that is expected next."""
        if line.startswith("#"):
            return self._comment(number, line, expected)
        if len(columns) != 10:
            self.problems.append(_wrong_columns(Place(self.file, number, 1, line), line, columns))
            return _after(columns[0].split(" ")[0], expected)
        found = columns[0]
        if match := _RANGE.fullmatch(found):
            self._range(number, line, columns, int(match[1]), int(match[2]), expected)
            return expected
        if match := _EMPTY_NODE.fullmatch(found):
            self._empty_node(number, line, found, int(match[1]), int(match[2]), expected)
            return expected
        self._wrong_id(number, line, found, expected)
        self.word(number, line, columns, self.column.tag(columns))
        return _after(found, expected)

    def word(self, number: int, line: str, columns: list[str], tag: str | None) -> None:
        """A word without a form or without a valid tag."""
        if not columns[1] or columns[1].isspace():
            self.problems.append(
                Problem("SL422", "the word has no form (column 2 is empty)", self._place(number, line, columns, 1),
                        notes=("write the word, or '_' where it is unknown",))
            )  # fmt: skip
        if tag is None:
            place = self._place(number, line, columns, self.column.index)
            self.problems.append(self.column.problem(columns, place))

    def end(self, first_line: int, lines: list[str], expected: int) -> None:
        """What can only be said at the end of a sentence."""
        if self.range_place is not None and self.range_end >= expected:
            message = f"the range reaches to word {self.range_end}, but the sentence ends with word {expected - 1}"
            self.problems.append(Problem("SL421", message, self.range_place))
        if expected == 1 and not self.problems:
            what = "only comments" if all(line.startswith("#") for line in lines) else "no words"
            self.problems.append(
                Problem("SL425", f"the sentence has {what}", Place(self.file, first_line, 1, lines[0], len(lines[0])),
                        notes=("comments stand before the words of their sentence, without an empty line between",))
            )  # fmt: skip

    def _comment(self, number: int, line: str, expected: int) -> int:
        key, equals, value = line[1:].partition("=")
        if expected > 1:
            self.problems.append(
                Problem("SL427", "a comment stands inside a sentence", Place(self.file, number, 1, line, len(line)),
                        hint="is the empty line before it missing?",
                        notes=("an empty line ends a sentence; comments stand before the first word",))
            )  # fmt: skip
            self._begin_again()
            return 1
        if equals and key.strip() == "sent_id" and self.sentence.id is None:
            self.sentence.id = value.strip() or None
        elif equals and key.strip() == "text" and self.sentence.text is None:
            self.sentence.text = value.strip()
        return expected

    def _range(self, number: int, line: str, columns: list[str], first: int, last: int, expected: int) -> None:
        place = self._place(number, line, columns, 0)
        if first != expected or last < first or first <= self.range_end:
            wrong = "ends before it begins" if last < first else f"does not begin at the next word, {expected}"
            if first == expected and last >= first:
                wrong = f"overlaps the range before, which reaches to {self.range_end}"
            message = f"the range {columns[0]} {wrong}"
            note = "a range stands right before its words, whose IDs it spans: 3-4, then 3, then 4"
            self.problems.append(Problem("SL421", message, place, notes=(note,)))
            return
        if not columns[1] or columns[1].isspace():
            message = "the multiword token has no form (column 2 is empty)"
            self.problems.append(Problem("SL422", message, self._place(number, line, columns, 1)))
        self.range_end, self.range_place = last, place
        self.sentence.ranges.append((first - 1, last, columns[1], columns[9]))

    def _empty_node(self, number: int, line: str, found: str, word: int, part: int, expected: int) -> None:
        if word != self.empty_after:
            self.empty_after, self.empty_nodes = word, 0
        if word != expected - 1 or part != self.empty_nodes + 1:
            place = Place(self.file, number, 1, line, len(found))
            wanted = f"{expected - 1}.{self.empty_nodes + 1 if word == expected - 1 else 1}"
            note = f"after word {expected - 1}, an empty node is numbered {wanted}"
            self.problems.append(Problem("SL421", f"the empty node {found} is out of order", place, notes=(note,)))
        self.empty_nodes = part

    def _wrong_id(self, number: int, line: str, found: str, expected: int) -> None:
        place = Place(self.file, number, 1, line, max(1, len(found)))
        if found == "1" and expected > 1:
            problem = Problem(
                "SL427", f"the IDs begin again at 1 after word {expected - 1}", place,
                hint="is the empty line before it missing?", notes=("an empty line ends a sentence",),
            )  # fmt: skip
            self._begin_again()
        elif found.isdecimal():
            problem = Problem("SL421", f"the ID is {found}, but {expected} was expected", place,
                              notes=("the words of a sentence are numbered 1, 2, 3, ...",))  # fmt: skip
        else:
            problem = Problem("SL421", f"'{found}' is not an ID, and {expected} was expected", place,
                              notes=("an ID is a number (5), a range (5-6) or an empty node (5.1)",))  # fmt: skip
        self.problems.append(problem)

    def _begin_again(self) -> None:
        """Another sentence seems to begin here: forget ranges and empty nodes."""
        self.range_end = self.empty_after = self.empty_nodes = 0
        self.range_place = None

    def _place(self, number: int, line: str, columns: list[str], index: int) -> Place:
        start = sum(len(column) + 1 for column in columns[:index])
        return Place(self.file, number, start + 1, line, max(1, len(columns[index])))


def _after(found: str, expected: int) -> int:
    """The ID after one that was not expected, so that one mistake is told once."""
    return int(found) + 1 if found.isdecimal() and len(found) < 10 else expected + 1


def _wrong_columns(place: Place, line: str, columns: list[str]) -> Problem:
    """Not ten columns: count them, and see whether spaces stand where tabs should."""
    count = len(columns)
    place = Place(place.file, place.line, 1, line, len(line))
    message = f"the line has {count} column{'s' * (count != 1)}, but CoNLL-U has 10, separated by tabs"
    if len(line.split()) == 10:
        hint = "spaces stand where tabs should"
        return Problem("SL420", message, place, hint=hint, notes=("an editor may have replaced them: turn that off",))
    if count == 1 and len(line.split()) in (2, 3, 4):
        note = "a word and its tag in a line are the older CoNLL formats, not CoNLL-U"
        return Problem("SL420", message, place, notes=(note,))
    note = "the columns: ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC; an empty one is '_'"
    return Problem("SL420", message, place, notes=(note,))
