"""Arrays of vectors in files of numpy: `.npy`, alone or in an archive `.npz`."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from seqlab import Place, Problem

Vectors = NDArray[np.float32]

_BROKEN = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile)
"""What numpy and zipfile raise for a file that is cut, of another kind, or holds Python's objects."""


class Arrays:
    """Reads the arrays that a table names, and sees that all have one width.

    The archive that was read last stays open, since rows that lie beside each other are mostly in one archive.

    Args:
        folder: Where names are looked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._width: tuple[int, Place] | None = None
        self._archive: tuple[Path, zipfile.ZipFile] | None = None

    def read(self, name: str, place: Place) -> Vectors | Problem:
        """The vectors of one file, `(T, D)` in float32; what is wrong with it where it has none.

        Args:
            name: As the table has it: `frames/0001.npy`, `train.npz/0001.npy`.
            place: The row of the table.

        Returns:
            A problem SL496 if there is no such file, or it cannot be read, SL497 if it holds no vectors, no finite ones, or
            vectors of another width than the rows before.
        """
        try:
            array = self._load(name)
        except FileNotFoundError as error:
            notes = ("the name is seen from the folder of the table", f"looked for: {error.filename}")
            return Problem("SL496", f"there is no file '{name}'", place, notes=notes)
        except _BROKEN as error:
            note = "write it again with numpy.save(FILE, array), or numpy.savez(ARCHIVE, NAME=array)"
            return Problem("SL496", f"'{name}' cannot be read as an array: {_first_line(error)}", place, notes=(note,))
        return self._wrong(name, array, place) or array.astype(np.float32)

    def _load(self, name: str) -> NDArray[np.generic]:
        """The array as it stands in the file.

        Raises:
            FileNotFoundError: If there is no such file, or no such member of an archive.
            OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile: If it is broken.
        """
        file, member = _cut(name)
        path = self._folder / file
        if not member:
            array = np.load(path, allow_pickle=False)
            if not isinstance(array, np.ndarray):
                array.close()
                raise ValueError("it is an archive; name one of its arrays too: ARCHIVE.npz/NAME.npy")
            return array
        if self._archive is None or self._archive[0] != path:
            self._archive = (path, zipfile.ZipFile(path))
        if member not in self._archive[1].NameToInfo:
            raise FileNotFoundError(2, "no such member", f"{path}/{member}")
        with self._archive[1].open(member) as stream:
            found: NDArray[np.generic] = np.lib.format.read_array(stream, allow_pickle=False)
        return found

    def _wrong(self, name: str, array: NDArray[np.generic], place: Place) -> Problem | None:
        if array.ndim != 2 or array.dtype.kind not in "fiu":
            what, note = f"an array {array.shape} of {array.dtype}", "one row for each step, one number for each column"
            return Problem("SL497", f"'{name}' holds {what}, not vectors (T, D)", place, notes=(note,))
        if not array.size:
            return Problem("SL497", f"'{name}' is empty: its shape is {array.shape}", place, notes=("remove the row",))
        if not np.isfinite(array.astype(np.float32)).all():
            note = "look for a division by 0 in what made it, or for numbers beyond float32"
            return Problem("SL497", f"'{name}' holds numbers that are not finite", place, notes=(note,))
        self._width = self._width or (array.shape[1], place)
        if array.shape[1] != self._width[0]:
            message = (
                f"the vectors of '{name}' have {array.shape[1]} numbers, those of {self._width[1]} {self._width[0]}"
            )
            return Problem("SL497", message, place, notes=("all vectors of a table are of one width",))
        return None


def holder(folder: Path, name: str) -> Path:
    """The archive that a name means, or the folder of a file; the file itself where that folder is `folder`."""
    archive, member = _cut(name)
    if member:
        return folder / archive
    file = folder / name
    return file if file.parent == folder else file.parent


def _cut(name: str) -> tuple[str, str]:
    """A file, and the member of it where it is an archive that is followed by one."""
    pieces = PurePosixPath(name).parts
    inside = next((place for place, piece in enumerate(pieces[:-1]) if piece.endswith(".npz")), None)
    return (name, "") if inside is None else ("/".join(pieces[: inside + 1]), "/".join(pieces[inside + 1 :]))


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].strip()
