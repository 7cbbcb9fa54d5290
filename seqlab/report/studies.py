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

COLOURS = 10
"""How many colours there are to tell lines apart."""

STYLES = ("-", "--", ":", "-.")
"""And how many styles, each for all colours."""


def study_table(rows: Sequence[Row]) -> Table:
    """One line for each variant of a study, beside the strongest baseline."""
    name, percent = rows[0].primary, rows[0].percent

    def shown(value: float | None) -> str:
        return "" if value is None else format_score(name, value, percent, unit=False)

    lags = {len(row.gradient) - 1 for row in rows if row.gradient}

    def followed(row: Row) -> str:
        if not row.gradient:
            return ""
        return f"{row.gradient[-1]:.1e}" + (f" ({len(row.gradient) - 1})" if len(lags) > 1 else "")

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
            *((followed(row),) if lags else ()),
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
        *((f"gradient at lag {max(lags)}" if len(lags) == 1 else "gradient (at lag)",) if lags else ()),
    )
    notes = (
        *_vocabularies(rows),
        "Deviation: over seeds (n - 1). Seconds: mean time in updates.",
        *(
            ("Gradient: of a loss by a state so many steps before, over that by the last state; median.",)
            if lags
            else ()
        ),
    )
    return Table("Study", columns, lines, notes=notes)


def study_picture(rows: Sequence[Row]) -> str | None:
    """The gradient by lag of every variant, as an SVG file; None where nobody has looked at gradients."""
    followed = [row for row in rows if row.gradient]
    if not followed:
        return None
    short = _shortened([row.variant for row in rows])
    strokes = _strokes([short[row.variant] for row in followed])
    legend = 60 + 7 * max(len(short[row.variant]) for row in followed)

    def paint(axes: Axes) -> None:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}")
        axes.minorticks_off()
        for row, (colour, style) in zip(followed, strokes, strict=True):
            heights = [max(each, SMALLEST) for each in row.gradient]
            axes.plot(heights, color=colour, linestyle=style, linewidth=2, label=short[row.variant])
        axes.set_xlim(0, max(len(row.gradient) for row in followed) - 1)
        axes.set_xlabel("k, steps back (norm of the gradient over that at lag 0, median)")
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))

    return picture(paint, 480 + legend, max(320, 68 + 19 * len(followed)), (58, legend, 24, 44))


def _strokes(names: Sequence[str]) -> list[tuple[str, str]]:
    """Colour and line style of each variant: by its last setting, and by those before it, so that a product can be read."""
    settings = [re.split(r", (?![^(]*\))", name) for name in names]  # at no comma inside of parentheses
    last = list(dict.fromkeys(parts[-1] for parts in settings))
    before = list(dict.fromkeys(tuple(parts[:-1]) for parts in settings))
    found = []
    for parts in settings:
        number, style = last.index(parts[-1]), before.index(tuple(parts[:-1]))
        found.append((f"C{number % COLOURS}", STYLES[(style + number // COLOURS) % len(STYLES)]))
    return found


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
    """Settings by the last part of their names, without what all components share, where that still tells them apart."""
    short = [re.sub(r"(?:\w+\.)+(\w+=)", r"\1", variant) for variant in variants]
    inner = [set(re.findall(r"\w+=[^,()]+(?=[^()]*\))", variant)) for variant in short]
    for shared in sorted(set.intersection(*inner)):
        short = [re.sub(rf"(?<=[( ]){re.escape(shared)}(?:, |(?=\)))", "", variant) for variant in short]
    short = [variant.replace("()", "").replace(", )", ")") for variant in short]
    return dict(zip(variants, short if len(set(short)) == len(variants) else variants, strict=True))
