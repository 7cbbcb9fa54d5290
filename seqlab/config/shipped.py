"""The pipelines that come with seqlab and its plugins, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import seqlab

if TYPE_CHECKING:
    from seqlab.plugins import Plugins

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class ShippedPipeline:
    """A pipeline that can be named without its path.

    Args:
        name: The name of its file without the ending.
        path: Where it is.
        description: Its leading comment, without its own file name and the command that runs it.
    """

    name: str
    path: Path
    description: str


def shipped_pipelines(plugins: Plugins) -> list[ShippedPipeline]:
    """All shipped pipelines, by name; of two with one name, seqlab's own stands before a plugin's."""
    found: dict[str, ShippedPipeline] = {}
    for path in [*_own(), *(Path(path) for paths in plugins.hook.seqlab_register_pipelines() for path in paths)]:
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
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = lines.readline().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    if not first.startswith("#"):
        return ""
    text = first.lstrip("#").strip().partition("   seqlab run")[0].strip()
    before, colon, after = text.partition(":")
    return after.strip() if colon and before.endswith(ENDINGS) else text
