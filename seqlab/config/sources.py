"""A pipeline's file with all that it extends, laid over one another."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seqlab.config.merge import DefaultType, merge
from seqlab.config.nodes import MappingNode, Node, ScalarNode, SequenceNode
from seqlab.config.shipped import ENDINGS, shipped_pipelines
from seqlab.config.yaml_tree import read_file
from seqlab.errors import PipelineError, Place, Problem, suggestion

if TYPE_CHECKING:
    from seqlab.plugins import Plugins


def find_pipeline(source: str | Path, plugins: Plugins) -> tuple[Path, str]:
    """The file of a pipeline that is given by its path or its name, and how messages name it.

    Raises:
        PipelineError: SL101 if there is none.
    """
    path = Path(source)
    if path.is_file() or (path.is_dir() and (path.suffix in ENDINGS or len(path.parts) > 1)):
        return path, str(source)
    if isinstance(source, str) and (found := _shipped(source, plugins)):
        return found, shown_path(found)
    if path.exists():
        return path, str(source)
    raise PipelineError(_missing(str(source), path, plugins, Place(str(source))))


def read_sources(
    path: Path,
    shown: str,
    plugins: Plugins,
    default_type: DefaultType,
    problems: list[Problem],
    chain: Sequence[Path] = (),
) -> MappingNode:
    """Read a file and lay it over what it extends.

    Args:
        path: The file.
        shown: Its name in messages.
        plugins: Knows the shipped pipelines.
        default_type: See `merge`.
        problems: Takes what is wrong but lets the reading go on.
        chain: The files that led here, outermost first.

    Raises:
        PipelineError: SL1xx if a file cannot be read at all.
    """
    root = read_file(path, shown, problems)
    entry = root.find("extends")
    if entry is None:
        return root
    chain = (*chain, path.resolve())
    parents: Node | None = None
    for name in _names(entry.value, problems):
        found = _extended(name, path, shown, plugins, problems)
        if found is None:
            continue
        parent_path, parent_shown = found
        if parent_path.resolve() in chain:
            around = chain[chain.index(parent_path.resolve()) :]
            names = " -> ".join(each.name for each in (*around, parent_path))
            problems.append(Problem("SL115", f"'extends' runs in a circle: {names}", name.place, "extend another file"))
            continue
        parent = read_sources(parent_path, parent_shown, plugins, default_type, problems, chain)
        parents = parent if parents is None else merge(parents, parent, default_type)
    child = root.without("extends")
    merged = child if parents is None else merge(parents, child, default_type)
    assert isinstance(merged, MappingNode)
    return merged


def shown_path(path: Path) -> str:
    """A path as messages show it: relative where it lies below the current folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _names(node: Node, problems: list[Problem]) -> list[ScalarNode]:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    names = []
    for item in items:
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.value:
            names.append(item)
        else:
            message = "'extends' must be a file, the name of a shipped pipeline, or a list of them"
            problems.append(Problem("SL114", message, item.place, notes=("see: seqlab pipelines",)))
    return names


def _extended(
    name: ScalarNode, path: Path, shown: str, plugins: Plugins, problems: list[Problem]
) -> tuple[Path, str] | None:
    """The file that a word under `extends` means, and how messages name it."""
    word = str(name.value)
    beside = path.parent / Path(word).expanduser()
    if beside.exists():
        return beside, os.path.normpath(Path(shown).parent / Path(word).expanduser())
    if found := _shipped(word, plugins):
        return found, shown_path(found)
    problems.append(_missing(word, beside, plugins, name.place))
    return None


def _shipped(name: str, plugins: Plugins) -> Path | None:
    return next((each.path for each in shipped_pipelines(plugins) if each.name == name), None)


def _missing(word: str, path: Path, plugins: Plugins, place: Place) -> Problem:
    shipped = [each.name for each in shipped_pipelines(plugins)]
    try:
        siblings = {each.name: each for each in path.parent.iterdir() if each.suffix in ENDINGS}
    except OSError:
        siblings = {}
    known = [*(str(Path(word).parent / name) for name in sorted(siblings)), *shipped]
    return Problem(
        "SL101",
        f"there is no file '{word}', and no shipped pipeline of that name",
        place,
        suggestion(word, known),
        ("shipped pipelines are listed by: seqlab pipelines",),
    )
