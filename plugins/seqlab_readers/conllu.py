"""Reader `conllu`: words with one tag each, from a treebank in CoNLL-U.

The format: https://universaldependencies.org/format.html. Ten columns separated by tabs, `#` comments, an empty line
after each sentence; IDs are integers, ranges (`8-9`: a surface token of several words) or decimals (`5.1`: a node that
exists in the enhanced graph only).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from sys import intern

from seqlab import (
    MOST_PROBLEMS,
    DataError,
    Example,
    Place,
    Prediction,
    Problem,
    Reader,
    Tags,
    TagsPrediction,
    Tokens,
    all_told,
    text_lines,
)
from seqlab_readers.blocks import blocks
from seqlab_readers.column import AnyTag, Column, column_of
from seqlab_readers.sentence import Sentence, parse
from seqlab_readers.settings import ConlluSettings
from seqlab_readers.surface import surface_text
from seqlab_readers.writing import tagged_lines, untagged_lines


class Conllu(Reader):
    """Reads CoNLL-U, plain or in `.gz`, sentence by sentence, and writes it."""

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
        withheld = True
        for number, (first_line, _, sentence) in enumerate(_sentences(text_lines(path), str(path), column), 1):
            withheld = withheld and all(form == "_" for form in sentence.forms)
            yield _example(sentence, f"{path}:{first_line}", f"{split}-{number}")
        if withheld:
            raise DataError(
                Problem("SL428", "every word of this file is '_': its texts are withheld", Place(str(path)),
                        notes=("some treebanks come without their texts; their README says how to put them back",))
            )  # fmt: skip
        if split == "train" and (problems := column.never_seen(str(path))):
            raise all_told(problems)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each sentence; its words may have any tags, or `_`.

        Raises:
            DataError: SL420-SL427 if the lines are not CoNLL-U.
        """
        for number, (first_line, block, sentence) in enumerate(_sentences(lines, name, AnyTag()), 1):
            example = _example(sentence, f"{name}:{first_line}", str(number))
            yield replace(example, target=None, source="\n".join(block))

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether a line has ten columns, separated by tabs, and begins with an ID."""
        return any(line.count("\t") == 9 and line[0].isdigit() for line in lines)

    def write(self, example: Example, prediction: Prediction) -> str:
        """The sentence with the predicted tags in the reader's column; all else stays as it stood.

        A word whose tag is the predicted one keeps its line as it is.
        """
        if not isinstance(prediction, TagsPrediction):
            raise NotImplementedError(f"CoNLL-U holds tags, not {type(prediction).__name__}")
        lines = untagged_lines(example) if example.source is None else example.source.split("\n")
        return "\n".join(tagged_lines(lines, prediction.tags, column_of(self.config))) + "\n\n"


def _sentences(lines: Iterable[str], file: str, column: Column) -> Iterator[tuple[int, list[str], Sentence]]:
    """Each sentence with its first line's number and its lines, and at the end what was wrong with any.

    Raises:
        DataError: SL420-SL427; what stands before the first problem was yielded.
    """
    problems: list[Problem] = []
    has_sentences = False
    for first_line, block in blocks(lines, file, _is_empty):
        has_sentences = True
        sentence = parse(block, first_line, column, file)
        if isinstance(sentence, Sentence):
            if not problems:
                yield first_line, block, sentence
            continue
        problems += sentence
        if len(problems) >= MOST_PROBLEMS:
            break
    if not has_sentences:
        problems.append(
            Problem("SL426", "the file holds no sentence, only empty lines", Place(file),
                    notes=("is this the right file?",))
        )  # fmt: skip
    if problems:
        raise all_told(problems)


def _is_empty(line: str) -> bool:
    return not line or (line.isspace() and "\t" not in line)


def _example(sentence: Sentence, place: str, default_id: str) -> Example:
    text, starts = surface_text(sentence)
    tokens = Tokens(tuple(map(intern, sentence.forms)), text, starts)
    return Example(sentence.id or default_id, place, {"main": tokens}, Tags(tuple(sentence.tags)))
