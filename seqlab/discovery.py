"""Where plugins are found: entry points, folders of files, single files; and which of them are wanted."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from seqlab.errors import PluginError, Problem, listing, suggestion

GROUP = "seqlab"
"""The entry-point group."""

BUILT_IN = "seqlab"
"""The distribution whose plugins are the built-ins."""

SWITCH = "SEQLAB_PLUGINS"
"""The environment variable that limits the entry points besides the built-ins: `none`, or names with commas."""


def entry_points() -> list[tuple[EntryPoint, str, str]]:
    """Entry points of the group with name and version of their distribution, the built-ins first."""
    owners: dict[int, tuple[str, str]] = {}  # a name costs the parsing of a whole METADATA file: asked for once
    found = []
    for point in importlib.metadata.entry_points(group=GROUP):
        if point.dist is not None:
            if id(point.dist) not in owners:
                owners[id(point.dist)] = (point.dist.name, point.dist.version)
            found.append((point, *owners[id(point.dist)]))
    if not any(owner == BUILT_IN for _, owner, _ in found):
        raise PluginError(
            Problem("SL508", "seqlab is not installed, so that none of its plugins is found", notes=(
                "run: pip install -e .        in the folder that holds its pyproject.toml",))
        )  # fmt: skip
    return sorted(found, key=lambda each: (each[1] != BUILT_IN, each[1], each[0].name))


def names_of(point: EntryPoint, owner: str) -> frozenset[str]:
    """What a user may call the plugin of an entry point: its name, `distribution/name`, or a stranger's distribution."""
    return frozenset({point.name, f"{owner}/{point.name}", *({owner} - {BUILT_IN})})


def allowed_names(strangers: Iterable[str]) -> frozenset[str] | None:
    """Names that `SEQLAB_PLUGINS` lets in; None if it is not set, and all are let in."""
    switch = os.environ.get(SWITCH)
    if switch is None:
        return None
    names = frozenset(name.strip() for name in switch.split(",")) - {"", "none"}
    check_names(names, strangers, f"{SWITCH}: {{}}")
    return names


def check_names(names: Iterable[str], known: Iterable[str], written: str) -> None:
    """Raise SL507 for every name that no plugin has; `written` is how the user wrote it, with `{}` for the name."""
    known = sorted(known)
    problems = [
        Problem("SL507", f"{written.format(name)}: there is no plugin of that name", hint=suggestion(name, known),
                notes=(f"plugins: {listing([each for each in known if '/' not in each]) or 'none'}",))
        for name in sorted(set(names) - set(known))
    ]  # fmt: skip
    if problems:
        raise PluginError(*problems)


def plugin_files(folder: Path) -> list[Path]:
    """Every plugin of a folder: a `*.py` that does not start with `_`, and has hooks; other files are its modules.

    Raises:
        PluginError: SL501 if there is no such folder.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        raise PluginError(Problem("SL501", f"plugins folder '{folder}' does not exist"))
    return sorted(path for path in folder.glob("*.py") if not path.name.startswith("_") and _has_hooks(path))


def _has_hooks(path: Path) -> bool:
    """Whether a file speaks of hooks at all: a module beside a plugin is not imported, since it may import torch."""
    return re.search(rb"hookimpl|^def seqlab_", path.read_bytes(), re.MULTILINE) is not None


def import_file(path: Path) -> Any:
    """Import a file under its stem, so that its `stem:Class` targets are found."""
    stem = path.stem
    if not stem.isidentifier():
        raise PluginError(Problem("SL506", f"'{stem}' is no name for a module: use letters, digits and '_'"))
    known = sys.modules.get(stem)
    origin = getattr(known, "__file__", None) if known else getattr(importlib.util.find_spec(stem), "origin", None)
    if (known or origin) and (origin is None or Path(origin).resolve() != path):
        raise PluginError(Problem("SL506", f"there is a module '{stem}' already ({origin or 'built in'}): rename it"))
    if known:
        return known
    folder = str(path.parent)
    added = folder not in sys.path
    if added:
        sys.path.append(folder)  # at the end: the modules beside a plugin shadow nothing
    try:
        importlib.invalidate_caches()
        return importlib.import_module(stem)
    except BaseException:
        if added:
            sys.path.remove(folder)
        raise
