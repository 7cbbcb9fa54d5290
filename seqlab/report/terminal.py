"""The tables that a run prints: the floor before training, the result after it. Pure functions; nothing is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from seqlab.evaluation.holm import holm
from seqlab.evaluation.wording import (
    format_difference,
    format_interval,
    format_p_value,
    format_score,
    format_share,
    has_unit,
    spoken,
)
from seqlab.interfaces.evaluation import Evaluation, Scores, SplitEvaluation
from seqlab.interfaces.moments import Floor
from seqlab.report.table import Table

if TYPE_CHECKING:
    from seqlab.runs.study import Row

NOTE = "Intervals: percentile bootstrap over whole examples; differences are paired (model minus baseline)."


def floor_table(floor: Floor) -> Table:
    """The baselines on dev, before the model is built: what it will have to beat."""
    names = _names(floor.primary, floor.scores.values())
    rows = tuple(
        (
            key,
            *(_score(scores, name, floor.percent) for name in names),
            f"{floor.seconds[key]:.1f}" if key in floor.seconds else "",
        )
        for key, scores in floor.scores.items()
    )
    return Table("The floor, on dev", ("baseline", *_headings(names, floor.percent), "seconds"), rows)


def result_table(evaluation: Evaluation, split: SplitEvaluation | None = None) -> Table:
    """The floor first, the model last, with intervals and the model's lead over each baseline.

    Args:
        evaluation: What a run ended with.
        split: One of its splits; the final one by default.
    """
    split = split or evaluation.final
    primary, percent = evaluation.primary, evaluation.percent
    names = _names(primary, [split.model])
    rate = primary in percent
    rows = []
    for label, scores, key in systems(split):
        compared = split.comparison.get(key) if key else None
        lead = (
            ("", "")
            if compared is None
            else (
                format_difference(primary, compared.difference, rate),
                signed_interval(primary, (compared.low, compared.high), rate),
            )
        )
        values = [_score(scores, name, percent) for name in names]
        rows.append(
            (label, values[0], format_interval(primary, scores.intervals.get(primary), rate), *values[1:], *lead)
        )
    headings = _headings(names, percent)
    return Table(
        f"Scores on {_split_name(evaluation, split)} ({sizes(split)})",
        ("system", headings[0], "95% interval", *headings[1:], "model - it", "95% interval"),
        tuple(rows),
        notes=(NOTE,),
    )


def study_table(rows: Sequence[Row]) -> Table:
    """One line for each variant of a study, beside the strongest baseline."""
    name, percent = rows[0].primary, rows[0].percent

    def shown(value: float | None) -> str:
        return "" if value is None else format_score(name, value, percent, unit=False)

    lines = tuple(
        (
            row.variant,
            str(row.seeds),
            shown(row.mean),
            shown(row.deviation),
            f"{shown(row.low)} to {shown(row.high)}",
            shown(row.floor_score),
            row.floor or "",
            f"{row.seconds:.1f}",
        )
        for row in rows
    )
    heading = _headings([name], frozenset({name}) if percent else frozenset())[0]
    columns = ("variant", "seeds", f"mean {heading}", "deviation", "range", "floor", "which", "seconds")
    return Table("Study", columns, lines, notes=("Deviation: over seeds (n - 1). Seconds: mean time in updates.",))


def score_table(evaluation: Evaluation, split: SplitEvaluation) -> Table:
    """Every score of every system with its interval."""
    names = _names(evaluation.primary, [split.model])
    headings = _headings(names, evaluation.percent)
    rows = []
    for label, scores, _ in systems(split):
        cells = [label]
        for name in names:
            rate = name in evaluation.percent
            cells += [_score(scores, name, evaluation.percent), format_interval(name, scores.intervals.get(name), rate)]
        rows.append(tuple(cells))
    columns = ("system", *(column for heading in headings for column in (heading, "95% interval")))
    return Table(f"Scores on {_split_name(evaluation, split)} ({sizes(split)})", columns, tuple(rows))


def comparison_table(evaluation: Evaluation, split: SplitEvaluation) -> Table:
    """The model against each baseline on the primary metric."""
    primary, rate = evaluation.primary, evaluation.primary in evaluation.percent
    corrected = holm({key: comparison.p_value for key, comparison in split.comparison.items()})
    rows = []
    for key, compared in split.comparison.items():
        share = compared.error_reduction
        rows.append(
            (
                key,
                format_difference(primary, compared.difference, rate),
                signed_interval(primary, (compared.low, compared.high), rate),
                format_p_value(compared.p_value),
                format_p_value(corrected[key]),
                "" if share is None or share < 0 else format_share(share),
            )
        )
    what = f"{spoken(primary)}, points" if rate else spoken(primary)
    mended = any(row[-1] for row in rows)
    columns = ("against", f"difference ({what})", "95% interval", "p", "p (Holm)", *(("gap closed",) if mended else ()))
    return Table(
        f"The model against each baseline on {_split_name(evaluation, split)}",
        columns,
        tuple(row if mended else row[:-1] for row in rows),
        notes=(
            NOTE,
            "p is two-sided, from the same resamples; p (Holm) is corrected for the number of baselines.",
            *(("Gap closed: the share of the baseline's distance to a perfect score that the model closes.",) * mended),
        ),
    )


def systems(split: SplitEvaluation) -> Iterator[tuple[str, Scores, str | None]]:
    """Label, scores and baseline key of every system: the floor first, the model last, then what is made from it."""
    for key, scores in split.baselines.items():
        yield key, scores, key
    yield "model", split.model, None
    for kind, named in (("variant", split.variants), ("control", split.controls)):
        for key, scores in named.items():
            yield f"{kind}: {key}", scores, None


def sizes(split: SplitEvaluation) -> str:
    """`2,077 examples, 25,094 tokens`."""
    return ", ".join(f"{number:,} {unit}" for unit, number in split.n.items())


def signed_interval(name: str, ends: tuple[float, float], percent: bool) -> str:
    """An interval of a difference: `+8.31 to +9.52`."""
    return " to ".join(format_difference(name, end, percent) for end in ends)


def _names(primary: str, scores: Iterable[Scores]) -> list[str]:
    """Names of the scores, the primary one first."""
    found: dict[str, None] = {primary: None}
    for each in scores:
        found |= dict.fromkeys(each.values)
    return list(found)


def _headings(names: Sequence[str], percent: frozenset[str]) -> list[str]:
    return [f"{spoken(name)} %" if name in percent else spoken(name) for name in names]


def _score(scores: Scores, name: str, percent: frozenset[str]) -> str:
    if name not in scores.values:
        return ""
    # The heading already says a loss's unit.
    return format_score(name, scores.values[name], name in percent, unit=not has_unit(name))


def _split_name(evaluation: Evaluation, split: SplitEvaluation) -> str:
    return evaluation.final_split if split is evaluation.final else "dev"
