"""What a frozen network gave for images, kept on disk, so that each image goes through it once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqlab import cache_folder

Features = NDArray[np.float16]

_CHUNK = 64
"""Images that are computed and written together; a run that is killed loses no more."""


class FeatureCache:
    """Vectors by the content of images, in one database for each network and its settings.

    A chunk is written in one transaction: whole or not at all, whoever else writes. Where it cannot be kept (no home
    folder, a full disk, a damaged database) everything is computed, and nothing else changes.

    Args:
        name: Of the network and of all settings that its vectors depend on, as a file may be called.
    """

    def __init__(self, name: str) -> None:
        folder = cache_folder("features")
        self.path: Path | None = None if folder is None else folder / f"{name}.sqlite"

    def features(
        self, contents: Iterable[bytes], compute: Callable[[Sequence[int]], Features]
    ) -> Iterator[tuple[Sequence[int], Features]]:
        """Yield the features of images, a chunk at a time, from the cache where they are there.

        Args:
            contents: The file of each image.
            compute: Gives the features of the images with these numbers, `(n, ...)`.

        Returns:
            Numbers of images and their features `(n, ...)`.
        """
        keys = [hashlib.sha256(content).digest() for content in contents]
        for start in range(0, len(keys), _CHUNK):
            numbers = range(start, min(start + _CHUNK, len(keys)))
            found = self._read([keys[number] for number in numbers])
            missing = [number for number in numbers if keys[number] not in found]
            if missing:
                made = compute(missing)
                new = {keys[number]: row for number, row in zip(missing, made, strict=True)}
                self._write(new)
                found |= new
            yield numbers, np.stack([found[keys[number]] for number in numbers])

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Features]:
        if self.path is None or not self.path.is_file():
            return {}
        marks = ",".join("?" * len(keys))
        with suppress(sqlite3.Error, ValueError, TypeError), closing(sqlite3.connect(self.path)) as database:
            rows = database.execute(f"SELECT key, shape, vectors FROM features WHERE key IN ({marks})", keys)
            return {key: _unpacked(shape, vectors) for key, shape, vectors in rows}
        return {}

    def _write(self, found: dict[bytes, Features]) -> None:
        if self.path is None:
            return
        with suppress(sqlite3.Error, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as database, database:  # commits, or rolls back
                database.execute(
                    "CREATE TABLE IF NOT EXISTS features (key BLOB PRIMARY KEY, shape TEXT, vectors BLOB) WITHOUT ROWID"
                )
                rows = [(key, ",".join(map(str, row.shape)), row.tobytes()) for key, row in found.items()]
                database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?)", rows)


def _unpacked(shape: str, vectors: bytes) -> Features:
    """A row as it was written.

    Raises:
        ValueError: If it is not whole.
    """
    return np.frombuffer(vectors, dtype=np.float16).reshape([int(side) for side in shape.split(",")])
