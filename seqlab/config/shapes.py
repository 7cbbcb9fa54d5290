"""What a settings dataclass looks like to validation, to `seqlab show` and to the JSON Schema.

The type of every field is read once, here: `Annotated[tuple[Part, ...], Kind("metric"), Doc("...")]` becomes
`Many(Component("metric"))`. A type that no pipeline could hold is the plugin author's mistake and is said to be one.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import BaseMetadata, GroupedMetadata, MaxLen, MinLen
from typing_extensions import Doc

from seqlab.interfaces.settings import Kind, Part


class ShapeError(TypeError):
    """A settings class has a field that a pipeline cannot hold."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar.

    Args:
        types: Which of int, float, bool, str and Path it may be.
        choices: Values of a Literal that it may be as well.
        bounds: Limits on it, from `annotated_types`.
    """

    types: tuple[type, ...]
    choices: tuple[str | int | bool, ...] = ()
    bounds: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a kind: `{type: lstm, ...}` or `lstm`."""

    kind: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A nested dataclass."""

    settings: type


@dataclass(frozen=True, slots=True)
class Many:
    """A list, or one item alone."""

    item: Shape
    bounds: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A list of so many items."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping whose keys are free."""

    value: Shape


@dataclass(frozen=True, slots=True)
class Maybe:
    """`null` is allowed too."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever YAML can say."""


Shape: TypeAlias = Leaf | Component | Section | Many | Fixed | Named | Maybe | Anything


@dataclass(frozen=True, slots=True)
class Field:
    """One setting.

    Args:
        name: Its key.
        shape: What it may hold.
        required: Whether it must be given.
        default: A function that makes its default; None for a required one.
        doc: What it is for.
    """

    name: str
    shape: Shape
    required: bool
    default: typing.Callable[[], Any] | None
    doc: str


@cache
def fields_of(settings: type) -> tuple[Field, ...]:
    """The settings of a dataclass, in the order of its fields.

    Raises:
        ShapeError: If it is no dataclass, or has a field that a pipeline cannot hold.
    """
    if not dataclasses.is_dataclass(settings):
        raise ShapeError(f"'{settings.__qualname__}' is not a dataclass")
    try:
        hints = typing.get_type_hints(settings, include_extras=True)
    except Exception as error:  # a stranger's annotation may raise anything
        raise ShapeError(f"the types of '{settings.__qualname__}' cannot be read: {error}") from error
    return tuple(_field(field, hints[field.name], settings) for field in dataclasses.fields(settings) if field.init)


def _field(field: dataclasses.Field[Any], hint: Any, settings: type) -> Field:
    default: typing.Callable[[], Any] | None = None
    if field.default_factory is not dataclasses.MISSING:
        default = field.default_factory
    elif field.default is not dataclasses.MISSING:
        value = field.default
        default = lambda: value  # noqa: E731
    docs = [extra.documentation for extra in typing.get_args(hint)[1:] if isinstance(extra, Doc)]
    try:
        shape = _shape(hint, ())
    except ShapeError as error:
        raise ShapeError(f"field '{field.name}' of '{settings.__qualname__}' {error}") from None
    return Field(field.name, shape, default is None, default, docs[0] if docs else "")


def _shape(hint: Any, extras: tuple[Any, ...]) -> Shape:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        inner, *more = typing.get_args(hint)
        return _shape(inner, (*_flat(more), *extras))
    if origin in (typing.Union, types.UnionType):
        members = typing.get_args(hint)
        rest = [member for member in members if member is not type(None)]
        shape = _shape(rest[0], extras) if len(rest) == 1 else _leaf(rest, extras)
        return Maybe(shape) if len(rest) < len(members) else shape
    if origin is tuple:
        items = typing.get_args(hint)
        if len(items) == 2 and items[1] is Ellipsis:
            lengths = tuple(extra for extra in extras if isinstance(extra, MinLen | MaxLen))
            return Many(_shape(items[0], tuple(extra for extra in extras if extra not in lengths)), lengths)
        return Fixed(tuple(_shape(item, extras) for item in items))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = typing.get_args(hint)
        if key is not str:
            raise ShapeError("has keys that are no strings")
        return Named(_shape(value, extras))
    if hint is Any:
        return Anything()
    if hint is Part:
        for extra in extras:
            if isinstance(extra, Kind):
                return Component(extra.name, extra.default)
        raise ShapeError("is a component of no kind: write Annotated[Part, Kind(...)]")
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return Section(hint)
    return _leaf([hint], extras)


def _leaf(members: list[Any], extras: tuple[Any, ...]) -> Leaf:
    scalars: list[type] = []
    choices: list[str | int | bool] = []
    for member in members:
        if typing.get_origin(member) is Annotated:
            member, *more = typing.get_args(member)
            extras = (*extras, *_flat(more))
        if typing.get_origin(member) is Literal:
            choices += typing.get_args(member)
        elif member in (int, float, bool, str, Path):
            scalars.append(member)
        else:
            raise ShapeError(f"has a type that a pipeline cannot hold: {member}")
    bounds = tuple(extra for extra in extras if isinstance(extra, BaseMetadata))
    return Leaf(tuple(scalars), tuple(choices), bounds)


def _flat(extras: list[Any]) -> list[Any]:
    """The extras of an annotation, with groups such as `Interval` taken apart."""
    found: list[Any] = []
    for extra in extras:
        found += list(extra) if isinstance(extra, GroupedMetadata) else [extra]
    return found
