"""Reader `folders`: one text in each file, in a folder that is named like its label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seqlab import DataError, Example, Labels, Place, Problem, Reader, Text, text_lines
from seqlab_readers.labelled_settings import FoldersSettings


class Folders(Reader):
    """Reads a folder of folders of files, plain or in `.gz`, in the order of their names."""

    config: FoldersSettings

    def read(self, path: Path, split: str) -> Iterator[Example]:
        """Yield one example for each file; its id is `split-LABEL/FILE`. Hidden files are passed over.

        Raises:
            DataError: SL487 if it is no folder of folders with files, SL410 to SL417 for a file that is no text, SL482 for
                one that is blank.
        """
        if not path.is_dir():
            raise _no_folders(path, "this is no folder")
        found = False
        for folder in _visible(path):
            if not folder.is_dir():
                continue
            for file in _visible(folder):
                found = True
                text = " ".join(line.strip() for line in text_lines(file, encoding=self.config.encoding)).strip()
                if not text:
                    notes = ("write it or remove the file",)
                    raise DataError(Problem("SL482", "the file has no text", Place(str(file)), notes=notes))
                name = f"{split}-{folder.name}/{file.name}"
                yield Example(name, f"{file}:1", {"main": Text(text)}, Labels((folder.name,)))
        if not found:
            raise _no_folders(path, "no folder in this one has a file")


def _visible(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))


def _no_folders(path: Path, message: str) -> DataError:
    notes = ("a split is a folder with one folder for each label, and a file for each text: train/good/17.txt",)
    return DataError(Problem("SL487", message, Place(str(path)), notes=notes))
