"""Sample `python-source`: the code of the standard library of the running Python."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab.data.catalogue.generated.cut import cut
from seqlab.data.catalogue.generated.library import library_files

EDITION = 1


def texts() -> Mapping[str, str]:
    """The public modules that are one file each, cut by module.

    Raises:
        DataError: SL438 if this Python comes without its sources.
    """
    return cut(dict(library_files(packages=False)))
