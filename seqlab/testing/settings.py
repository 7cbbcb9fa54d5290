"""Settings of components to be checked: what they are by default, and their variations. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from annotated_types import Le, Lt

from seqlab.config.shapes import Leaf, Maybe, fields_of
from seqlab.interfaces.settings import Part
from seqlab.registry import Registry


def completed(settings: Any, registry: Registry) -> Any:
    """The settings with defaults in the components that they name without settings."""
    if not dataclasses.is_dataclass(settings) or isinstance(settings, type):
        return settings
    changed = {
        field.name: _completed(getattr(settings, field.name), registry)
        for field in dataclasses.fields(settings)
        if field.init
    }
    return dataclasses.replace(settings, **changed)


def _completed(value: Any, registry: Registry) -> Any:
    if isinstance(value, Part):
        given = registry.part(value.kind, value.type).settings if value.settings is None else value.settings
        return dataclasses.replace(value, settings=completed(given, registry))
    return tuple(_completed(each, registry) for each in value) if isinstance(value, tuple) else value


def variations(settings: type) -> Iterator[Any]:
    """The defaults, then one at a time each boolean turned, each other choice, and 2 for a number that is 1.

    One layer says nothing of two: 1 is the simplest case of most that can be counted.

    A variation that the settings themselves refuse is left out.

    Raises:
        TypeError: If a setting has no default.
    """
    default = settings()
    yield default
    for field in fields_of(settings):
        for value in _others(field.shape, getattr(default, field.name)):
            try:
                varied = dataclasses.replace(default, **{field.name: value})
            except ValueError:  # it does not go with the other defaults
                continue
            yield varied


def required(settings: type) -> list[str]:
    """The settings that have no default."""
    return [field.name for field in fields_of(settings) if field.required]


def _others(shape: Any, default: Any) -> Iterator[Any]:
    if isinstance(shape, Maybe):
        shape = shape.shape
    if isinstance(shape, Leaf):
        if bool in shape.types and isinstance(default, bool):
            yield not default
        yield from (choice for choice in shape.choices if choice != default)
        if int in shape.types and type(default) is int and default == 1 and not any(map(_ends_below_two, shape.bounds)):
            yield 2


def _ends_below_two(bound: Any) -> bool:
    limit: Any = bound.le if isinstance(bound, Le) else bound.lt if isinstance(bound, Lt) else None
    return limit is not None and bool(limit < 2 or (isinstance(bound, Lt) and limit == 2))
