"""The images that lie beside a table, in a folder or in a zip archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from seqlab import DataError, Image, Place, Problem, suggestion

_ENDINGS = (".png", ".jpg", ".jpeg")
"""Which a name may leave out."""
_MOST_COMPARED = 2000
"""Names among which the nearest to one that is missing is looked for."""
_NOTE = "say where they are: data.reader.images=ZIP-OR-FOLDER, as images.zip, or images.{split}.zip"


@dataclass(frozen=True, slots=True)
class Pictures:
    """The images of a folder or of an archive.

    Args:
        place: The folder or the archive.
        names: The path of each inside it, by that path, by its file name, and by that without the ending.
    """

    place: Path
    names: Mapping[str, str]

    def find(self, name: str) -> Image | None:
        """The image of this name, or of what stands behind its last slash; None if it is not there."""
        found = self.names.get(name) or self.names.get(PurePosixPath(name).name)
        if found is None:
            return None
        return Image(self.place / found) if self.place.is_dir() else Image(self.place, found)

    def absent(self, name: str, place: Place) -> Problem:
        """The problem that an image is not there."""
        hint = suggestion(name, self.names) if len(self.names) <= _MOST_COMPARED else None
        return Problem("SL491", f"there is no image '{name}' in '{self.place}'", place, hint,
                       notes=("add it, or remove its rows",))  # fmt: skip


def pictures_of(table: Path, images: str | None, split: str) -> Pictures:
    """The images that belong to a table.

    Args:
        table: The file that names them.
        images: Their folder or archive, seen from the table; None for what `picture_place` finds.
        split: `train`, `dev` or `test`.

    Raises:
        DataError: SL491 if there is neither, or the archive is damaged.
    """
    place = picture_place(table, images, split)
    if place.is_dir():
        return Pictures(place, _named(each.relative_to(place).as_posix() for each in place.rglob("*")))
    try:
        with zipfile.ZipFile(place) as archive:
            return Pictures(place, _named(archive.namelist()))
    except (OSError, zipfile.BadZipFile) as error:
        message = f"the archive of the images cannot be read: {error}"
        raise DataError(Problem("SL491", message, Place(str(place)), notes=(_NOTE,))) from error


def picture_place(table: Path, images: str | None, split: str) -> Path:
    """Where the images of a table are.

    Args:
        table: The file that names them, `NAME.ENDING`.
        images: Their folder or archive, seen from the table, `{split}` for the split; None for `NAME.images.zip`,
            `images.zip` or `images`, the first that is there.
        split: `train`, `dev` or `test`.

    Raises:
        DataError: SL491 if there is neither a folder nor an archive.
    """
    name = table.name.removesuffix(".gz").rpartition(".")[0]
    wanted: Sequence[str] = (f"{name}.images.zip", "images.zip", "images")
    if images is not None:
        wanted = (images.replace("{split}", split),)
    places = (table.parent / each for each in wanted)
    if (place := next((each for each in places if each.exists()), None)) is not None:
        return place
    notes = (f"looked for in '{table.parent}': {', '.join(wanted)}", _NOTE)
    message = "there is neither a folder nor a zip archive of its images"
    raise DataError(Problem("SL491", message, Place(str(table)), notes=notes))


def _named(paths: Iterable[str]) -> Mapping[str, str]:
    """Each path by its names. One that stands for several is a path before a file's name, and that before one cut short."""
    files = [(path, PurePosixPath(path)) for path in sorted(paths) if not path.endswith("/")]
    found = {path: path for path, _ in files}
    for path, file in files:
        found.setdefault(file.name, path)
    for path, file in files:
        if file.suffix.lower() in _ENDINGS:
            found.setdefault(file.stem, path)
    return found
