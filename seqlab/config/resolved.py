"""A pipeline with everything settled: its values with all defaults, and where each of them comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqlab.config.nodes import MappingNode
from seqlab.config.pipeline import Pipeline
from seqlab.config.shapes import Component, Fixed, Many, Maybe, Named, Section, Shape, fields_of
from seqlab.config.writing import write_tree
from seqlab.errors import Place
from seqlab.interfaces.settings import Part

DEFAULT = "default"
"""The origin of a value that nobody gave."""


@dataclass(frozen=True, slots=True)
class ResolvedPipeline:
    """A valid pipeline.

    Args:
        pipeline: Its settings.
        path: Its file.
        shown: Its file (or name), as the user wrote it.
        source: Its nodes before validation, with all overrides: what `with_values` changes.
        places: Dotted path -> place of its key.
        value_places: Dotted path -> place of its value.
        origins: Dotted path -> `pos.yaml:11`, `environment SEQLAB__...`, `command line`; a path that is missing is a default.
    """

    pipeline: Pipeline
    path: Path
    shown: str
    source: MappingNode
    places: Mapping[str, Place]
    value_places: Mapping[str, Place]
    origins: Mapping[str, str]

    @property
    def tree(self) -> dict[str, Any]:
        """All values as dicts and lists, defaults included; a component is `{"type": ..., settings...}`."""
        tree: dict[str, Any] = to_plain(Section(Pipeline), self.pipeline)
        return tree

    @property
    def text(self) -> str:
        """YAML that gives the same pipeline again, with a comment behind each value on where it comes from."""
        return write_tree(self.tree, lambda path: self.origins.get(path, DEFAULT))

    def place(self, path: str) -> Place:
        """Where the value of a dotted path stands, or the nearest setting around it that was given."""
        steps = path.split(".")
        for end in range(len(steps), 0, -1):
            found = self.value_places.get(".".join(steps[:end]))
            if found is not None:
                return found
        return Place(self.shown)

    def key_place(self, path: str) -> Place:
        """Where the key of a dotted path stands, or the nearest one around it that was given."""
        steps = path.split(".")
        for end in range(len(steps), 0, -1):
            found = self.places.get(".".join(steps[:end]))
            if found is not None:
                return found
        return Place(self.shown)


def to_plain(shape: Shape, value: Any) -> Any:
    """A validated value as dicts, lists and scalars."""
    if value is None:
        return None
    match shape:
        case Maybe(inner):
            return to_plain(inner, value)
        case Component():
            return part_to_plain(value)
        case Section(settings):
            return settings_to_plain(settings, value)
        case Many(inner):
            return [to_plain(inner, item) for item in value]
        case Fixed(shapes):
            return [to_plain(inner, item) for inner, item in zip(shapes, value, strict=True)]
        case Named(inner):
            return {name: to_plain(inner, item) for name, item in value.items()}
    return str(value) if isinstance(value, Path) else value


def part_to_plain(part: Part) -> dict[str, Any]:
    """A component as a pipeline writes it, with all its settings."""
    name = {} if part.name is None else {"name": part.name}
    return {"type": part.type, **name, **settings_to_plain(type(part.settings), part.settings)}


def settings_to_plain(settings: type, value: Any) -> dict[str, Any]:
    """The fields of a settings dataclass."""
    return {each.name: to_plain(each.shape, getattr(value, each.name)) for each in fields_of(settings)}
