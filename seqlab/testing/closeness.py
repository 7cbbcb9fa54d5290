"""Comparing what a component gave twice, and telling the difference in words."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from seqlab.testing.laws import Broken

TOLERANCES = {torch.float32: 1e-5, torch.float64: 1e-10}
"""Relative to the largest number of the tensor that is expected."""

SMALLEST_SCALE = 1e-3
"""A tensor whose numbers are all smaller is compared as if this were its largest: rounding has a floor too."""

AXES = ("row", "step")
"""What the first numbers of a place are called; the last one is a unit and has no name."""

OF_ONE_ROW = ("step",)
"""The same, where a single row is looked at."""


def same(name: str, found: Tensor, expected: Tensor, now: str, before: str, axes: tuple[str, ...] = AXES) -> None:
    """See that two tensors are equal but for rounding.

    Args:
        name: What they are: `states`.
        found: `(B, ...)`.
        expected: The same shape and type.
        now: When `found` was got: `with 1000 on padding`.
        before: When `expected` was got.
        axes: What the first numbers of a place are called.

    Raises:
        Broken: If they differ.
    """
    if found.shape != expected.shape:
        raise Broken(f"{name} has the shape {shape(found)} {now}, but {shape(expected)} {before}")
    if not found.numel():
        return
    if not found.is_floating_point():
        off, allowed = (found != expected).to(torch.float64), 0.0
    else:
        finite(name, found, now)
        finite(name, expected, before)
        scale = max(float(expected.abs().max()), SMALLEST_SCALE)
        off, allowed = (found - expected).abs(), TOLERANCES.get(found.dtype, 1e-5) * scale
    if float(off.max()) > allowed:
        worst = _place(off)
        known = axes[:1] if name.startswith("state[") else axes  # what follows the rows of a state is its owner's
        here, there = found[worst].item() + 0, expected[worst].item() + 0  # no -0
        count = int((off > allowed).sum())
        more = f"; so are {count - 1} more of {off.numel()} numbers" if count > 1 else ""
        limit = f", off by {float(off.max()):.3g} where {allowed:.1g} is allowed" if allowed else ""
        raise Broken(f"{name}{where(worst, known)} is {here:.6g} {now}, but {there:.6g} {before}{limit}{more}")


def all_same(
    found: Mapping[str, Tensor], expected: Mapping[str, Tensor], now: str, before: str, axes: tuple[str, ...] = AXES
) -> None:
    """See that tensors of the same names are equal but for rounding.

    Raises:
        Broken: If one is missing or differs.
    """
    if set(found) != set(expected):
        raise Broken(f"it gives {_names(found)} {now}, but {_names(expected)} {before}")
    for name, tensor in found.items():
        same(name, tensor, expected[name], now, before, axes)


def finite(name: str, tensor: Tensor, when: str = "") -> None:
    """See that all numbers are finite.

    Raises:
        Broken: If one is not.
    """
    wrong = ~torch.isfinite(tensor)
    if bool(wrong.any()):
        worst = _place(wrong.to(torch.float64))
        raise Broken(f"{name}{where(worst)} is {tensor[worst].item()}{' ' if when else ''}{when}")


def shaped(name: str, tensor: object, expected: tuple[int, ...], meaning: str) -> None:
    """See that something is a tensor of a shape.

    Args:
        name: What it is.
        tensor: What was given.
        expected: The shape.
        meaning: The shape in letters: `(B, T, output_size)`.

    Raises:
        Broken: If it is none.
    """
    if not isinstance(tensor, Tensor):
        raise Broken(f"{name} is of type {type(tensor).__name__}, not a tensor of {meaning}")
    if tuple(tensor.shape) != expected:
        raise Broken(f"{name} has the shape {shape(tensor)}, not {meaning} = {expected}")


def shape(tensor: Tensor) -> str:
    """`(5, 37, 200)`."""
    return str(tuple(tensor.shape))


def where(place: tuple[int, ...], axes: tuple[str, ...] = AXES) -> str:
    """`[2, 0, 4] (row 2, step 0)`."""
    if not place:
        return ""
    named = ", ".join(f"{axis} {number}" for axis, number in zip(axes, place[:-1] or place, strict=False))
    return f"[{', '.join(map(str, place))}]" + (f" ({named})" if named else "")


def _place(numbers: Tensor) -> tuple[int, ...]:
    """Where the largest number stands."""
    return tuple(int(each) for each in torch.unravel_index(numbers.argmax(), numbers.shape))


def _names(given: Mapping[str, Tensor]) -> str:
    return ", ".join(f"'{name}'" for name in given) or "nothing"
