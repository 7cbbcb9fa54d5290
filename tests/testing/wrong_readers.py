"""A right reader, and readers that each break a law.

The format: a word, a tab and a tag on a line; an empty line after a sentence.
"""

from dataclasses import dataclass
from itertools import count

from seqlab import Example, Reader, ReaderSettings, Tags, Tokens

SAMPLE = "the\tDET\ncat\tNOUN\n\nsits\tVERB\n\nwell\tADV\n.\tPUNCT\n"


@dataclass(frozen=True)
class Settings(ReaderSettings):
    """A tag for each word."""

    target = "tags"


class Pairs(Reader):
    """Keeps all laws."""

    offset = 1

    def read(self, path, split):
        yield from self.examples(path.read_text().splitlines(), str(path), split, Tags)

    def read_inputs(self, lines, name):
        yield from self.examples(lines, name, "input", lambda tags: None)

    def examples(self, lines, name, split, target):
        block, begin, number = [], 1, count(1)
        for line_number, line in enumerate([*lines, ""], 1):
            if line:
                block.append(line.split("\t"))
            elif block:
                words, tags = zip(*block, strict=True)
                place = f"{name}:{begin - 1 + self.offset}"
                yield Example(f"{split}-{next(number)}", place, {"main": Tokens(words)}, target(tags))
                block = []
            if not line:
                begin = line_number + 1

    def recognises(self, lines):
        return any("\t" in line for line in lines)

    def write(self, example, prediction):
        pairs = zip(example.inputs["main"].items, prediction.tags, strict=True)
        return "".join(f"{word}\t{tag}\n" for word, tag in pairs) + "\n"


class CountsFromZero(Pairs):
    """Counts lines from 0."""

    offset = 0


class OneLineTooLow(Pairs):
    """Points to the line after the first one."""

    offset = 2


class GivesAList(Pairs):
    """Reads everything before it gives anything."""

    def read(self, path, split):
        return list(super().read(path, split))


class OneIdForAll(Pairs):
    """Calls every example the same."""

    def read(self, path, split):
        for example in super().read(path, split):
            yield Example(split, example.place, example.inputs, example.target)


class LosesTags(Pairs):
    """Has one tag too few."""

    def read(self, path, split):
        for example in super().read(path, split):
            yield Example(example.id, example.place, example.inputs, Tags(example.target.items[:-1] or ("X",)))


class WritesOtherwise(Pairs):
    """Writes the tag first."""

    def write(self, example, prediction):
        pairs = zip(example.inputs["main"].items, prediction.tags, strict=True)
        return "".join(f"{tag}\t{word}\n" for word, tag in pairs) + "\n"


class OtherInputs(Pairs):
    """Lower-cases what it reads for prediction."""

    def read_inputs(self, lines, name):
        yield from super().read_inputs([line.upper() for line in lines], name)
