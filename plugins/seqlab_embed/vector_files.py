"""Files of pretrained vectors: GloVe, word2vec (text and binary) and fastText's `.vec`, row by row."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from seqlab import DataError, Place, Problem, text_lines

Vector = NDArray[np.float32]
Row = tuple[str, Callable[[], Vector]]
"""A word, and what gives its vector: only those that are needed are made into numbers."""

FASTTEXT_MAGIC = (793712314).to_bytes(4, "little")
LONGEST_WORD = 10_000
"""Bytes; a longer word means that a binary file is none."""
BLOCK = 1 << 20


def read_rows(path: Path, size: int) -> Iterator[Row]:
    """Yield the rows of a file of vectors, in its order.

    Args:
        path: Binary word2vec if it ends in `.bin` or `.bin.gz`, else text: a word and its numbers on each line, perhaps
            after a line with the number of words and the width. A word may hold spaces.
        size: Width that is expected.

    Raises:
        DataError: SL440 if a row is not a word and `size` numbers, SL441 if the file has another number of rows than it
            says, SL442 if it is a model of fastText; and what `text_lines` raises.
    """
    binary = ".bin" in path.suffixes[-2:]
    yield from _read_binary(path, size) if binary else _read_text(path, size)


def _read_text(path: Path, size: int) -> Iterator[Row]:
    said = None
    number = rows = 0
    for number, raw in enumerate(text_lines(path), 1):
        line = raw.rstrip(" ")  # fastText ends a line with a space
        if number == 1 and (header := _header(line)) is not None:
            said, width = header
            if width != size:
                raise _wrong_width(path, 1, width, size)
            continue
        rows += 1
        if line.count(" ") == size:
            word, *numbers = line.split(" ", 1)
        else:
            word, *numbers = line.rsplit(" ", size)
            _check_width(path, number, line, word, len(numbers), size)
        yield word, lambda place=number, text=numbers: _parsed(path, place, " ".join(text), size)  # type: ignore[misc]
    if said is not None and said != rows:
        raise _wrong_count(path, said, rows)


def _header(line: str) -> tuple[int, int] | None:
    """Number of words and width, where the first line says them."""
    pieces = line.split(" ")
    return (int(pieces[0]), int(pieces[1])) if len(pieces) == 2 and all(piece.isdecimal() for piece in pieces) else None


def _check_width(path: Path, number: int, line: str, word: str, found: int, size: int) -> None:
    """A word may hold spaces, but not end in a number that is one too many."""
    rest = word.split(" ")[1:]
    surplus = 0
    while surplus < len(rest) and _is_number(rest[-1 - surplus]):
        surplus += 1
    if found < size or (surplus and (number == 1 or surplus == len(rest))):
        raise _wrong_width(path, number, line.count(" ") if found < size else size + surplus, size)


def _is_number(text: str) -> bool:
    """Whether it is written as the numbers of a vector are: 'Route 66' is a word."""
    try:
        float(text)
    except ValueError:
        return False
    return "." in text


def _parsed(path: Path, number: int, text: str, size: int) -> Vector:
    try:
        vector = np.array(list(map(float, text.split(" "))), dtype=np.float32)  # numpy parses far slower
    except ValueError as error:
        raise DataError(
            Problem("SL440", f"a number of the vector cannot be read: {error}", Place(str(path), number),
                    notes=("a row is a word and its numbers, separated by single spaces",))
        ) from error  # fmt: skip
    if not np.isfinite(vector).all():
        raise DataError(
            Problem("SL440", "a number of the vector is not finite", Place(str(path), number),
                    notes=("the file is damaged; get it again",))
        )  # fmt: skip
    assert vector.shape == (size,)
    return vector


def _read_binary(path: Path, size: int) -> Iterator[Row]:
    try:
        with cast(IO[bytes], gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")) as stream:
            yield from _binary_rows(stream, path, size)
    except FileNotFoundError:
        next(text_lines(path))  # it says what is missing, and what there is instead
    except (EOFError, zlib.error, OSError) as error:
        raise DataError(
            Problem("SL412", f"the file cannot be read: {error}", Place(str(path)), notes=("get it again",))
        ) from error


def _binary_rows(stream: IO[bytes], path: Path, size: int) -> Iterator[Row]:
    first = stream.readline(100)
    if first.startswith(FASTTEXT_MAGIC):
        raise DataError(
            Problem("SL442", "this is a whole model of fastText, not a file of vectors", Place(str(path)),
                    notes=("use the .vec file that was published or written beside it",))
        )  # fmt: skip
    header = _header(first.decode("latin-1").rstrip("\n"))
    if header is None:
        raise DataError(
            Problem("SL440", "the file does not begin with the number of words and the width", Place(str(path)),
                    notes=("binary word2vec files do; if it is text, its name must not end in .bin",))
        )  # fmt: skip
    said, width = header
    if width != size:
        raise _wrong_width(path, 1, width, size)
    block, start, wide = b"", 0, 4 * size
    for rows in range(said):
        end = block.find(b" ", start)
        while end < 0 or end + 1 + wide > len(block):
            more = stream.read(BLOCK)
            if not more or (end < 0 and len(block) - start > LONGEST_WORD):
                raise _wrong_count(path, said, rows)
            block, start = block[start:] + more, 0
            end = block.find(b" ")
        word = block[start:end].lstrip(b"\n").decode(errors="replace")  # some files cut words within a character
        numbers = block[end + 1 : end + 1 + wide]
        start = end + 1 + wide
        yield word, lambda own=numbers: np.frombuffer(own, dtype="<f4").astype(np.float32)  # type: ignore[misc]


def _wrong_width(path: Path, line: int, found: int, size: int) -> DataError:
    if line == 1:
        what, note = f"the vectors have {found} numbers, not {size}", f"write size: {found}"
    else:
        what, note = f"the row has {found} numbers, not {size}", "the file is damaged; get it again"
    return DataError(Problem("SL440", what, Place(str(path), line), notes=(note,)))


def _wrong_count(path: Path, said: int, found: int) -> DataError:
    return DataError(
        Problem("SL441", f"the file says that it has {said:,} vectors, but it has {found:,}", Place(str(path)),
                notes=("it was probably cut while it was downloaded or copied; get it again",))
    )  # fmt: skip
