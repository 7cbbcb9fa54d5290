"""Reader `parallel`: texts in one file, their labels in another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from seqlab import MOST_PROBLEMS, Example, Labels, Place, Problem, Reader, Text, all_told, text_lines
from seqlab_readers.labelled import labels_in
from seqlab_readers.labelled_settings import ParallelSettings
from seqlab_readers.packed import present

_REMEDY = ("fill it, or remove line N of both files",)


class Parallel(Reader):
    """Reads two files of a folder, plain or in `.gz`, line by line."""

    config: ParallelSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each line; its id is `split-N`, its place that of the text.

        Raises:
            DataError: SL410 to SL417 if one of the files is missing or no text, SL482 and SL483 for a blank line, SL488 if
                one file has more lines than the other.
        """
        texts, labels = (present(path / name) for name in (self.config.text, self.config.label))
        lines = [text_lines(file, encoding=self.config.encoding) for file in (texts, labels)]
        problems: list[Problem] = []
        for number, (text, label) in enumerate(zip_longest(*lines), 1):
            if text is None or label is None:
                longer, shorter = (labels, texts) if text is None else (texts, labels)
                message = f"this line has no partner: '{shorter.name}' ends after line {number - 1}"
                problems.append(
                    Problem("SL488", message, Place(str(longer), number), notes=("line N of both belong together",))
                )
                break
            found = labels_in(label, self.config.several)
            if not text.strip():
                problems.append(Problem("SL482", "the line has no text", Place(str(texts), number), notes=_REMEDY))
            elif not found and self.config.several is None:
                problems.append(Problem("SL483", "the line has no label", Place(str(labels), number), notes=_REMEDY))
            elif not problems:
                yield Example(f"{split}-{number}", f"{texts}:{number}", {"main": Text(text.strip())}, Labels(found))
            if len(problems) == MOST_PROBLEMS:
                break
        if problems:
            raise all_told(problems)
