"""The source files of the running Python's standard library, which are read and never imported."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from seqlab.errors import DataError, Place, Problem

LEFT_OUT = {"distutils", "encodings", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "tests", "turtledemo"}
"""Packages, wherever they stand: tests and tools; tables of characters; what is a sample of its own."""


def library_files(packages: bool) -> Iterator[tuple[str, str]]:
    """Yield name and text of each public module, in the order of the names; a file that is not UTF-8 is passed over.

    Args:
        packages: Whether modules inside packages count, named `email/message`, or only those that stand alone.

    Raises:
        DataError: SL438 if there are none, since this Python comes without its sources.
    """
    root = Path(sysconfig.get_path("stdlib"))
    found = False
    for name in sorted(sys.stdlib_module_names - LEFT_OUT):
        if name.startswith("_"):  # the twin of a module in C, or of one platform
            continue
        alone = root / f"{name}.py"
        files = [alone] if alone.is_file() else sorted((root / name).rglob("*.py")) if packages else []
        for file in files:
            path = file.relative_to(root).with_suffix("")
            if LEFT_OUT.isdisjoint(path.parts) and (text := _text(file)) is not None:
                found = True
                yield path.as_posix(), text
    if not found:
        raise DataError(absent("the sources of its standard library", Place(str(root))))


def absent(what: str, place: Place | None = None) -> Problem:
    """The problem that the running Python lacks what a sample is read from."""
    version = f"Python {sys.version.partition(' ')[0]}"
    return Problem("SL438", f"this {version} comes without {what}, from which the sample is read", place,
                   notes=("choose another dataset, or run seqlab with a full installation of Python",))  # fmt: skip


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None
