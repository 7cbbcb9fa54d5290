"""The sha256 of what a file holds, whoever packed it."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from pathlib import Path

from seqlab.files import sha256

DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError)
"""What is raised for an archive that cannot be unpacked."""


def content_sha256(path: Path) -> str:
    """The sha256 of a file's content, unpacked.

    Two programs pack the same content into different bytes. So a `.gz` counts as what is in it, and a `.zip` as the
    lines that `sha256sum` prints for its members, sorted by name. The slowest dataset, 38 MB of images in 8000
    members, takes 0.6 s on one core, one of text 0.1 s; that is little beside a run, and nothing is remembered.

    Raises:
        OSError: If the file cannot be read.
        DAMAGED: If it cannot be unpacked.
    """
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if path.suffix == ".zip":
        return _members_sha256(path)
    return sha256(path)


def _members_sha256(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        lines = (f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}\n" for name in names)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
