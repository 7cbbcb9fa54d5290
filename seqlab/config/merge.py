"""Two trees into one, and one value into a tree.

Mappings merge, lists and scalars replace. A component that names another type than its parent starts afresh, since
the settings of an LSTM say nothing about a CNN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from seqlab.config.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, as_component, component_type
from seqlab.errors import Place, listing, suggestion

APPENDED = "+"
"""The key that stands for one more item of a list."""

Path: TypeAlias = tuple[str, ...]
DefaultType: TypeAlias = Callable[[Path], str | None]
"""The type that a component at a path has when it names none."""


class WrongPathError(ValueError):
    """A path that leads nowhere.

    Args:
        message: Why.
        hint: The likeliest mend.
        place: The place of the key at fault, where it is known.
    """

    def __init__(self, message: str, hint: str | None = None, place: Place | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.place = place


def merge(parent: Node, child: Node, default_type: DefaultType = lambda path: None, path: Path = ()) -> Node:
    """The child laid over the parent.

    Args:
        parent: What is extended.
        child: What extends it, and wins.
        default_type: The type of a component that names none.
        path: Where both stand.
    """
    if not isinstance(child, MappingNode):
        return child
    if isinstance(parent, ScalarNode) and component_type(child) is None:
        parent = as_component(parent)
    if not isinstance(parent, MappingNode):
        return child
    named = component_type(child)
    if named is not None and named != (component_type(parent) or default_type(path)):
        return child
    merged = parent
    for entry in child:
        below = merged.get(entry.key)
        value = entry.value if below is None else merge(below, entry.value, default_type, (*path, entry.key))
        merged = merged.having(replace(entry, value=value))
    return replace(merged, place=child.place, origin=child.origin, folder=child.folder)


def set_value(node: Node | None, steps: Sequence[tuple[str, Place]], value: Node, before: str = "") -> Node:
    """The tree with one value put in place; mappings that are missing are made on the way.

    `lstm` becomes `{type: lstm}` where a setting of it is set, and something that is no list counts as a list of one. The
    key `+` adds the value to a list.

    Args:
        node: The tree, or None where there is none yet.
        steps: The keys (or indices of lists) on the way to the value, with their places in the override.
        value: The value.
        before: The path to `node`, for messages.

    Raises:
        WrongPathError: If an index is out of range or a list is given a key.
    """
    if not steps:
        return value
    (key, place), *rest = steps
    here = f"{before}.{key}" if before else key
    if key == APPENDED and node is not None and (isinstance(node, SequenceNode) or _stands_alone(node)):
        items = node.items if isinstance(node, SequenceNode) else (node,)
        added = set_value(None, rest, value, here)
        return SequenceNode((*items, added), node.place, node.origin, node.folder)
    if isinstance(node, SequenceNode):
        index = _index(node, key, before, place)
        changed = set_value(node.items[index], rest, value, here)
        return replace(node, items=(*node.items[:index], changed, *node.items[index + 1 :]))
    if key == "0" and rest and node is not None and _stands_alone(node):
        return set_value(node, rest, value, here)
    if isinstance(node, ScalarNode):
        node = as_component(node)
    if not isinstance(node, MappingNode):
        node = MappingNode((), place, value.origin, value.folder)
    there = node.find(key)
    if there is not None and rest:  # what is only passed through keeps its place
        return node.having(replace(there, value=set_value(there.value, rest, value, here)))
    return node.having(Entry(key, place, set_value(None, rest, value, here)))


def remove_value(node: Node | None, steps: Sequence[str], before: str = "") -> Node:
    """The tree without one value.

    Raises:
        WrongPathError: If there is no such value.
    """
    key, *rest = steps
    here = f"{before}.{key}" if before else key
    if isinstance(node, SequenceNode):
        index = _index(node, key, before)
        kept = (remove_value(node.items[index], rest, here),) if rest else ()
        return replace(node, items=(*node.items[:index], *kept, *node.items[index + 1 :]))
    if not isinstance(node, MappingNode) or node.find(key) is None:
        known = node.keys() if isinstance(node, MappingNode) else []
        there = f"'{before}' has {listing(known)}" if before and known else "there is nothing to remove"
        raise WrongPathError(f"'{here}' is not in the pipeline: {there}", suggestion(key, known))
    if not rest:
        return node.without(key)
    entry = node.find(key)
    assert entry is not None
    return node.having(replace(entry, value=remove_value(entry.value, rest, here)))


def _index(node: SequenceNode, key: str, before: str, place: Place | None = None) -> int:
    number = len(node.items)
    if not key.isascii() or not key.isdigit():
        raise WrongPathError(
            f"'{before}' is a list: '{key}' must be an index",
            f"write {before}.0, {before}.1, ..., or {before}.{APPENDED} for one more",
            place,
        )
    if int(key) >= number:
        items = "1 item" if number == 1 else f"{number} items"
        raise WrongPathError(f"'{before}' has {items}, so that there is no index {key}", "indices begin at 0", place)
    return int(key)


def _stands_alone(node: Node) -> bool:
    """Whether a node may be meant as a list of one."""
    return isinstance(node, ScalarNode) or component_type(node) is not None
