"""The tables that a run prints: the floor before training, the result after it. Pure functions; nothing is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from seqlab.evaluation.holm import corrected_p
from seqlab.evaluation.vocabulary import coverage_sentence
from seqlab.evaluation.wording import (
    format_difference,
    format_interval,
    format_p_value,
    format_score,
    format_share,
    has_unit,
    spoken,
)
from seqlab.interfaces.evaluation import Coverage, Evaluation, Judged, Scores, SplitEvaluation
from seqlab.interfaces.moments import Floor
from seqlab.report.table import Table

_MEANING = {
    "p": "p is two-sided, from the same resamples.",
    "p (Holm)": "p (Holm) is corrected for the number of baselines, and so are those to its right.",
    "shuffled": "Shuffled: approximate randomisation, which swaps the answers of model and baseline.",
    "McNemar": "McNemar: the exact test on examples that are right as a whole.",
    "whole": "Whole: so many of these only the model has right, and so many only the baseline.",
    "gap closed": "Gap closed: the share of the baseline's distance to a perfect score that the model closes.",
}

_WORDS = "Known: the word stands in train, spelt alike. Unknown: it does not. Ambiguous: known, with more than one tag in train."

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
    columns = ("baseline", *_headings(names, floor.percent), "seconds")
    return Table("The floor, on dev", columns, rows, notes=coverage_notes(floor.coverage))


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
        notes=(*coverage_notes(split.coverage), NOTE),
    )


def coverage_notes(coverage: Coverage | None) -> tuple[str, ...]:
    """What must stand beside the scores of a language model: their unit, the vocabulary, and what is outside it."""
    return () if coverage is None else (coverage_sentence(coverage),)


def slice_lines(evaluation: Evaluation) -> tuple[str, ...]:
    """The model on parts of the data: `accuracy by word: known 93.1, unknown 71.2 (1,932 tokens), ambiguous 90.0`.

    The smallest part is printed with its size, since it is the least certain.
    """
    slices = {name: part for name, part in evaluation.final.slices.items() if sum(part.n.values())}
    if not slices:
        return ()
    smallest = min(slices, key=lambda name: sum(slices[name].n.values()))
    parts = [
        f"{name} {100 * next(iter(part.model.values.values())):.1f}"
        + (f" ({_amounts(part.n)})" if name == smallest else "")
        for name, part in slices.items()
    ]
    what = "accuracy by word" if "unknown" in slices else "accuracy"
    return (f"{what}: {', '.join(parts)}",)


def slice_table(evaluation: Evaluation, split: SplitEvaluation) -> Table:
    """Accuracy of each baseline and of the model on parts of the data, with intervals."""

    def cells(scores: Scores) -> tuple[str, str]:
        ((metric, value),) = scores.values.items()
        return format_score(metric, value, True), format_interval(metric, scores.intervals.get(metric), True)

    parts = split.slices.values()
    rows = [(key, *(cell for part in parts for cell in cells(part.baselines[key]))) for key in split.baselines]
    rows.append(("model", *(cell for part in parts for cell in cells(part.model))))
    amounts = "; ".join(f"{name}: {_amounts(part.n)}" for name, part in split.slices.items())
    return Table(
        f"Accuracy by part of {_split_name(evaluation, split)}",
        ("system", *(heading for name in split.slices for heading in (f"{name} %", "95% interval"))),
        tuple(rows),
        notes=(f"Sizes: {amounts}.", *((_WORDS,) if "unknown" in split.slices else ())),
    )


def judged_table(judged: Judged) -> Table:
    """What the texts of each system are worth, the model last."""
    names = list(judged.scores["model"].values)
    rows = []
    for system, scores in judged.scores.items():
        cells = [system]
        for name in names:
            cells += [
                format_score(name, scores.values[name], True),
                format_interval(name, scores.intervals[name], True),
            ]
        rows.append(tuple(cells))
    headings = ("system", *(column for name in names for column in (f"{spoken(name)} %", "95% interval")))
    return Table(f"{judged.count} texts of each, judged", headings, tuple(rows))


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
    title = f"Scores on {_split_name(evaluation, split)} ({sizes(split)})"
    return Table(title, columns, tuple(rows), notes=coverage_notes(split.coverage))


def comparison_table(evaluation: Evaluation, split: SplitEvaluation) -> Table:
    """The model against each baseline on the primary metric."""
    primary, rate = evaluation.primary, evaluation.primary in evaluation.percent
    shown = [("p", {key: each.p_value for key, each in split.comparison.items()})]
    shown += [
        (heading, corrected_p(split.comparison, test))
        for heading, test in (("p (Holm)", "p_value"), ("shuffled", "randomisation_p"), ("McNemar", "mcnemar_p"))
    ]
    tests = [(heading, values) for heading, values in shown if values]
    rows = []
    for key, compared in split.comparison.items():
        share = compared.error_reduction
        rows.append(
            (
                key,
                format_difference(primary, compared.difference, rate),
                signed_interval(primary, (compared.low, compared.high), rate),
                *(format_p_value(values[key]) if key in values else "" for _, values in tests),
                ""
                if compared.mcnemar_p is None
                else f"{compared.only_model_right:,} : {compared.only_baseline_right:,}",
                "" if share is None or share < 0 else format_share(share),
            )
        )
    what = f"{spoken(primary)}, points" if rate else spoken(primary)
    headings = (
        "against",
        f"difference ({what})",
        "95% interval",
        *(heading for heading, _ in tests),
        "whole",
        "gap closed",
    )
    # The last two columns are shown where they say something.
    places = [place for place in range(len(headings)) if place < len(headings) - 2 or any(row[place] for row in rows)]
    columns = tuple(headings[place] for place in places)
    return Table(
        f"The model against each baseline on {_split_name(evaluation, split)}",
        columns,
        tuple(tuple(row[place] for place in places) for row in rows),
        notes=(NOTE, *(_MEANING[heading] for heading in columns if heading in _MEANING)),
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
    return _amounts(split.n)


def _amounts(n: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {unit}" for unit, number in n.items())


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
