"""Finding a named dataset on this machine, and making sure that it is the right one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seqlab.data.catalogue.content import DAMAGED, content_sha256
from seqlab.data.catalogue.entries import CatalogueEntry, CatalogueFile, read_catalogue
from seqlab.data.catalogue.places import ENVIRONMENT_VARIABLE, Kind, folder_for, folders
from seqlab.errors import DataError, Place, Problem, listing, suggestion

SAMPLES = Path(__file__).parent.parent / "samples"

CATALOGUE: Mapping[str, CatalogueEntry] = read_catalogue(Path(__file__).parent / "datasets.toml")
"""All named datasets, by name."""


@dataclass(frozen=True, slots=True)
class Located:
    """A dataset that is here.

    Args:
        entry: What the catalogue says of it.
        kind: Where it was found.
        folder: The folder of its files.
        splits: The files of each split, in the order of the entry.
    """

    entry: CatalogueEntry
    kind: Kind
    folder: Path
    splits: Mapping[str, tuple[Path, ...]]


def entry_named(name: str) -> CatalogueEntry:
    """The entry of a dataset.

    Raises:
        DataError: SL401 for an unknown name.
    """
    if name not in CATALOGUE:
        raise DataError(
            Problem("SL401", f"unknown dataset '{name}'", hint=suggestion(name, CATALOGUE),
                    notes=(f"known: {listing(sorted(CATALOGUE), most=len(CATALOGUE))}", "see: seqlab data list"))
        )  # fmt: skip
    return CATALOGUE[name]


def find(name: str) -> Mapping[str, Path]:
    """The file of each split that a reader is given; the same for splits that are shares of one running text.

    Args:
        name: As in `data.dataset`.

    Raises:
        DataError: As `locate`.
    """
    located = locate(name)
    return {split: paths[0] for split, paths in located.splits.items()}


def locate(name: str) -> Located:
    """Find a dataset: in `$SEQLAB_DATA`, then in the cache; the first place that has all its files counts.

    Args:
        name: As in `data.dataset`.

    Returns:
        Its files; all that its splits need exist and have the content that the catalogue means.

    Raises:
        DataError: SL401 for an unknown name, SL402 if it is not here or not complete, SL403 if a file is not the right
            one, SL411 if one cannot be read, SL438 if the running Python lacks what a sample is made from.
        RunError: SL605 if a sample that is made cannot be kept anywhere.
    """
    return located(entry_named(name))


def located(entry: CatalogueEntry) -> Located:
    """`locate` for an entry."""
    if (found := whereabouts(entry)) is None:
        raise DataError(_absent(entry))
    kind, folder = found
    if entry.generated:
        from seqlab.data.catalogue.generated import made  # not needed by the verbs that only look

        folder = made(entry.name)
    if not entry.is_sample:
        problems = [each for file in entry.needed if (each := _problem(entry, file, folder, kind))]
        if problems:
            raise DataError(*problems)
    splits = {
        split: tuple(_present(folder, each) or folder / each for each in names) for split, names in entry.splits.items()
    }
    return Located(entry, kind, folder, splits)


def check_others(name: str, read: Iterable[Path]) -> None:
    """Make sure that what was read of a dataset beside the files of its splits, another task of it, is right too.

    Args:
        name: A dataset that was found.
        read: All that was read for it; what the catalogue does not know counts as right.

    Raises:
        DataError: SL403 if a file is not the right one, SL411 if one cannot be read.
    """
    entry, files = entry_named(name), set(read)
    if entry.is_sample or (found := whereabouts(entry)) is None:
        return
    kind, folder = found
    others = (
        each for each in entry.files.values() if each not in entry.needed and _present(folder, each.name) in files
    )
    if problems := [each for file in others if (each := _problem(entry, file, folder, kind))]:
        raise DataError(*problems)


def whereabouts(entry: CatalogueEntry) -> tuple[Kind, Path] | None:
    """The place that has all the needed files of a dataset, unchecked, or will have them; None if there is none."""
    if entry.generated:
        from seqlab.data.catalogue.generated import shelf_of

        return "sample", shelf_of(entry.name)
    if entry.is_sample:
        return "sample", SAMPLES
    return next((place for place in folders(entry.folder) if not _missing(entry, place[1])), None)


def _missing(entry: CatalogueEntry, folder: Path) -> list[str]:
    return [file.name for file in entry.needed if _present(folder, file.name) is None]


def _present(folder: Path, name: str) -> Path | None:
    """A file as it is named, or packed."""
    for path in (folder / name, folder / f"{name}.gz"):
        try:
            if path.is_file():
                return path
        except OSError:  # a folder that this user may not enter
            return None
    return None


def _absent(entry: CatalogueEntry) -> Problem:
    """Nowhere complete: what was found where, and what to do."""
    partly = next(
        (folder for _, folder in folders(entry.folder) if len(_missing(entry, folder)) < len(entry.needed)), None
    )
    if partly is not None:
        message = f"dataset '{entry.name}' is not complete: {listing(_missing(entry, partly))} not found"
    else:
        message = f"dataset '{entry.name}' is not here"
    looked = listing([str(folder) for _, folder in folders(entry.folder)]) or "nowhere: there is no home folder"
    if ENVIRONMENT_VARIABLE not in {kind for kind, _ in folders(entry.folder)}:
        looked += f" ({ENVIRONMENT_VARIABLE} is not set)"
    notes = (*how_to_get(entry), f"looked in: {looked}")
    return Problem("SL402", message, place=Place(str(partly)) if partly else None, notes=notes)


def how_to_get(entry: CatalogueEntry) -> tuple[str, ...]:
    """What to run, or where to obtain a dataset, in lines."""
    if entry.is_fetchable:
        size = f"{entry.download_size / 1e6:.1f} MB"
        return (f"get it: seqlab data fetch {entry.name}        ({size}, licence: {entry.licence})",)
    names = listing([file.name for file in entry.needed])
    return (
        f"source: {entry.homepage}        licence: {entry.licence}",
        f"by hand: {entry.obtain}",
        f"its files belong into {folder_for(entry.folder)}: {names}",
    )


def _problem(entry: CatalogueEntry, file: CatalogueFile, folder: Path, kind: Kind) -> Problem | None:
    """What is wrong with a file that is there."""
    path = _present(folder, file.name) or folder / file.name
    try:
        actual = content_sha256(path)
    except DAMAGED as error:
        state = f"it is damaged ({error})"
    except OSError as error:
        return Problem("SL411", f"it cannot be read: {error.strerror}", place=Place(str(path)),
                       notes=("check its permissions",))  # fmt: skip
    else:
        if actual == file.sha256:
            return None
        state = f"the sha256 of its content is {actual[:12]}..., not {file.sha256[:12]}..."
    if kind == "cache" and entry.is_fetchable:
        mend = f"get it again: seqlab data fetch {entry.name}"
    elif entry.is_fetchable:
        mend = f"remove the folder, and get it with: seqlab data fetch {entry.name}"
    else:
        mend = f"get it again: {entry.homepage}"
    return Problem("SL403", f"this is not the file that dataset '{entry.name}' means: {state}", place=Place(str(path)),
                   notes=(mend, "or name your own files under data.train, dev and test"))  # fmt: skip
