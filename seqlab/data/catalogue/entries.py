"""What the catalogue says of a named dataset, read from `datasets.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A download.

    Args:
        url: Its address; what stands there never changes.
        size: Its bytes.
        sha256: Of these bytes, packed or not.
    """

    url: str
    size: int
    sha256: str

    @property
    def is_packed(self) -> bool:
        """Whether it is packed by gzip."""
        return self.url.endswith(".gz")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file of a dataset.

    Args:
        name: Relative to the dataset's folder, unpacked: `train.txt` may also lie there as `train.txt.gz`.
        sha256: Of its content; see `content.py`.
        source: Where it is downloaded from; None where it is obtained by hand.
    """

    name: str
    sha256: str
    source: Source | None = None

    @property
    def fetched_name(self) -> str:
        """The name under which its download is kept."""
        return f"{self.name}.gz" if self.source is not None and self.source.is_packed else self.name


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A named dataset.

    Args:
        name: Its name in a pipeline, and of its folder where that is its own.
        summary: One line about it.
        task: What it is for.
        examples: The sizes of train, dev and test, in words.
        licence: Under which terms it may be used.
        redistributable: Whether these let its files be passed on.
        homepage: The page of its source.
        citation: How to cite it.
        splits: The files of each split. A reader is given the first; the others (images, the other languages) lie
            beside it. Without dev, it is cut from train.
        shares: Of a split that is a part of its file: from which share of the characters to which, in [0, 1].
        files: All files that it may have, by name; empty for a sample, which comes with seqlab.
        note: What a user should know of it.
        obtain: How to come by it, where it cannot be fetched.
        generated: Whether it is a sample that is made where it is first used; see `generated/`.
        beside: The dataset in whose folder its files lie; empty where it has a folder of its own.
    """

    name: str
    summary: str
    task: str
    examples: str
    licence: str
    redistributable: bool
    homepage: str
    splits: Mapping[str, tuple[str, ...]]
    citation: str = ""
    shares: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    files: Mapping[str, CatalogueFile] = field(default_factory=dict)
    note: str = ""
    obtain: str = ""
    generated: bool = False
    beside: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder of its files."""
        return self.beside or self.name

    @property
    def is_sample(self) -> bool:
        """Whether it comes with seqlab."""
        return not self.files

    @property
    def needed(self) -> tuple[CatalogueFile, ...]:
        """The files of its splits, each once; what else it has may be missing."""
        return tuple(
            self.files[name] for name in dict.fromkeys(name for names in self.splits.values() for name in names)
        )

    @property
    def is_fetchable(self) -> bool:
        """Whether every file of its splits can be downloaded."""
        return not self.is_sample and all(file.source for file in self.needed)

    @property
    def download_size(self) -> int:
        """The bytes of all its downloads."""
        return sum(file.source.size for file in self.files.values() if file.source)


def read_catalogue(path: Path) -> Mapping[str, CatalogueEntry]:
    """The entries of a catalogue, by name in the order of the file."""
    with path.open("rb") as file:
        return {name: _entry(name, table) for name, table in tomllib.load(file).items()}


def _entry(name: str, table: Mapping[str, Any]) -> CatalogueEntry:
    base = table.get("base", "")
    return CatalogueEntry(
        name=name,
        splits={split: tuple(names) for split, names in table["splits"].items()},
        shares={split: (start, end) for split, (start, end) in table.get("shares", {}).items()},
        files={each: _file(each, row, base) for each, row in table.get("files", {}).items()},
        **{key: value for key, value in table.items() if key not in ("splits", "shares", "files", "base")},
    )


def _file(name: str, row: Mapping[str, Any], base: str) -> CatalogueFile:
    if "from" not in row:
        return CatalogueFile(name, row["sha256"])
    source = Source(base + row["from"], row["bytes"], row.get("packed", row["sha256"]))
    return CatalogueFile(name, row["sha256"], source)
