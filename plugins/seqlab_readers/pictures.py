"""The images that lie beside a table, in a folder or in a zip archive."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from seqlab import DataError, Image, Place, Problem, suggestion

_MOST_COMPARED = 2000
"""Names among which the nearest to one that is missing is looked for."""


class Pictures:
    """Finds images by name.

    Args:
        table: The file that names them.
        where: Folder or archive, relative to the table; `{split}` stands for the split.
        split: `train`, `dev` or `test`.

    Raises:
        DataError: SL491 if there is neither, or the archive is damaged.
    """

    def __init__(self, table: Path, where: str, split: str) -> None:
        self.place = table.parent / where.replace("{split}", split)
        self.members: Mapping[str, str] | None = None
        if self.place.is_file():
            try:
                with zipfile.ZipFile(self.place) as archive:
                    names = [name for name in archive.namelist() if not name.endswith("/")]
            except (zipfile.BadZipFile, OSError) as error:
                raise self._unusable(f"the archive of the images cannot be read: {error}") from error
            # by their whole names, and by what stands behind the last slash
            self.members = {name.rpartition("/")[2]: name for name in reversed(names)} | {name: name for name in names}
        elif not self.place.is_dir():
            raise self._unusable("there is neither a folder nor a zip archive of the images here")

    def named(self, name: str) -> Image | None:
        """The image of this name; None if it is not there."""
        if self.members is not None:
            return Image(self.place, self.members[name]) if name in self.members else None
        path = self.place / name
        return Image(path) if path.is_file() else None

    def absent(self, name: str, place: Place) -> Problem:
        """The problem that an image is not there."""
        known = list(self.members) if self.members is not None else [each.name for each in self.place.iterdir()]
        return Problem("SL491", f"there is no image '{name}' in '{self.place}'", place,
                       hint=suggestion(name, known) if len(known) <= _MOST_COMPARED else None,
                       notes=("add it, or remove its rows",))  # fmt: skip

    def _unusable(self, message: str) -> DataError:
        note = "say where they are: data.reader.images=images.zip, or images.{split}.zip"
        return DataError(Problem("SL491", message, Place(str(self.place)), notes=(note,)))
