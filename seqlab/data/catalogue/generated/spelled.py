"""Sample `spelled-speech`: words that are spelled letter by letter, as frames of a spectrum with noise."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from seqlab.data.catalogue.generated.draw import Draw

EDITION = 1
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIZES = {"train": 4000, "dev": 300, "test": 500}
SHORTEST, LONGEST = 3, 7
"""Letters of a word."""
CHANNELS = 16
"""Of the spectrum: numbers of a frame."""
SOUNDING = (2, 5)
"""Frames that a letter sounds for."""
QUIET = (1, 2)
"""Frames between two letters."""
LOUDNESS, NOISE = 64, 24
"""Of a letter's channels, and most by which noise moves any channel; both in units of 1 / 64."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of all members, the first that a zip can say."""

Frames = Sequence[Sequence[float]]


def texts() -> Mapping[str, str]:
    """A table for each split: `train.npz/0001.npy`, a tab, the word. No word stands twice."""
    return {
        split: "".join(f"{split}.npz/{_name(number)}\t{word}\n" for number, word in enumerate(each, 1))
        for split, each in words().items()
    }


def archives() -> Mapping[str, bytes]:
    """An archive of arrays for each split, as `numpy.savez` writes it: `0001.npy` and so on, `(T, CHANNELS)` in float16."""
    spectra = patterns()
    return {
        split: _archive(spoken(word, spectra, draw) for word in each)
        for split, each in words().items()
        for draw in [Draw(f"spelled-speech/{split}")]
    }


def words() -> Mapping[str, list[str]]:
    """The words of each split: letters drawn one by one, so that none can be guessed from those before it."""
    draw, seen = Draw("spelled-speech/words"), set[str]()
    return {split: [_word(draw, seen) for _ in range(size)] for split, size in SIZES.items()}


def patterns() -> Mapping[str, tuple[int, ...]]:
    """Which channels sound with each letter, 1 or 0: half of them, and no two letters the same."""
    draw, found = Draw("spelled-speech/patterns"), dict[str, tuple[int, ...]]()
    for letter in LETTERS:
        while letter not in found:
            pattern = tuple(draw.between(0, 1) for _ in range(CHANNELS))
            if sum(pattern) == CHANNELS // 2 and all(
                _apart(pattern, other) >= CHANNELS // 4 for other in found.values()
            ):
                found[letter] = pattern
    return found


def spoken(word: str, spectra: Mapping[str, tuple[int, ...]], draw: Draw) -> Frames:
    """The frames of a word: each letter sounds for a while, with quiet before, between and after."""
    frames = list(_held((0,) * CHANNELS, QUIET, draw))
    for letter in word:
        frames += _held(spectra[letter], SOUNDING, draw)
        frames += _held((0,) * CHANNELS, QUIET, draw)
    return frames


def _held(pattern: Sequence[int], lasting: tuple[int, int], draw: Draw) -> Iterator[list[float]]:
    for _ in range(draw.between(*lasting)):
        yield [(LOUDNESS * channel + draw.between(-NOISE, NOISE)) / 64 for channel in pattern]


def _word(draw: Draw, seen: set[str]) -> str:
    while True:
        word = "".join(draw.one(LETTERS) for _ in range(draw.between(SHORTEST, LONGEST)))
        if word not in seen:
            seen.add(word)
            return word


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _name(number: int) -> str:
    return f"{number:04}.npy"


def _archive(arrays: Iterator[Frames]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as file:
        for number, frames in enumerate(arrays, 1):
            file.writestr(zipfile.ZipInfo(_name(number), _DATE), npy(frames))
    return stream.getvalue()


def npy(frames: Frames) -> bytes:
    """Frames as a file of numpy's format 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)."""
    shape = (len(frames), len(frames[0]))
    header = f"{{'descr': '<f2', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(len(header) + 11) % 64 + len(header)) + "\n"  # with 10 bytes before it a multiple of 64
    numbers = [number for frame in frames for number in frame]
    return (
        b"\x93NUMPY\x01\x00"
        + struct.pack("<H", len(header))
        + header.encode()
        + struct.pack(f"<{len(numbers)}e", *numbers)
    )
