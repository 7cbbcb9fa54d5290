"""Where the images of a file of questions are, by the names that stand in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from seqlab import DataError, Image, Place, Problem

_ENDINGS = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class Pictures:
    """The images of a folder or of a zip.

    Args:
        place: The folder or the zip.
        names: The path of each inside it, by its file name and by that without the ending.
        is_archive: Whether it is a zip.
    """

    place: Path
    names: dict[str, str]
    is_archive: bool

    def find(self, name: str) -> Image | None:
        """The image of this name, with or without its ending; None if there is none."""
        found = self.names.get(name) or self.names.get(PurePosixPath(name).name)
        if found is None:
            return None
        return Image(self.place, found) if self.is_archive else Image(self.place / found)


def pictures_for(path: Path, images: str | None) -> Pictures:
    """The images that belong to a file.

    Args:
        path: The file of the questions.
        images: A zip or a folder, seen from the file; None for what lies beside it: `NAME.images.zip`, `images.zip` or
            `images`.

    Raises:
        DataError: SL491 if there is none of them, or it cannot be read.
    """
    name = path.name.removesuffix(".gz").rpartition(".")[0]
    wanted = [f"{name}.images.zip", "images.zip", "images"] if images is None else [images]
    place = next((path.parent / each for each in wanted if (path.parent / each).exists()), None)
    if place is None:
        notes = (f"looked for in {path.parent}: {', '.join(wanted)}", "choose with data.reader.images=ZIP-OR-FOLDER")
        raise DataError(Problem("SL491", "there are no images beside the questions", Place(str(path)), notes=notes))
    if place.is_dir():
        return Pictures(place, _named(str(each.relative_to(place)) for each in place.rglob("*")), False)
    try:
        with zipfile.ZipFile(place) as archive:
            return Pictures(place, _named(archive.namelist()), True)
    except (OSError, zipfile.BadZipFile) as error:
        note = "get it again, or name a folder: data.reader.images=FOLDER"
        raise DataError(
            Problem("SL491", f"the images cannot be read: {error}", Place(str(place)), notes=(note,))
        ) from error


def _named(paths: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(paths):
        file = PurePosixPath(path)
        if file.suffix.lower() in _ENDINGS:
            found[path] = found[file.name] = path
            found.setdefault(file.stem, path)
    return found
