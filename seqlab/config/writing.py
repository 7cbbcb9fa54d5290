"""Dicts, lists and scalars -> YAML, one value a line with a comment behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from seqlab.config.scalars import write_scalar

Remark: TypeAlias = Callable[[str], str]
"""Dotted path of a value -> the comment behind it."""


def write_tree(tree: dict[str, Any], remark: Remark) -> str:
    """The YAML text of a tree.

    Args:
        tree: What to write.
        remark: Gives the comment behind each value.
    """
    lines = list(_mapping(tree, "", "", remark))
    width = min(60, max((len(text) for text, _ in lines), default=0))
    return "".join(f"{text:<{width}}  # {comment}\n" if comment else f"{text}\n" for text, comment in lines)


def _mapping(tree: dict[str, Any], path: str, indent: str, remark: Remark) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        below = f"{path}.{key}" if path else str(key)
        yield from _value(value, f"{indent}{write_scalar(str(key))}:", below, indent + "  ", remark)


def _value(value: Any, before: str, path: str, indent: str, remark: Remark) -> Iterator[tuple[str, str]]:
    """The lines of a value that stands behind a key or the dash of a list."""
    if isinstance(value, dict) and value:
        lines = _mapping(value, path, indent, remark)
    elif isinstance(value, list | tuple) and value:
        lines = _sequence(value, path, indent, remark)
    else:
        empty = "{}" if isinstance(value, dict) else "[]" if isinstance(value, list | tuple) else write_scalar(value)
        yield f"{before} {empty}", remark(path)
        return
    if before.endswith("-"):  # the first line of an item stands beside its dash
        text, comment = next(lines)
        yield f"{before} {text[len(indent) :]}", comment
    else:
        yield before, ""
    yield from lines


def _sequence(items: list[Any] | tuple[Any, ...], path: str, indent: str, remark: Remark) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(items):
        yield from _value(item, f"{indent}-", f"{path}.{number}", indent + "  ", remark)
