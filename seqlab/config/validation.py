"""Nodes + settings dataclass -> instance, with every mistake on the way.

Nothing here knows what a pipeline is: it walks the shapes of a dataclass and of the components that it meets. A value
that is wrong is noted and the walk goes on beside it, so that five mistakes are told in one answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from seqlab.config.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, as_component, plain
from seqlab.config.shapes import (
    Anything,
    Component,
    Field,
    Fixed,
    Leaf,
    Many,
    Maybe,
    Named,
    Section,
    Shape,
    ShapeError,
    fields_of,
)
from seqlab.config.values import WrongValueError, check_value, expected, got
from seqlab.errors import Place, Problem, SeqlabError, listing, suggestion
from seqlab.interfaces.settings import Part
from seqlab.registry import Registry

INVALID: Final = object()
"""Stands for a value that cannot be built; the problem is noted."""

PIPELINE: Final = "the pipeline"
"""What messages call the top level."""

NAMED_KINDS = frozenset({"baseline", "variant"})
"""Kinds whose components may be given a `name:`."""


@dataclass(slots=True)
class Walk:
    """One validation: what it finds wrong, and where every value stands.

    Args:
        registry: The components.
        root: The dataclass of the top level, whose sections a misplaced key is looked for in.
        failed_plugins: Name and reason of every plugin that could not be loaded.
        problems: All that is wrong.
        places: Dotted path -> place of its key, or of its item in a list.
        value_places: Dotted path -> place of its value.
        origins: Dotted path -> where the value comes from.
    """

    registry: Registry
    root: type | None = None
    failed_plugins: Sequence[tuple[str, str]] = ()
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    value_places: dict[str, Place] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    def section(self, settings: type, node: Node, path: str, owner: str, key: Place) -> Any:
        """An instance of a dataclass.

        Args:
            settings: The dataclass.
            node: What stands there; null counts as an empty mapping.
            path: The dotted path of it; empty for the whole pipeline.
            owner: What messages call it: `'training'`, `encoder 'lstm'`.
            key: The place of its key, for what is missing in it.

        Returns:
            The instance, or `INVALID`.
        """
        if isinstance(node, ScalarNode) and node.value is None:
            node = MappingNode((), node.place, node.origin, node.folder)
        list_field = getattr(settings, "list_field", None)
        if list_field and not (isinstance(node, MappingNode) and node.find("type") is None):
            node = MappingNode((Entry(list_field, key, node),), node.place, node.origin, node.folder)
        if not isinstance(node, MappingNode):
            self._add("SL207", f"{owner} must be a mapping of settings, got {got(node)}", node.place)
            return INVALID
        try:
            fields = fields_of(settings)
        except ShapeError as error:
            self._broken(owner, error, node.place)
            return INVALID
        self._unknown(node, [each.name for each in fields], owner)
        return self._instance(settings, fields, node, path, owner, key)

    def _instance(
        self, settings: type, fields: Sequence[Field], node: MappingNode, path: str, owner: str, key: Place
    ) -> Any:
        values: dict[str, Any] = {}
        for each in fields:
            below = f"{path}.{each.name}" if path else each.name
            entry = node.find(each.name)
            if entry is not None:
                label = f"'{each.name}'" if owner == PIPELINE else f"'{each.name}' of {owner}"
                self.places[below] = entry.place
                values[each.name] = self.value(each.shape, entry.value, below, label, entry.place)
            elif each.default is not None:
                values[each.name] = self.complete(each.shape, each.default(), owner, key)
            else:
                self._missing(each, owner, key)
                values[each.name] = INVALID
        if any(value is INVALID for value in values.values()):
            return INVALID
        try:
            return settings(**values)
        except ValueError as error:
            self._refused(str(error), node, path, owner)
        except Exception as error:  # a stranger's __post_init__ may raise anything
            self._broken(owner, error, node.place)
        return INVALID

    def value(self, shape: Shape, node: Node, path: str, label: str, key: Place) -> Any:
        """What one setting holds, or `INVALID`.

        Args:
            shape: What it may hold.
            node: What stands there.
            path: Its dotted path.
            label: What messages call it: `'hidden_size' of encoder 'lstm'`.
            key: The place of its key.
        """
        self.value_places[path] = node.place
        if isinstance(node, ScalarNode) or not (node.items if isinstance(node, SequenceNode) else node.entries):
            self.origins[path] = node.origin
        match shape:
            case Maybe(inner):
                if isinstance(node, ScalarNode) and node.value is None:
                    return None
                return self._leaf(inner, node, label, True) if isinstance(inner, Leaf) else self.value(
                    inner, node, path, label, key
                )  # fmt: skip
            case Leaf():
                return self._leaf(shape, node, label, False)
            case Component():
                return self.component(shape, node, path, label, key)
            case Section(settings):
                return self.section(settings, node, path, label, key)
            case Many():
                return self._many(shape, node, path, label, key)
            case Fixed(shapes):
                return self._fixed(shapes, node, path, label)
            case Named(inner):
                return self._named(inner, node, path, label)
            case Anything():
                self._remember(node, path)
                return plain(node)

    def _leaf(self, leaf: Leaf, node: Node, label: str, or_null: bool) -> Any:
        wrong = WrongValueError(False, None)
        if isinstance(node, ScalarNode):
            try:
                return check_value(leaf, node)
            except WrongValueError as error:
                wrong = error
        code = "SL206" if wrong.right_type else "SL205"
        self._add(code, f"{label} must be {expected(leaf, or_null)}, got {got(node)}", node.place, wrong.hint)
        return INVALID

    def component(self, shape: Component, node: Node, path: str, label: str, key: Place) -> Any:
        """A `Part`, or `INVALID`."""
        node = as_component(node)
        if not isinstance(node, MappingNode):
            example = listing(self.registry.names(shape.kind), 3) or shape.kind
            message = f"{label} must be the {shape.kind}'s type or a mapping with 'type:', got {got(node)}"
            self._add("SL208", message, node.place, None, f"for example: {example}")
            return INVALID
        entry = node.find("type")
        if entry is None and shape.default is None:
            known = listing(self.registry.names(shape.kind)) or "none"
            see = f"known: {known}        see: seqlab show {shape.kind}"
            self._add(
                "SL209", f"{label} has no 'type', so that it is not known which {shape.kind} it is", key, None, see
            )
            return INVALID
        name, place = shape.default or "", key
        if entry is not None:
            self.places[f"{path}.type"] = entry.place
            self.value_places[f"{path}.type"] = place = entry.value.place
            self.origins[f"{path}.type"] = entry.value.origin
            if not isinstance(entry.value, ScalarNode) or not isinstance(entry.value.value, str):
                self._add("SL208", f"'type' of {label} must be a {shape.kind}'s name, got {got(entry.value)}", place)
                return INVALID
            name = entry.value.value
        settings = self._settings_class(shape.kind, name, place)
        if settings is None:
            return INVALID
        return self._part(shape.kind, name, settings, node.without("type"), path, key)

    def _part(self, kind: str, name: str, settings: type, node: MappingNode, path: str, key: Place) -> Any:
        owner = f"{kind} '{name}'"
        given: Any = None
        entry = node.find("name") if kind in NAMED_KINDS else None
        if entry is not None:
            self.places[f"{path}.name"] = entry.place
            given = self.value(Leaf((str,)), entry.value, f"{path}.name", f"'name' of {owner}", entry.place)
            node = node.without("name")
        try:
            fields = fields_of(settings)
        except ShapeError as error:
            self._broken(owner, error, key)
            return INVALID
        self._unknown(node, [each.name for each in fields], owner, f"        see: seqlab show {kind} {name}")
        built = self._instance(settings, fields, node, path, owner, key)
        return INVALID if built is INVALID or given is INVALID else Part(kind, name, built, given)

    def _settings_class(self, kind: str, name: str, place: Place) -> type | None:
        try:
            return self.registry.get(kind, name).settings_class()
        except SeqlabError as error:
            for problem in error.problems:
                notes = problem.notes
                if problem.code == "SL201":
                    notes += tuple(f"plugin '{name}' is not loaded: {why}" for name, why in self.failed_plugins)
                self.problems.append(replace(problem, place=place, notes=notes))
        return None

    def _many(self, shape: Many, node: Node, path: str, label: str, key: Place) -> Any:
        if isinstance(node, ScalarNode) and node.value is None:
            node = SequenceNode((), node.place, node.origin, node.folder)
        items = node.items if isinstance(node, SequenceNode) else (node,)
        values = self._items([shape.item] * len(items), items, path, label, key)
        for bound in shape.bounds:
            least, most = getattr(bound, "min_length", 0), getattr(bound, "max_length", None)
            if len(items) < least or (most is not None and len(items) > most):
                limit = f"at least {least}" if len(items) < least else f"at most {most}"
                self._add("SL206", f"{label} must have {limit} items, got {len(items)}", node.place)
                return INVALID
        return values

    def _fixed(self, shapes: Sequence[Shape], node: Node, path: str, label: str) -> Any:
        if not isinstance(node, SequenceNode):
            self._add("SL205", f"{label} must be a list of {len(shapes)} values, got {got(node)}", node.place)
            return INVALID
        if len(node.items) != len(shapes):
            self._add("SL206", f"{label} must have {len(shapes)} items, got {len(node.items)}", node.place)
            return INVALID
        return self._items(shapes, node.items, path, label, node.place)

    def _items(self, shapes: Sequence[Shape], items: Sequence[Node], path: str, label: str, key: Place) -> Any:
        values = []
        for number, (shape, item) in enumerate(zip(shapes, items, strict=True)):
            which = f"item {number + 1} of {label}" if len(items) > 1 else label
            place = item.place if len(items) > 1 else key
            self.places[f"{path}.{number}"] = place
            values.append(self.value(shape, item, f"{path}.{number}", which, place))
        return INVALID if any(value is INVALID for value in values) else tuple(values)

    def _named(self, shape: Shape, node: Node, path: str, label: str) -> Any:
        if isinstance(node, ScalarNode) and node.value is None:
            return {}
        if not isinstance(node, MappingNode):
            self._add("SL205", f"{label} must be a mapping, got {got(node)}", node.place)
            return INVALID
        values = {}
        for entry in node:
            below = f"{path}.{entry.key}"
            self.places[below] = entry.place
            values[entry.key] = self.value(shape, entry.value, below, f"'{entry.key}' of {label}", entry.place)
        return INVALID if any(value is INVALID for value in values.values()) else values

    def _remember(self, node: Node, path: str) -> None:
        """Note the origins of all that lies below a free value."""
        if isinstance(node, ScalarNode):
            self.origins[path] = node.origin
            return
        items = [(entry.key, entry.value) for entry in node] if isinstance(node, MappingNode) else [
            (str(number), item) for number, item in enumerate(node.items)
        ]  # fmt: skip
        for key, item in items:
            self._remember(item, f"{path}.{key}")

    def complete(self, shape: Shape, value: Any, owner: str, key: Place) -> Any:
        """A default with real settings in every component that it names (`Part("optimizer", "adam", None)`)."""
        match shape, value:
            case Maybe(inner), _ if value is not None:
                return self.complete(inner, value, owner, key)
            case Component(), Part(settings=None):
                settings = self._settings_class(value.kind, value.type, key)
                if settings is None:
                    return INVALID
                empty = MappingNode((), key, "default", Path())
                part = self._part(value.kind, value.type, settings, empty, "", key)
                return part if part is INVALID else replace(part, name=value.name)
            case Many(item), tuple():
                items = tuple(self.complete(item, each, owner, key) for each in value)
                return INVALID if any(each is INVALID for each in items) else items
            case Named(item), Mapping():
                named = {name: self.complete(item, each, owner, key) for name, each in value.items()}
                return INVALID if any(each is INVALID for each in named.values()) else named
            case Section(settings), _:
                found = {
                    each.name: self.complete(each.shape, getattr(value, each.name), owner, key)
                    for each in fields_of(settings)
                }
                return INVALID if any(each is INVALID for each in found.values()) else dataclasses.replace(
                    value, **found
                )  # fmt: skip
        return value

    def _unknown(self, node: MappingNode, known: Sequence[str], owner: str, see: str = "") -> None:
        for entry in node:
            if entry.key not in known:
                hint = suggestion(entry.key, known) or self._elsewhere(entry.key)
                note = f"known settings: {listing(sorted(known))}" if known else "it has no settings"
                self._add("SL203", f"unknown setting '{entry.key}' for {owner}", entry.place, hint, note + see)

    def _elsewhere(self, key: str) -> str | None:
        """Where a key belongs that a section of the pipeline knows: `it belongs under 'training'`."""
        for each in fields_of(self.root) if self.root else ():
            if isinstance(each.shape, Section) and key in [below.name for below in fields_of(each.shape.settings)]:
                return f"it belongs under '{each.name}'"
        return None

    def _missing(self, each: Field, owner: str, key: Place) -> None:
        what = f"        # {each.doc}" if each.doc else ""
        value = {"Component": "TYPE"}.get(type(each.shape).__name__, "...")
        self._add("SL204", f"{owner} needs '{each.name}'", key, None, f"add: {each.name}: {value}{what}")

    def _refused(self, reason: str, node: MappingNode, path: str, owner: str) -> None:
        """What `__post_init__` refuses; a reason that begins with `setting: ` is told at that setting."""
        name, _, rest = reason.partition(": ")
        entry = node.find(name)
        label, told = (f"'{name}' of {owner}", rest) if rest and entry else (owner, reason)
        place = entry.value.place if rest and entry else node.place
        self._add("SL210", f"{label}: {told}", place)

    def _broken(self, owner: str, error: Exception, place: Place) -> None:
        message = f"the settings of {owner} cannot be made: {type(error).__name__}: {error}"
        self._add("SL211", message, place, None, "this is a mistake in the plugin, not in the pipeline")

    def _add(self, code: str, message: str, place: Place, hint: str | None = None, *notes: str) -> None:
        self.problems.append(Problem(code, message, place, hint, notes))
