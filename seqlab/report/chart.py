"""Geometry of a small line chart, in the units of its drawing; a template makes SVG of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 440, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 16, 40
_MOST_POINTS = 300


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where it is, and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point or a level with a label."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart, laid out.

    Args:
        title: What is shown.
        description: The same in words, for those who do not see it.
        x_label: What runs to the right.
        points: The line: `x,y` pairs.
        x_ticks: Grid to the right.
        y_ticks: Grid upwards.
        dots: The points themselves, where they are few.
        level: A dashed level, such as the floor; None without one.
        best: The point to point out; None without one.
    """

    title: str
    description: str
    x_label: str
    points: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dots: tuple[Mark, ...]
    level: Mark | None
    best: Mark | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def line_chart(
    title: str,
    x_label: str,
    values: Sequence[tuple[float, float]],
    show: Callable[[float], str],
    *,
    level: tuple[str, float] | None = None,
    best: int | None = None,
) -> Chart | None:
    """Lay out a line chart; None if there is no finite value.

    Args:
        title: What is shown.
        x_label: What runs to the right.
        values: `(x, y)` from left to right; of very many, neighbours are averaged.
        show: Prints a y.
        level: Name and y of a level to compare with.
        best: Place in `values` of the point to point out.
    """
    chosen = values[best] if best is not None else None
    finite = thinned([(x, y) for x, y in values if math.isfinite(x) and math.isfinite(y)])
    if not finite:
        return None
    xs, ys = [x for x, _ in finite], [y for _, y in finite]
    reach = [*ys, *([level[1]] if level else []), *([chosen[1]] if chosen else [])]
    y_ticks = ticks(min(reach), max(reach))
    x_low, x_high = (min(xs), max(xs)) if min(xs) < max(xs) else (min(xs) - 1, max(xs) + 1)
    y_low, y_high = y_ticks[0], y_ticks[-1]

    def across(x: float) -> float:
        return round(_LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - _LEFT - _RIGHT), 1)

    def up(y: float) -> float:
        return round(HEIGHT - _BOTTOM - (y - y_low) / (y_high - y_low) * (HEIGHT - _TOP - _BOTTOM), 1)

    few = len(finite) <= 40
    last = f"{title}: from {show(ys[0])} at {x_label} {xs[0]:,.0f} to {show(ys[-1])} at {x_label} {xs[-1]:,.0f}."
    return Chart(
        title=title,
        description=last + (f" {level[0]}: {show(level[1])}." if level else ""),
        x_label=x_label,
        points=" ".join(f"{across(x)},{up(y)}" for x, y in finite),
        x_ticks=tuple(Tick(across(x), f"{x:,.0f}") for x in whole_ticks(x_low, x_high) if x_low <= x <= x_high),
        y_ticks=tuple(Tick(up(y), _tick_label(y, y_ticks, show)) for y in y_ticks),
        dots=tuple(Mark(across(x), up(y), show(y)) for x, y in finite) if few else (),
        level=Mark(WIDTH - _RIGHT, up(level[1]), f"{level[0]} {show(level[1])}") if level else None,
        best=Mark(across(chosen[0]), up(chosen[1]), show(chosen[1])) if chosen else None,
    )


def thinned(values: Sequence[tuple[float, float]], most: int = _MOST_POINTS) -> list[tuple[float, float]]:
    """At most so many points: means of equally many neighbours."""
    size = math.ceil(len(values) / most)
    if size <= 1:
        return list(values)
    groups = [values[start : start + size] for start in range(0, len(values), size)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) from at or below `low` to at or above `high`."""
    size = max(abs(low), abs(high))
    if high - low <= 1e-9 * max(size, 1e-3):  # as good as equal
        margin = size / 10 if size > 1e-9 else 1.0
        low, high = low - margin, high + margin
    step = _round_step((high - low) / about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def whole_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """The same for steps and epochs: whole numbers."""
    step = max(1.0, _round_step((high - low) / about))
    return [place * step for place in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _tick_label(value: float, every: Sequence[float], show: Callable[[float], str]) -> str:
    """The printed value without the zeros that no label of the axis needs."""
    shown = [show(each) for each in every]
    while all("." in each and each.endswith("0") for each in shown):
        shown = [each[:-1] for each in shown]
    if all(each.endswith(".") for each in shown):
        shown = [each[:-1] for each in shown]
    return shown[every.index(value)]
