"""Reader `conll`: words with one tag each, from a file of columns, as the shared tasks of CoNLL gave them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

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
    scheme_of,
    span_tags,
    spans,
    text_lines,
)
from seqlab_readers.blocks import blocks
from seqlab_readers.conll_settings import ConllSettings
from seqlab_readers.word_lines import WordLines


class Conll(Reader):
    """Reads files of columns, plain or in `.gz`, sentence by sentence, and writes them."""

    config: ConllSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each sentence, named `split-N` with N counted from 1.

        A file with mistakes is read to its end, or to its tenth mistake, so that they are told together.

        Raises:
            DataError: SL410-SL417 if it is no text file, SL426, SL427, SL470 and SL471 if it is not what the settings say.
        """
        lines, file = WordLines(self.config), str(path)
        problems: list[Problem] = []
        count = 0
        for first, block in blocks(text_lines(path), file, _is_empty):
            words, tags = [], []
            for number, line in enumerate(block, first):
                if not lines.is_word(line):
                    continue
                found = lines.pair(line, number, file)
                if isinstance(found, Problem):
                    problems.append(found)
                    continue
                words.append(found[0])
                tags.append(found[1])
            if len(problems) >= MOST_PROBLEMS:
                break
            if words and not problems:
                count += 1
                inputs = {"main": Tokens(tuple(words))}
                yield Example(f"{split}-{count}", f"{file}:{first}", inputs, Tags(self._converted(tags)))
        if not count and not problems:
            problems.append(_nothing(file))
        if problems:
            raise all_told(problems)

    def read_inputs(self, lines: Iterable[str], name: str) -> Iterator[Example]:
        """Yield one example for each sentence; its words may have any tags, or none.

        Raises:
            DataError: SL426, SL427, SL470 if the lines are not what the settings say.
        """
        reads = WordLines(self.config)
        count = 0
        before: list[str] = []  # lines of documents and comments that stand alone, kept for the next sentence
        for first, block in blocks(lines, name, _is_empty):
            found = [reads.form(line, number, name) for number, line in enumerate(block, first) if reads.is_word(line)]
            if problems := [each for each in found if isinstance(each, Problem)]:
                raise all_told(problems)
            if not found:
                before += [*block, ""]
                continue
            count += 1
            words = tuple([each for each in found if isinstance(each, str)])
            yield Example(str(count), f"{name}:{first}", {"main": Tokens(words)}, source="\n".join([*before, *block]))
            before = []
        if not count:
            raise DataError(_nothing(name))

    def recognises(self, lines: Sequence[str]) -> bool:
        """Whether all lines that are words have as many columns, and tags of spans in theirs or tabs between them.

        Other files of columns are not told from text.
        """
        reads = WordLines(self.config)
        words = [line for line in lines if reads.is_word(line)]
        columns = [reads.columns(line) for line in words]
        if len({len(each) for each in columns}) != 1 or len(columns[0]) < reads.needed:
            return False
        between = self.config.separator or "\t"
        return all(between in line or _marks_a_span(each[reads.tag]) for line, each in zip(words, columns, strict=True))

    def write(self, example: Example, prediction: Prediction) -> str:
        """The lines of the sentence with the predicted tags in the reader's column; all else stays as it stood."""
        if not isinstance(prediction, TagsPrediction):
            raise NotImplementedError(f"a file of columns holds tags, not {type(prediction).__name__}")
        writes = WordLines(self.config)
        if example.source is None:
            tokens = example.inputs["main"]
            assert isinstance(tokens, Tokens)
            lines = [writes.new(word, tag) for word, tag in zip(tokens.items, prediction.tags, strict=True)]
        else:
            left = iter(prediction.tags)
            lines = [
                writes.with_tag(line, next(left)) if writes.is_word(line) else line
                for line in example.source.split("\n")
            ]
        return "\n".join(lines) + "\n\n"

    def _converted(self, tags: list[str]) -> tuple[str, ...]:
        if self.config.convert_to is None:
            return tuple(tags)
        return tuple(span_tags(spans(tags), len(tags), self.config.convert_to))


def _marks_a_span(tag: str) -> bool:
    """Whether it is of a scheme of spans."""
    return tag == "O" or scheme_of((tag,)) is not None


def _is_empty(line: str) -> bool:
    """A line of blanks and tabs ends a sentence, too: WNUT-17 has them."""
    return not line.strip(" \t")


def _nothing(file: str) -> Problem:
    note = "is this the right file?"
    return Problem("SL426", "the file holds no sentence, only empty lines", Place(file), notes=(note,))
