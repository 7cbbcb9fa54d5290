"""Writing ARPA files."""

from __future__ import annotations

import gzip
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import numpy as np

from seqlab import Place, Problem, RunError
from seqlab_lm.ngram_arpa_words import BEGIN, END, escaped
from seqlab_lm.ngram_back_off import BackOff

NEVER = -99.0
"""Logarithm to base 10 of a probability that is never asked for."""
CHUNK = 1 << 15
"""N-grams that are written together."""


def write_arpa(model: BackOff, items: Sequence[str], path: Path) -> None:
    """Write a model; its numbers are logarithms to base 10, with ten decimals.

    A `</s>` that begins sequences is written `<s>` where it stands first in an n-gram, as other tools want it.

    Args:
        model: Any back-off model; an interpolated one is written as it is, its interpolated probabilities with the weights
            of what is shorter.
        items: The V strings of its ids, all distinct.
        path: Packed by gzip if it ends in `.gz`. What stands there is replaced once all is written.

    Raises:
        RunError: SL605 if it cannot be written, or the disk is full.
        ValueError: If there are not V items.
    """
    if len(items) != model.size:
        raise ValueError(f"{len(items)} items for a vocabulary of {model.size}")
    with _replaced(path) as file:
        for text in _pieces(model, items):
            file.write(text)


def _pieces(model: BackOff, items: Sequence[str]) -> Iterator[str]:
    begins = 0 <= model.begin < model.size and items[model.begin] == END
    later = np.array([escaped(item) for item in items], object)
    first = later.copy()
    if begins:
        first[model.begin] = BEGIN
    yield "\\data\\\n"
    for length in range(1, model.order + 1):
        yield f"ngram {length}={model.trie.count(length) + (begins and length == 1)}\n"
    for length in range(1, model.order + 1):
        yield f"\n\\{length}-grams:\n"
        log_probs = model.ngram_log_probs[length - 1] / math.log(10)
        weights = model.ngram_log_weights[length] / math.log(10) if length < model.order else np.zeros(len(log_probs))
        if begins and length == 1:
            yield _line(NEVER, BEGIN, weights[model.begin])
            weights[model.begin] = 0
        for start in range(0, len(log_probs), CHUNK):
            ids = np.arange(start, min(start + CHUNK, len(log_probs)))
            spelled = model.trie.spelled(length, ids)
            columns = [(first if place == 0 < length - 1 else later)[spelled[:, place]] for place in range(length)]
            texts = map(" ".join, zip(*columns, strict=True))
            yield "".join(map(_line, log_probs[ids].tolist(), texts, weights[ids].tolist()))
    yield "\n\\end\\\n"


def _line(log_prob: float, text: str, weight: float) -> str:
    """One n-gram; a weight of 1, whose logarithm is 0, is left out."""
    return f"{log_prob:.10f}\t{text}\t{weight:.10f}\n" if weight else f"{log_prob:.10f}\t{text}\n"


@contextmanager
def _replaced(path: Path) -> Iterator[IO[str]]:
    """A file beside another, whose place it takes at the end."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as raw:
            packed = gzip.GzipFile("", "wb", 6, raw, 0) if path.suffix == ".gz" else raw  # no name and time: same bytes
            with io.TextIOWrapper(cast(IO[bytes], packed), encoding="utf-8", newline="\n") as file:
                yield file
        unfinished.replace(path)
    except OSError as error:
        raise RunError(
            Problem("SL605", f"cannot write: {error.strerror}", Place(str(path)),
                    notes=("nothing half-written was left; free some space, or check the rights of the folder",))
        ) from error  # fmt: skip
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
