"""Scalars of a pipeline: is this value allowed here, what would be, and how the JSON Schema says it.

The only module that knows pydantic, which is imported when the first bounded value is checked. It is asked in strict
mode, one type at a time: otherwise `"300"` passes as an int and `1` as a bool, and a bound on a union with a string
raises a TypeError.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge, Gt, Le, Len, Lt, MaxLen, MinLen, MultipleOf, Not, Predicate

from seqlab.config.nodes import Node, ScalarNode, ScalarValue, SequenceNode
from seqlab.config.scalars import read_scalar, write_scalar
from seqlab.config.shapes import Leaf
from seqlab.errors import suggestion

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_ARTICLES = {int: "an int", float: "a float", bool: "a bool", str: "a string", Path: "a path"}
_SCHEMA_TYPES = {int: "integer", float: "number", bool: "boolean", str: "string", Path: "string"}
_BOOLEAN_WORDS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}


class WrongValueError(ValueError):
    """A value that is not allowed.

    Args:
        right_type: Whether it is of the right type and only out of its bounds or choices.
        hint: The likeliest mend.
    """

    def __init__(self, right_type: bool, hint: str | None) -> None:
        super().__init__(hint)
        self.right_type = right_type
        self.hint = hint


def check_value(leaf: Leaf, node: ScalarNode) -> Any:
    """The value that the settings get: the node's own, an int made a float where a float is asked for, a path joined.

    Raises:
        WrongValueError: If it is not allowed.
    """
    value = node.value
    if any(type(value) is type(choice) and value == choice for choice in leaf.choices):
        return value
    for scalar in leaf.types:
        if _is_of(scalar, value):
            if _within(scalar, leaf.bounds, value):
                return _converted(scalar, node)
            raise WrongValueError(True, None)
    right_type = any(type(value) is type(choice) for choice in leaf.choices)
    raise WrongValueError(right_type, _hint(leaf, node))


def _is_of(scalar: type, value: ScalarValue) -> bool:
    """Whether a value is of a type: an int is a float too, a bool is nothing else."""
    if scalar is float:
        return type(value) in (int, float)
    return type(value) is (str if scalar is Path else scalar)


def _converted(scalar: type, node: ScalarNode) -> Any:
    if scalar is float:
        return float(node.value)  # type: ignore[arg-type]
    return node.folder / Path(str(node.value)).expanduser() if scalar is Path else node.value


def _within(scalar: type, bounds: tuple[Any, ...], value: Any) -> bool:
    if scalar is float:
        try:
            number = float(value)
        except OverflowError:
            return False
        if math.isnan(number) or (math.isinf(number) and not allows_infinity(bounds)):
            return False
    bounds = _relevant(scalar, bounds)
    if not bounds:
        return True
    from pydantic import ValidationError

    try:
        _adapter(str if scalar is Path else scalar, bounds).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@cache
def _adapter(scalar: type, bounds: tuple[Any, ...]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    bounded: Any = Annotated[(scalar, *bounds)]
    return TypeAdapter(bounded)


def allows_infinity(bounds: tuple[Any, ...]) -> bool:
    """Whether `IsNotNan` is among the bounds: a float must be finite unless it says so."""
    return any(isinstance(bound, Predicate) and bound.func == Not(math.isnan) for bound in bounds)


def _relevant(scalar: type, bounds: tuple[Any, ...]) -> tuple[Any, ...]:
    """The bounds that speak about a type: a length about strings, an order about numbers."""
    if scalar is bool:
        return ()
    if scalar in (str, Path):
        return tuple(bound for bound in bounds if isinstance(bound, MinLen | MaxLen | Len | Predicate))
    return tuple(bound for bound in bounds if not isinstance(bound, MinLen | MaxLen | Len))


def expected(leaf: Leaf, or_null: bool = False) -> str:
    """What would be allowed: `an int >= 1`, `a float in the range [0, 1)`, `'last' or 'mean'`."""
    parts = [_ARTICLES[scalar] + _limits(_relevant(scalar, leaf.bounds)) for scalar in leaf.types]
    parts += [quoted(choice) for choice in leaf.choices]
    if or_null:
        parts.append("null")
    if len(parts) > 3 and not leaf.types:
        return f"one of {', '.join(parts)}"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _limits(bounds: tuple[Any, ...]) -> str:
    low = next((bound for bound in bounds if isinstance(bound, Ge | Gt)), None)
    high = next((bound for bound in bounds if isinstance(bound, Le | Lt)), None)
    if low and high:
        left = f"[{low.ge}" if isinstance(low, Ge) else f"({low.gt}"
        right = f"{high.le}]" if isinstance(high, Le) else f"{high.lt})"
        return f" in the range {left}, {right}"
    if low:
        return f" >= {low.ge}" if isinstance(low, Ge) else f" > {low.gt}"
    if high:
        return f" <= {high.le}" if isinstance(high, Le) else f" < {high.lt}"
    words = [f" that is a multiple of {bound.multiple_of}" for bound in bounds if isinstance(bound, MultipleOf)]
    words += [" that is not empty" for bound in bounds if isinstance(bound, MinLen) and bound.min_length == 1]
    return "".join(words)


def got(node: Node) -> str:
    """What stands there instead: `'300' (a string)`, `1.5 (a float)`, `a list`."""
    if not isinstance(node, ScalarNode):
        return "a list" if isinstance(node, SequenceNode) else "a mapping"
    if node.value is None:
        return "null"
    if isinstance(node.value, float) and not math.isfinite(node.value):
        return write_scalar(node.value)
    return f"{quoted(node.value)} ({_ARTICLES[type(node.value)]})"


def quoted(value: ScalarValue) -> str:
    """A value as messages show it: strings in quotes, everything else as YAML has it."""
    if not isinstance(value, str):
        return write_scalar(value)
    return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"


def _hint(leaf: Leaf, node: ScalarNode) -> str | None:
    value = node.value
    if value is None:
        return "give a value, or leave the setting out"
    if isinstance(value, str):
        return _hint_for_text(leaf, value)
    if type(value) is float and int in leaf.types and math.isfinite(value) and value.is_integer():
        return f"write {int(value)}" if _within(int, leaf.bounds, int(value)) else None
    if str in leaf.types or Path in leaf.types:
        return f'write "{write_scalar(value)}" in quotes'
    return None


def _hint_for_text(leaf: Leaf, text: str) -> str | None:
    meant = read_scalar(text.replace("_", "") if text[:1].isdigit() else text)
    for scalar in leaf.types:
        if scalar in (int, float, bool) and _is_of(scalar, meant):
            written = text.replace("_", "") if text[:1].isdigit() else text
            return f"write {written} without quotes" if written == text else f"write {written}"
        if scalar is bool and text.lower() in _BOOLEAN_WORDS:
            return f"write {_BOOLEAN_WORDS[text.lower()]}"
    return suggestion(text, [choice for choice in leaf.choices if isinstance(choice, str)])


def value_schema(leaf: Leaf) -> dict[str, Any]:
    """The JSON Schema of a scalar."""
    options: list[dict[str, Any]] = []
    for scalar in leaf.types:
        option: dict[str, Any] = {"type": _SCHEMA_TYPES[scalar]}
        for bound in _relevant(scalar, leaf.bounds):
            option |= _bound_schema(bound)
        options.append(option)
    if leaf.choices:
        options.append({"enum": list(leaf.choices)})
    return options[0] if len(options) == 1 else {"anyOf": options}


def _bound_schema(bound: Any) -> dict[str, Any]:
    names = {
        "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum",
        "multiple_of": "multipleOf", "min_length": "minLength", "max_length": "maxLength",
    }  # fmt: skip
    return {schema: getattr(bound, name) for name, schema in names.items() if hasattr(bound, name)}
