"""The pipelines that come with seqlab and its plugins, by name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import seqlab

if TYPE_CHECKING:
    from seqlab.plugins import Plugins

ENDINGS = (".yaml", ".yml")
EDITOR_LINE = "yaml-language-server:"
"""Begins the comment that names the JSON Schema to an editor."""


@dataclass(frozen=True, slots=True)
class ShippedPipeline:
    """A pipeline that can be named without its path.

    Args:
        name: The name of its file without the ending.
        path: Where it is.
        description: The first line of its leading comment.
    """

    name: str
    path: Path
    description: str


def shipped_pipelines(plugins: Plugins) -> list[ShippedPipeline]:
    """All shipped pipelines, by name; of two with one name, seqlab's own stands before a plugin's."""
    offered = [plugins.ask(plugin, "seqlab_register_pipelines") or () for plugin in plugins if plugin.reason is None]
    found: dict[str, ShippedPipeline] = {}
    for path in [*_own(), *(Path(path) for paths in offered for path in paths)]:
        found.setdefault(path.stem, ShippedPipeline(path.stem, path, _description(path)))
    return sorted(found.values(), key=lambda pipeline: pipeline.name)


def _own() -> list[Path]:
    """The YAML files inside the package (a wheel), else beside it (a checkout)."""
    package = Path(seqlab.__file__).parent
    for folder in (package / "pipelines", package.parent / "pipelines"):
        if folder.is_dir():
            return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)
    return []


def _description(path: Path) -> str:
    """The first line of the leading comment that is written for people, not for an editor."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            comment = [line.lstrip("#").strip() for line in takewhile(lambda line: line.startswith("#"), file)]
    except (OSError, UnicodeDecodeError):
        return ""
    return next((line for line in comment if not line.startswith(EDITOR_LINE)), "")
