"""Reader `conllu`: words with one tag each, from a treebank in CoNLL-U.

The format: https://universaldependencies.org/format.html. Ten columns separated by tabs, `#` comments, an empty line
after each sentence; IDs are integers, ranges (`8-9`: a surface token of several words) or decimals (`5.1`: a node that
exists in the enhanced graph only).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from sys import intern

from seqlab import DataError, Example, Place, Problem, Reader, Tags, Tokens
from seqlab_readers.column import column_of
from seqlab_readers.sentence import Sentence, parse
from seqlab_readers.settings import ConlluSettings
from seqlab_readers.surface import surface_text
from seqlab_readers.textfile import text_lines

MOST_PROBLEMS = 10
"""So many problems of one file are told at once."""

MOST_LINES = 100_000
"""A sentence with more lines is an error, so that a file without empty lines does not fill the memory."""


class Conllu(Reader):
    """Reads CoNLL-U, plain or in `.gz`, sentence by sentence."""

    config: ConlluSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each sentence.

        Its id is the sentence's `sent_id`, else `split-N` with N counted from 1. `Tokens.text` is the comment `# text`
        where the words stand in it in their order, else the words joined as `SpaceAfter=No` says.

        A file with mistakes is read to its end, or to its tenth mistake, so that they are told together.

        Raises:
            DataError: SL410-SL417 if it is no text file, SL420-SL429 if it is not CoNLL-U.
        """
        column = column_of(self.config)
        problems: list[Problem] = []
        sentences = 0
        withheld = True
        for first_line, lines in _blocks(path):
            sentence = parse(lines, first_line, column, str(path))
            sentences += 1
            if isinstance(sentence, Sentence):
                withheld = withheld and all(form == "_" for form in sentence.forms)
                if not problems:
                    yield _example(sentence, f"{path}:{first_line}", f"{split}-{sentences}")
                continue
            problems += sentence
            if len(problems) >= MOST_PROBLEMS:
                raise DataError(*_told(problems))
        if not sentences:
            problems.append(
                Problem("SL426", "the file holds no sentence, only empty lines", Place(str(path)),
                        notes=("is this the right file?",))
            )  # fmt: skip
        elif withheld and not problems:
            problems.append(
                Problem("SL428", "every word of this file is '_': its texts are withheld", Place(str(path)),
                        notes=("some treebanks come without their texts; their README says how to put them back",))
            )  # fmt: skip
        elif split == "train" and not problems:
            problems += column.never_seen(str(path))
        if problems:
            raise DataError(*_told(problems))


def _told(problems: list[Problem]) -> list[Problem]:
    """The first problems of a file; a note that stands under one is not repeated under the next."""
    told: list[Problem] = []
    notes: set[str] = set()
    for problem in problems[:MOST_PROBLEMS]:
        told.append(replace(problem, notes=tuple(note for note in problem.notes if note not in notes)))
        notes.update(problem.notes)
    if len(problems) >= MOST_PROBLEMS:
        stopped = f"stopped after {MOST_PROBLEMS} problems; there may be more"
        told[-1] = replace(told[-1], notes=(*told[-1].notes, stopped))
    return told


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines between empty lines, with the number of their first line."""
    block: list[str] = []
    first = 1
    for number, line in enumerate(text_lines(path), 1):
        if (line and not line.isspace()) or "\t" in line:
            block.append(line)
            if len(block) > MOST_LINES:
                raise DataError(
                    Problem("SL427", f"the sentence has more than {MOST_LINES:,} lines", Place(str(path), first),
                            notes=("an empty line ends a sentence; does this file have any?",))
                )  # fmt: skip
            continue
        if block:
            yield first, block
            block = []
        first = number + 1
    if block:
        yield first, block


def _example(sentence: Sentence, place: str, default_id: str) -> Example:
    text, starts = surface_text(sentence)
    tokens = Tokens(tuple(map(intern, sentence.forms)), text, starts)
    return Example(sentence.id or default_id, place, {"main": tokens}, Tags(tuple(sentence.tags)))
