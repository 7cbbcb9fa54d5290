"""The catalogue of named datasets: which files each has, their sha256, licence, citation and source.

A dataset is looked for in `$SEQLAB_DATA/<name>/`; a sample comes with seqlab. Nothing here opens a socket.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seqlab.errors import DataError, Place, Problem, listing, suggestion
from seqlab.files import sha256

ENVIRONMENT_VARIABLE = "SEQLAB_DATA"
SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A named dataset.

    Args:
        name: Its name in a pipeline, and of its folder.
        summary: One line about it.
        splits: The file of each split, relative to its folder.
        licence: Under which terms it may be used.
        source: Where it comes from.
        citation: How to cite it.
        sha256: Of each file; empty for a sample, which comes with seqlab.
    """

    name: str
    summary: str
    splits: Mapping[str, str]
    licence: str
    source: str
    citation: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sample(self) -> bool:
        """Whether it comes with seqlab."""
        return not self.sha256


_ENTRIES = (
    CatalogueEntry(
        name="sample-treebank",
        summary="original English sentences with parts of speech and entities, written for seqlab",
        splits={"train": "treebank/train.conllu", "dev": "treebank/dev.conllu", "test": "treebank/test.conllu"},
        licence="CC0 1.0",
        source="comes with seqlab",
    ),
    CatalogueEntry(
        name="ud-english-ewt",
        summary="UD English Web Treebank 2.16: weblogs, newsgroups, mail, reviews, answers",
        splits={
            "train": "en_ewt-ud-train.conllu.gz",
            "dev": "en_ewt-ud-dev.conllu",
            "test": "en_ewt-ud-test.conllu",
        },
        licence="CC BY-SA 4.0",
        source="https://github.com/UniversalDependencies/UD_English-EWT",
        citation="Silveira et al. (2014), A Gold Standard Dependency Corpus for English, LREC",
        sha256={
            "en_ewt-ud-train.conllu.gz": "4861d76b9c49cb3524dfdf7d02e78c1d6a4c4e6fb892f9e6128cc671a6f195a8",
            "en_ewt-ud-dev.conllu": "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6",
            "en_ewt-ud-test.conllu": "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd",
        },
    ),
)

CATALOGUE: Mapping[str, CatalogueEntry] = {entry.name: entry for entry in _ENTRIES}
"""All named datasets, by name."""


def find(name: str) -> Mapping[str, Path]:
    """The file of each split of a named dataset.

    Args:
        name: As in `data.dataset`.

    Returns:
        Paths by split; all of them exist and have the sha256 that the catalogue gives.

    Raises:
        DataError: SL401 for an unknown name, SL402 if its files are not there, SL403 if one is not the right one.
    """
    entry = CATALOGUE.get(name)
    if entry is None:
        raise DataError(
            Problem("SL401", f"unknown dataset '{name}'", hint=suggestion(name, CATALOGUE),
                    notes=(f"known: {listing(sorted(CATALOGUE))}",))
        )  # fmt: skip
    folder = SAMPLES if entry.is_sample else _folder(entry)
    found = {split: folder / file for split, file in entry.splits.items()}
    problems = [problem for path in found.values() if (problem := _problem_of(entry, path))]
    if problems:
        raise DataError(*problems)
    return found


def _folder(entry: CatalogueEntry) -> Path:
    root = os.environ.get(ENVIRONMENT_VARIABLE)
    advice = (
        f"put {', '.join(entry.splits.values())} into a folder '{entry.name}' and set {ENVIRONMENT_VARIABLE} "
        "to the folder above it",
        f"source: {entry.source}        licence: {entry.licence}",
    )
    if not root:
        raise DataError(
            Problem("SL402", f"dataset '{entry.name}' is not here: {ENVIRONMENT_VARIABLE} is not set", notes=advice)
        )
    folder = Path(root).expanduser() / entry.name
    if not folder.is_dir():
        raise DataError(
            Problem(
                "SL402", f"dataset '{entry.name}' is not here: no such folder", place=Place(str(folder)), notes=advice
            )
        )
    return folder


def _problem_of(entry: CatalogueEntry, path: Path) -> Problem | None:
    if not path.is_file():
        return Problem("SL402", f"a file of dataset '{entry.name}' is missing", place=Place(str(path)),
                       notes=(f"source: {entry.source}",))  # fmt: skip
    expected = entry.sha256.get(path.name)
    if expected and (actual := sha256(path)) != expected:
        return Problem(
            "SL403",
            f"this is not the file that dataset '{entry.name}' names: its sha256 is {actual[:12]}..., "
            f"not {expected[:12]}...",
            place=Place(str(path)),
            notes=("get it again from its source, or give your own file under train:, dev:, test:",
                   f"source: {entry.source}"),
        )  # fmt: skip
    return None
