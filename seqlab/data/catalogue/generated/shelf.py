"""Where the texts of generated samples are kept: made once, checked whenever they are used."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seqlab.data.catalogue.generated import (
    docstrings,
    hello,
    latex,
    number_words,
    seeds,
    shapes,
    source,
    spelled,
    stories,
    summaries,
    symbols,
    topics,
)
from seqlab.data.catalogue.places import cache_folder
from seqlab.errors import Place, Problem, RunError
from seqlab.files import sha256, write_atomically

SUMS = "SHA256SUMS"
"""Written last, as `sha256sum` prints it: a folder that has it is whole."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a sample is made.

    Args:
        texts: Gives the text of each split, always the same.
        edition: Counted up whenever `texts` gives another one, so that none of an older seqlab is taken for it.
        of_python: Whether the text is that of the running Python, and another one's is another.
        archives: Gives for each split an archive of what its text refers to, always the same; None where there is nothing.
        ending: Of the names of these archives: `images.zip`, `npz`.
    """

    texts: Callable[[], Mapping[str, str]]
    edition: int
    of_python: bool = False
    archives: Callable[[], Mapping[str, bytes]] | None = None
    ending: str = ""


RECIPES: Mapping[str, Recipe] = {
    "hello": Recipe(hello.texts, hello.EDITION),
    "latex": Recipe(latex.texts, latex.EDITION),
    "seeds": Recipe(seeds.texts, seeds.EDITION),
    "stories": Recipe(stories.texts, stories.EDITION),
    "symbols": Recipe(symbols.texts, symbols.EDITION),
    "number-words": Recipe(number_words.texts, number_words.EDITION),
    "shapes-captions": Recipe(shapes.captions, shapes.EDITION, archives=shapes.archives, ending="images.zip"),
    "shapes-questions": Recipe(shapes.questions, shapes.EDITION, archives=shapes.archives, ending="images.zip"),
    "spelled-speech": Recipe(spelled.texts, spelled.EDITION, archives=spelled.archives, ending="npz"),
    "python-topics": Recipe(topics.texts, topics.EDITION, of_python=True),
    "python-docstrings": Recipe(docstrings.texts, docstrings.EDITION, of_python=True),
    "docstring-summaries": Recipe(summaries.texts, summaries.EDITION, of_python=True),
    "python-source": Recipe(source.texts, source.EDITION, of_python=True),
}
"""By the name of the sample in the catalogue."""


def shelf_of(name: str) -> Path:
    """The folder of a sample: where it is, or where it will be made.

    Raises:
        RunError: SL605 if there is neither a home folder nor one for temporary files.
    """
    folders = [place / name / _edition(name) for place in _places()]
    return next((folder for folder in folders if _is_whole(folder)), folders[0])


def made(name: str) -> Path:
    """The folder of a sample, with `train.txt`, `dev.txt` and `test.txt` in it; they are made if they are not there.

    Pictures or arrays lie beside them, in `train.images.zip` or `train.npz` and so on.

    Two processes may make the same at the same time: they write the same bytes, and each file is replaced as a whole.

    Raises:
        DataError: SL438 if the running Python lacks what it is made from.
        RunError: SL605 if it can be kept nowhere.
    """
    if _is_whole(found := shelf_of(name)):
        return found
    recipe = RECIPES[name]
    files = {f"{split}.txt": text.encode() for split, text in recipe.texts().items()}
    archives = recipe.archives() if recipe.archives else {}
    files |= {f"{split}.{recipe.ending}": content for split, content in archives.items()}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in files.items())
    for place in _places():
        folder = place / name / _edition(name)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_strange(place):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                write_atomically(folder / file, content)
            write_atomically(folder / SUMS, sums.encode())
        except (OSError, RunError):  # the next place may do
            continue
        return folder
    raise _nowhere(f"the sample '{name}'", Place(str(found)))


def _places() -> list[Path]:
    """The folders of all samples: one in the user's cache, and one for where that cannot be written."""
    cache = cache_folder("samples")
    places = [] if cache is None else [cache]
    with suppress(FileNotFoundError):  # no folder for temporary files can be written
        user = os.getuid() if hasattr(os, "getuid") else "user"
        temporary = Path(tempfile.gettempdir()) / f"seqlab-samples-{user}"
        if not _is_strange(temporary):
            places.append(temporary)
    if not places:
        raise _nowhere("samples", None)
    return places


def _nowhere(samples: str, place: Place | None) -> RunError:
    notes = ("set XDG_CACHE_HOME, or TMPDIR, to a folder that can be written",)
    return RunError(Problem("SL605", f"{samples} can be kept nowhere", place, notes=notes))


def _edition(name: str) -> str:
    """What a sample's folder is called: `1`, or `1-3.11.7-1f0c93aa` where the text is that of the running Python."""
    recipe = RECIPES[name]
    if not recipe.of_python:
        return str(recipe.edition)
    build = f"{sys.version} {sysconfig.get_path('stdlib')}"
    return f"{recipe.edition}-{sys.version.partition(' ')[0]}-{hashlib.sha256(build.encode()).hexdigest()[:8]}"


def _is_strange(place: Path) -> bool:
    """Whether it is among temporary files, where any name may be taken, and another user can write into it."""
    if place.parent != Path(tempfile.gettempdir()):
        return False
    try:
        state = place.lstat()
    except FileNotFoundError:
        return False
    owned = not hasattr(os, "getuid") or state.st_uid == os.getuid()
    return not (stat.S_ISDIR(state.st_mode) and owned and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _is_whole(folder: Path) -> bool:
    """Whether all files are there, with the content that they were written with."""
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
        return bool(lines) and all(sha256(folder / line[66:]) == line[:64] for line in lines)
    except (OSError, UnicodeDecodeError):
        return False
