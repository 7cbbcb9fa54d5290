"""Files: written so that a reader sees the old content or the new and nothing between; locked; hashed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from seqlab.errors import Place, Problem, RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a temporary name beside the file, sync, rename.

    Args:
        path: The final name; its folder must exist.
        content: All of it.

    Raises:
        RunError: SL605 if the disk is full, or the file cannot be written; what stood there before is kept.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise RunError(
            Problem(
                "SL605",
                "the disk is full" if full else f"cannot write: {error.strerror}",
                place=Place(str(path)),
                notes=("nothing half-written was left; " + ("free some space" if full else "check the folder's rights")
                       + " and resume the run with --resume",),
            )
        ) from error  # fmt: skip
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_text_atomically(path: Path, text: str) -> None:
    """`write_atomically` for text in UTF-8."""
    write_atomically(path, text.encode("utf-8"))


def write_json_atomically(path: Path, value: Any) -> None:
    """`write_atomically` for a JSON value, indented."""
    write_text_atomically(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


class Occupied(Exception):
    """Another process holds the lock."""


@contextlib.contextmanager
def held_lock(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep every other process out; the system frees the lock when this one ends, however it ends.

    Args:
        path: The lock file; it stays.
        waiting: Called if another process holds it, before waiting for that one to end; None refuses to wait.

    Raises:
        Occupied: If another process holds it, and there is no waiting.
        OSError: If the file cannot be made.
    """
    from filelock import FileLock, Timeout  # not needed by the verbs that only look

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waiting is None:
            raise Occupied from None
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; of a folder, that of the names and the sha256 of all files in it."""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file())
        listed = "".join(f"{sha256(each)}  {each.relative_to(path).as_posix()}\n" for each in files)
        return hashlib.sha256(listed.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut (a folder cannot be opened on every system)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
