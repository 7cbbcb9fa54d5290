"""The tables of a study: each variant over its seeds, and the variants against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seqlab.evaluation.wording import format_difference, format_p_value, format_score, spoken
from seqlab.report.diagnosis import SMALLEST
from seqlab.report.drawing import picture
from seqlab.report.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seqlab.runs.study import Row


def study_table(rows: Sequence[Row]) -> Table:
    """One line for each variant of a study, beside the strongest baseline."""
    name, percent = rows[0].primary, rows[0].percent

    def shown(value: float | None) -> str:
        return "" if value is None else format_score(name, value, percent, unit=False)

    lag = max(len(row.gradient) for row in rows) - 1
    lines = tuple(
        (
            row.variant,
            str(row.seeds),
            shown(row.mean),
            shown(row.deviation),
            f"{shown(row.low)} to {shown(row.high)}",
            row.floor or "",
            shown(row.floor_score),
            f"{row.seconds:.1f}",
            *((f"{row.gradient[-1]:.1e}" if row.gradient else "",) * (lag > 0)),
        )
        for row in rows
    )
    heading = f"{spoken(name)} %" if percent else spoken(name)
    columns = (
        "variant",
        "seeds",
        f"mean {heading}",
        "deviation",
        "range",
        "strongest baseline",
        "its score",
        "seconds",
        *((f"gradient at lag {lag}",) * (lag > 0)),
    )
    notes = (
        *_vocabularies(rows),
        "Deviation: over seeds (n - 1). Seconds: mean time in updates.",
        *(("Gradient: of a loss by a state so many steps before, over that by the last state; median.",) * (lag > 0)),
    )
    return Table("Study", columns, lines, notes=notes)


def study_picture(rows: Sequence[Row]) -> str | None:
    """The gradient by lag of every variant, as an SVG file; None where nobody has looked at gradients."""
    followed = [row for row in rows if row.gradient]
    if not followed:
        return None
    short = _shortened([row.variant for row in rows])

    def paint(axes: Axes) -> None:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}")
        axes.minorticks_off()
        for number, row in enumerate(followed):
            heights = [max(each, SMALLEST) for each in row.gradient]
            axes.plot(heights, color=f"C{number}", linewidth=2, label=short[row.variant])
        axes.set_xlim(0, max(len(row.gradient) for row in followed) - 1)
        axes.set_xlabel("k, steps back (norm of the gradient over that at lag 0, median)")
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))

    return picture(paint, 860, 320, (58, 380, 24, 44))


def _vocabularies(rows: Sequence[Row]) -> tuple[str, ...]:
    """What must stand beside the scores of language models, once where it is the same for all variants."""
    if len({row.vocabulary for row in rows}) == 1:
        return (rows[0].vocabulary,) if rows[0].vocabulary else ()
    return tuple(f"{row.variant}: {row.vocabulary}" for row in rows if row.vocabulary)


def study_comparison_table(rows: Sequence[Row]) -> Table | None:
    """The variants of a study against each other over their seeds; None where two of them have not two runs each."""
    from seqlab.evaluation.seeds import compare_variants

    compared = compare_variants({row.variant: row.scores for row in rows}, rows[0].higher_is_better)
    if not compared:
        return None
    name, percent = rows[0].primary, rows[0].percent
    short = _shortened([row.variant for row in rows])
    lines = tuple(
        (
            short[each.variant],
            short[each.against],
            format_difference(name, each.difference, percent),
            format_p_value(each.p_value),
            format_p_value(each.p_value_holm),
            format_p_value(each.smallest),
            f"{each.beats:.2f}",
        )
        for each in compared
    )
    what = f"{spoken(name)}, points" if percent else spoken(name)
    counted = "over all assignments of runs" if all(each.exact for each in compared) else "over assignments of runs"
    chosen = any(each.against != rows[0].variant for each in compared)
    return Table(
        f"The variants against each other, by mean {what}",
        ("variant", "against", "difference", "p", "p (Holm)", "smallest p", "beats"),
        lines,
        notes=(
            f"p: two-sided permutation test of the means {counted}. So few runs cannot give less than the smallest p.",
            "Beats: share of pairs of runs in which the variant's is better; ties count half.",
            *(("The best variant was chosen by these same scores, which flatters it.",) * chosen),
        ),
    )


def _shortened(variants: Sequence[str]) -> dict[str, str]:
    """Settings by the last part of their names, where that still tells the variants apart."""
    short = [re.sub(r"(?:\w+\.)+(\w+=)", r"\1", variant) for variant in variants]
    return dict(zip(variants, short if len(set(short)) == len(variants) else variants, strict=True))
