"""Fetching a named dataset into the user's cache: all of it, checked, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from seqlab.data.catalogue.content import DAMAGED, content_sha256
from seqlab.data.catalogue.download import cannot_write, download
from seqlab.data.catalogue.entries import CatalogueEntry, CatalogueFile
from seqlab.data.catalogue.lookup import Located, how_to_get, located, whereabouts
from seqlab.data.catalogue.places import cache_folder
from seqlab.errors import DataError, Problem, RunError
from seqlab.files import held_lock

TIMEOUT = 30.0
"""Seconds that a server may be silent."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What `fetch` did.

    Args:
        located: The dataset, which is here now.
        size: The bytes that were downloaded; 0 if it was here before.
    """

    located: Located
    size: int


def fetch(
    entry: CatalogueEntry,
    progress: Callable[[int], None] = lambda size: None,
    waiting: Callable[[], None] = lambda: None,
    timeout: float = TIMEOUT,
) -> Fetched:
    """Download a dataset into the cache, check it, and move it into place.

    Args:
        entry: The dataset.
        progress: Called with the number of bytes that have just come.
        waiting: Called once if another process is fetching the same dataset; this one then waits for it.
        timeout: Seconds that a server may be silent.

    Raises:
        DataError: SL432 if it can only be obtained by hand, SL433 to SL437 if a download fails, SL403 if a wrong copy
            is in the way.
        RunError: SL605 if it cannot be written.
    """
    if (found := _already(entry)) is not None:
        return Fetched(found, 0)
    if not entry.is_fetchable:
        raise DataError(by_hand(entry))
    cache = _made(cache_folder())
    with _alone(cache / f".{entry.name}.lock", waiting):
        if (found := _already(entry)) is not None:  # the other process brought it
            return Fetched(found, 0)
        partial = cache / f".{entry.name}.part"
        shutil.rmtree(partial, ignore_errors=True)  # what a process left that was killed
        try:
            _download_all(entry, partial, progress, timeout)
            _put(entry, partial, cache / entry.folder)
        except OSError as error:
            raise cannot_write(partial, error) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return Fetched(located(entry), entry.download_size)


def by_hand(entry: CatalogueEntry) -> Problem:
    """The problem that a dataset cannot be fetched."""
    return Problem("SL432", f"dataset '{entry.name}' cannot be fetched", notes=how_to_get(entry))


def _already(entry: CatalogueEntry) -> Located | None:
    """The dataset if it is here; a wrong copy is an error where the one in the cache would not be looked for."""
    try:
        return located(entry)
    except DataError:
        place = whereabouts(entry)
        if place is not None and (place[0] != "cache" or not entry.is_fetchable):
            raise
        return None


def _made(cache: Path | None) -> Path:
    if cache is None:
        raise RunError(Problem("SL605", "there is no home folder to keep datasets in", notes=("set XDG_CACHE_HOME",)))
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(cache, error) from error
    return cache


@contextmanager
def _alone(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock; the system frees it when the process ends, however it ends."""
    with ExitStack() as stack:
        try:
            stack.enter_context(held_lock(path, waiting))
        except OSError as error:
            raise cannot_write(path, error) from error
        yield


def _download_all(entry: CatalogueEntry, partial: Path, progress: Callable[[int], None], timeout: float) -> None:
    for file in entry.files.values():
        if file.source is not None:
            target = partial / file.fetched_name
            target.parent.mkdir(parents=True, exist_ok=True)
            download(file.source, target, progress, timeout)
            _check_content(file, target)


def _check_content(file: CatalogueFile, path: Path) -> None:
    """The sha256 of the download was right; what is packed in it has to be right too."""
    assert file.source is not None
    try:
        actual = content_sha256(path)
    except DAMAGED as error:
        actual = f"none: {error}"
    if actual != file.sha256:
        raise DataError(
            Problem("SL437", "what is packed in it is not the file",
                    notes=(file.source.url, f"its sha256 is   {actual}", f"not             {file.sha256}"))
        )  # fmt: skip


def _put(entry: CatalogueEntry, partial: Path, folder: Path) -> None:
    """Move the whole folder into place; into one that is there, file by file, so that what else is in it stays."""
    if not folder.exists():
        partial.rename(folder)
        return
    for file in entry.files.values():
        if file.source is not None:
            (folder / file.fetched_name).parent.mkdir(parents=True, exist_ok=True)
            (partial / file.fetched_name).replace(folder / file.fetched_name)
            for stale in {file.name, f"{file.name}.gz"} - {file.fetched_name}:
                (folder / stale).unlink(missing_ok=True)
