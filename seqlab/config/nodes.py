"""The tree that a pipeline is before it is validated: mappings, sequences and scalars that remember where they stand.

Every node is immutable; a change makes new nodes above it. `place` is for messages, `origin` for the resolved pipeline
(`pos.yaml:11`, `command line`), `folder` is what a relative path in it is relative to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from seqlab.errors import Place

ScalarValue: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value.

    Args:
        value: As YAML 1.2 reads it.
        place: Where it stands.
        origin: One word or two on where it came from.
        folder: What it is relative to, if it is a path.
        quoted: Whether it was written in quotes or as a block, and so is a string whatever it looks like.
    """

    value: ScalarValue
    place: Place
    origin: str
    folder: Path
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    origin: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value.

    Args:
        key: The key, as text.
        place: Where the key stands.
        value: What it holds.
    """

    key: str
    place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, in the order in which it was written."""

    entries: tuple[Entry, ...]
    place: Place
    origin: str
    folder: Path

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def keys(self) -> list[str]:
        """The keys, in order."""
        return [entry.key for entry in self.entries]

    def find(self, key: str) -> Entry | None:
        """The entry of a key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        entry = self.find(key)
        return entry.value if entry else None

    def having(self, new: Entry) -> MappingNode:
        """This mapping with one entry replaced where it stands, or added at the end."""
        if self.find(new.key) is None:
            return replace(self, entries=(*self.entries, new))
        return replace(self, entries=tuple(new if entry.key == new.key else entry for entry in self.entries))

    def without(self, key: str) -> MappingNode:
        """This mapping without one key."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.key != key))


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def plain(node: Node) -> Any:
    """The node as dicts, lists and scalars."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.value) for entry in node}


def from_plain(value: Any, place: Place, origin: str, folder: Path) -> Node:
    """Dicts, lists (or tuples) and scalars as a node, all of it with one place and origin."""
    if isinstance(value, Mapping):
        entries = (Entry(str(key), place, from_plain(item, place, origin, folder)) for key, item in value.items())
        return MappingNode(tuple(entries), place, origin, folder)
    if isinstance(value, list | tuple):
        return SequenceNode(tuple(from_plain(item, place, origin, folder) for item in value), place, origin, folder)
    return ScalarNode(value, place, origin, folder, quoted=isinstance(value, str))


def as_component(node: Node) -> Node:
    """`lstm` as the mapping `{type: lstm}` that it is short for; any other node as it is."""
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        return node
    return MappingNode((Entry("type", node.place, node),), node.place, node.origin, node.folder)


def component_type(node: Node) -> str | None:
    """The word under `type` of a mapping, if there is one."""
    found = node.get("type") if isinstance(node, MappingNode) else None
    return found.value if isinstance(found, ScalarNode) and isinstance(found.value, str) else None
