"""The vectors of an installed spaCy package. The one module of these embedders that imports spaCy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import spacy

from seqlab import DataError, Problem
from seqlab_embed.vector_files import Row


def read_package(name: str, size: int) -> Iterator[Row]:
    """Yield the words of a spaCy package with their vectors, in the order of its table.

    Args:
        name: Of an installed package, or the folder of a pipeline that was saved.
        size: Width that is expected.

    Raises:
        DataError: SL443 if it is not installed or has no table of vectors, SL440 if its vectors have another width.
    """
    try:
        language = spacy.load(name, exclude=["tok2vec", "tagger", "parser", "ner", "lemmatizer", "attribute_ruler"])
    except OSError as error:
        note = f"install it: python -m spacy download {name}"
        raise DataError(Problem("SL443", f"there is no spaCy package '{name}'", notes=(note,))) from error
    table = language.vocab.vectors
    if not len(table) or not table.shape[1] or table.mode != "default":
        note = "packages whose names end in _md or _lg have one"
        raise DataError(Problem("SL443", f"the spaCy package '{name}' has no table of vectors", notes=(note,)))
    if table.shape[1] != size:
        what = f"the vectors of '{name}' have {table.shape[1]} numbers, not {size}"
        raise DataError(Problem("SL440", what, notes=(f"write size: {table.shape[1]}",)))
    for key, row in sorted(table.key2row.items(), key=lambda entry: (entry[1], entry[0])):
        yield language.vocab.strings[key], lambda place=row: np.asarray(table.data[place], dtype=np.float32)  # type: ignore[misc]
