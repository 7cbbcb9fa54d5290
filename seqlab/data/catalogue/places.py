"""Where the folders of named datasets are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

ENVIRONMENT_VARIABLE = "SEQLAB_DATA"

Kind = Literal["sample", "SEQLAB_DATA", "cache"]


def cache_folder(purpose: str = "data") -> Path | None:
    """The user's cache: `$XDG_CACHE_HOME/seqlab/PURPOSE` or `~/.cache/seqlab/PURPOSE`; None without a home.

    Args:
        purpose: What is kept there: `data` for datasets, `features` for what frozen networks gave.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():  # the standard says that a relative one is to be ignored
        return Path(given) / "seqlab" / purpose
    try:
        return Path.home() / ".cache" / "seqlab" / purpose
    except RuntimeError:
        return None


def folders(name: str) -> Iterator[tuple[Kind, Path]]:
    """The folders in which a dataset may be, in the order in which they are looked into."""
    if root := os.environ.get(ENVIRONMENT_VARIABLE):
        yield "SEQLAB_DATA", Path(os.path.expanduser(root)) / name  # noqa: PTH111 (Path's raises without a home)
    if (cache := cache_folder()) is not None:
        yield "cache", cache / name


def folder_for(name: str) -> str:
    """The folder into which a user is told to put a dataset's files."""
    return str(next((folder for _, folder in folders(name)), f"${ENVIRONMENT_VARIABLE}/{name}"))
