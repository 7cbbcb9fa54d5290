"""Sample `docstring-summaries`: the bodies of docstrings, each with the line that sums it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seqlab.data.catalogue.generated.cut import cut
from seqlab.data.catalogue.generated.docstrings import by_package, docstrings

EDITION = 1
MOST_WORDS = 60
"""Of a body; what stands further down says little about the whole."""
MOST_CHARACTERS = 900


def texts() -> Mapping[str, str]:
    """Lines `BODY`, a tab, `SUMMARY`, of all public modules and of what is in them, each once, cut by module or package.

    A package is cut as one, since its modules are about the same thing.

    Raises:
        DataError: SL438 if this Python comes without its sources.
    """
    splits = cut({name: "\n".join(lines) for name, lines in by_package(pairs).items()})
    return {split: text.replace("\n\n", "\n") for split, text in splits.items()}


def pairs(source: str) -> Iterator[str]:
    """Yield body and summary of each docstring of a module that is a sentence alone in its line, and more below (PEP 257)."""
    for text in docstrings(source):
        summary, _, body = text.partition("\n")
        if not body.startswith("\n") or not summary.endswith("."):
            continue
        words = " ".join(body.split()[:MOST_WORDS])
        if words and len(words) <= MOST_CHARACTERS:
            yield f"{words}\t{' '.join(summary.split())}"
