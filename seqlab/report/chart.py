"""A small line chart: a curve over the updates, a level to compare with, the best point."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqlab.report.drawing import ACCENT, BAD, INK, PAPER, draw, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 440, 250
_FEW = 40
_MOST_POINTS = 300


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart.

    Args:
        title: What is shown.
        svg: The drawing, which says in words what it shows.
    """

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level to compare with, such as the floor."""

    name: str
    value: float


def line_chart(
    name: str,
    title: str,
    x_label: str,
    values: Sequence[tuple[float, float]],
    show: Callable[[float], str],
    *,
    level: Level | None = None,
    best: int | None = None,
) -> Chart | None:
    """Draw a line chart; None if there is no finite value.

    Args:
        name: Unique in the page.
        title: What is shown.
        x_label: What runs to the right.
        values: `(x, y)` from left to right; of very many, neighbours are averaged.
        show: Prints a y.
        level: A level to compare with.
        best: Place in `values` of the point to point out.
    """
    chosen = values[best] if best is not None and math.isfinite(values[best][1]) else None
    finite = thinned([(x, y) for x, y in values if math.isfinite(x) and math.isfinite(y)])
    if not finite:
        return None
    (first_x, first), (last_x, last) = finite[0], finite[-1]
    words = f"{title}: from {show(first)} at {x_label} {first_x:,.0f} to {show(last)} at {x_label} {last_x:,.0f}."
    if level is not None:
        words += f" {level.name}: {show(level.value)}."
    reach = [*(y for _, y in finite), *([level.value] if level else []), *([chosen[1]] if chosen else [])]
    y_ticks = ticks(min(reach), max(reach))
    labels = tick_labels(y_ticks, show)

    def paint(axes: Axes) -> None:
        low, high = min(x for x, _ in finite), max(x for x, _ in finite)
        axes.set_xlim(*((low, high) if low < high else (low - 1, high + 1)))
        axes.set_ylim(y_ticks[0], y_ticks[-1])
        axes.set_yticks(y_ticks, labels)
        x_ticks = [x for x in ticks(*axes.get_xlim(), whole=True) if axes.get_xlim()[0] <= x <= axes.get_xlim()[1]]
        axes.set_xticks(x_ticks, [f"{x:,.0f}" for x in x_ticks])
        axes.set_xlabel(x_label)
        if level is not None:
            _paint_level(axes, level, show, finite)
        axes.plot(
            [x for x, _ in finite],
            [y for _, y in finite],
            color=ACCENT,
            linewidth=2,
            marker="o" if len(finite) <= _FEW else "",
            markersize=5,
            clip_on=False,
        )
        if chosen is not None:
            _paint_best(axes, chosen, show, level)

    margins = (16 + 7 * max(map(len, labels)), 16, 24, 44)
    return Chart(title, draw(name, words, paint, _WIDTH, _HEIGHT, margins))


def thinned(values: Sequence[tuple[float, float]], most: int = _MOST_POINTS) -> list[tuple[float, float]]:
    """At most so many points: means of equally many neighbours."""
    size = math.ceil(len(values) / most)
    if size <= 1:
        return list(values)
    groups = [values[start : start + size] for start in range(0, len(values), size)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]


def ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`.

    Args:
        low: Smallest value.
        high: Largest value.
        whole: Whether only whole numbers are wanted (updates, epochs).
    """
    from matplotlib.ticker import MaxNLocator

    return [float(each) for each in MaxNLocator(nbins=5, integer=whole, steps=[1, 2, 5, 10]).tick_values(low, high)]


def tick_labels(values: Sequence[float], show: Callable[[float], str]) -> list[str]:
    """The printed values without the zeros that no label of the axis needs."""
    shown = [show(each) for each in values]
    while all("." in each and each.endswith("0") for each in shown):
        shown = [each[:-1] for each in shown]
    return [each.removesuffix(".") for each in shown]


def _paint_level(axes: Axes, level: Level, show: Callable[[float], str], curve: Sequence[tuple[float, float]]) -> None:
    axes.axhline(level.value, color=BAD, linewidth=1.5, dashes=(5, 4), clip_on=False)
    low, high = axes.get_ylim()
    # Its name stands on the right, on the side where the curve does not end, unless the edge is too near.
    above = curve[-1][1] < level.value if high - level.value > 0.12 * (high - low) else False
    above = above or level.value - low < 0.12 * (high - low)
    axes.annotate(
        f"{level.name} {show(level.value)}",
        (axes.get_xlim()[1], level.value),
        (-2, 6 if above else -15),
        textcoords="offset points",
        ha="right",
        color=BAD,
        gid=named("halo"),
        annotation_clip=False,
    )


def _paint_best(axes: Axes, best: tuple[float, float], show: Callable[[float], str], level: Level | None) -> None:
    axes.plot(*best, marker="o", markersize=9, markerfacecolor=PAPER, color=ACCENT, markeredgewidth=2, clip_on=False)
    low, high = axes.get_xlim()
    share = (best[0] - low) / (high - low)
    bottom, top = axes.get_ylim()
    # Below the point where the level runs just above it.
    below = level is not None and 0 <= level.value - best[1] < 0.16 * (top - bottom)
    axes.annotate(
        show(best[1]),
        best,
        (0, -19 if below else 10),
        textcoords="offset points",
        ha="right" if share > 0.93 else "left" if share < 0.07 else "center",
        color=INK,
        gid=named("halo best"),
        annotation_clip=False,
    )
