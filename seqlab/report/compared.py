"""The tables of `seqlab compare`. Pure functions; nothing is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from seqlab.evaluation.holm import corrected_p
from seqlab.evaluation.verdict import strongest
from seqlab.evaluation.wording import format_difference, format_interval, format_p_value, format_score, spoken
from seqlab.interfaces.evaluation import Comparison
from seqlab.report.table import Table
from seqlab.report.terminal import coverage_notes, signed_interval
from seqlab.runs.compare import Compared, Difference
from seqlab.runs.reopened import Reopened


def runs_table(compared: Compared) -> Table:
    """One line for each run: its scores beside its strongest baseline, its size of data and its time."""
    names = list(dict.fromkeys(name for run in compared.runs for name in _names(run)))
    percent = frozenset().union(*(run.evaluation.percent for run in compared.runs))
    headings: list[str] = []
    for name in names:
        headings += [f"{spoken(name)} %" if name in percent else spoken(name), "95% interval"]
    rows = []
    for label, run in zip(compared.labels, compared.runs, strict=True):
        evaluation = run.evaluation
        cells = [label, evaluation.final_split]
        for name in names:
            value = evaluation.final.model.values.get(name)
            cells.append("" if value is None else format_score(name, value, name in percent, unit=False))
            cells.append(format_interval(name, evaluation.final.model.intervals.get(name), name in percent))
        floor = strongest(evaluation.final, evaluation.primary, evaluation.higher_is_better)
        best = None if floor is None else evaluation.final.baselines[floor].values[evaluation.primary]
        shown = (
            "" if best is None else format_score(evaluation.primary, best, evaluation.primary in percent, unit=False)
        )
        cells += [floor or "", shown, seconds(run)]
        rows.append(tuple(cells))
    columns = ("run", "split", *headings, "strongest baseline", "its score", "seconds")
    return Table("Runs", columns, tuple(rows), notes=(*_coverage_notes(compared), "Seconds: time in updates."))


def pairs_table(compared: Compared) -> Table | None:
    """Each run against the first on the same examples; None where none can be compared."""
    if not compared.pairs:
        return None
    first = compared.runs[0].evaluation
    name, rate = first.primary, first.primary in first.percent
    several = len(compared.pairs) > 1
    tests = [("p", {key: each.p_value for key, each in compared.pairs.items()})]
    tests += [("p (Holm)", corrected_p(compared.pairs, "p_value"))] if several else []
    tests += [
        (heading, values)
        for heading, test in (("shuffled", "randomisation_p"), ("McNemar", "mcnemar_p"))
        if (values := corrected_p(compared.pairs, test))
    ]
    whole = any(each.only_model_right is not None for each in compared.pairs.values())
    rows = tuple(
        (
            label,
            format_difference(name, each.difference, rate),
            signed_interval(name, (each.low, each.high), rate),
            *(format_p_value(values[label]) if label in values else "" for _, values in tests),
            *((_whole(each),) * whole),
        )
        for label, each in compared.pairs.items()
    )
    what = f"{spoken(name)}, points" if rate else spoken(name)
    notes = [
        f"Paired bootstrap over the same {first.final.n['examples']:,} examples of {first.final_split}; "
        "p is two-sided, from the same resamples.",
        "Shuffled: approximate randomisation."
        + " McNemar: exact, on whole examples. Whole: so many only this run has right, and so many only the first."
        * whole,
    ]
    if several:
        notes.append(f"p (Holm) and those to its right are corrected for {len(compared.pairs)} comparisons.")
    return Table(
        f"Against {compared.labels[0]}",
        ("run", f"difference ({what})", "95% interval", *(heading for heading, _ in tests), *(("whole",) * whole)),
        rows,
        notes=tuple(notes),
    )


def _whole(pair: Comparison) -> str:
    return "" if pair.only_model_right is None else f"{pair.only_model_right:,} : {pair.only_baseline_right:,}"


def difference_table(title: str, first_column: str, rows: Sequence[Difference], compared: Compared) -> Table:
    """What differs, one column for each run."""
    return Table(title, (first_column, *compared.labels), tuple((name, *values) for name, values in rows))


def compared_as_json(compared: Compared) -> dict[str, Any]:
    """All that the tables say."""
    corrected = {test: corrected_p(compared.pairs, test) for test in ("p_value", "randomisation_p", "mcnemar_p")}
    return {
        "schema": 1,
        "runs": [
            {
                "run": label,
                "folder": str(run.folder.path),
                "name": run.resolved.pipeline.name,
                "seed": run.resolved.pipeline.seed,
                "seconds": run.manifest.get("training", {}).get("seconds"),
                "split": run.evaluation.final_split,
                "primary": run.evaluation.primary,
                "n": dict(run.evaluation.final.n),
                **_json_coverage(run),
                "scores": _json_numbers(run.evaluation.final.model.values),
                "intervals": {
                    name: [_json_number(end) for end in ends]
                    for name, ends in run.evaluation.final.model.intervals.items()
                },
            }
            for label, run in zip(compared.labels, compared.runs, strict=True)
        ],
        "against": compared.labels[0],
        "comparison": {
            label: {
                "metric": each.metric,
                **_json_numbers({"difference": each.difference, "low": each.low, "high": each.high}),
                "p_value": each.p_value,
                "p_value_holm": corrected["p_value"][label],
                "better": each.better,
                "worse": each.worse,
                "randomisation_p": each.randomisation_p,
                "randomisation_p_holm": corrected["randomisation_p"].get(label),
                "mcnemar_p": each.mcnemar_p,
                "mcnemar_p_holm": corrected["mcnemar_p"].get(label),
                "only_this_right": each.only_model_right,
                "only_first_right": each.only_baseline_right,
            }
            for label, each in compared.pairs.items()
        },
        "not_compared": dict(compared.apart),
        "settings": _by_run(compared.settings, compared.labels),
        "data": _by_run(compared.data, compared.labels),
        "versions": _by_run(compared.versions, compared.labels),
    }


def seconds(run: Reopened) -> str:
    """Training seconds, as the manifest has them."""
    found = run.manifest.get("training", {}).get("seconds")
    return "" if found is None else f"{found:.1f}"


def _coverage_notes(compared: Compared) -> list[str]:
    """What must stand beside the scores of language models, once where it is the same for all runs."""
    found = [coverage_notes(run.evaluation.final.coverage) for run in compared.runs]
    if len(set(found)) == 1:
        return list(found[0])
    return [f"{label}: {note}" for label, notes in zip(compared.labels, found, strict=True) for note in notes]


def _names(run: Reopened) -> list[str]:
    evaluation = run.evaluation
    return list(dict.fromkeys([evaluation.primary, *evaluation.final.model.values]))


def _by_run(rows: Sequence[Difference], labels: Sequence[str]) -> dict[str, dict[str, str]]:
    return {name: dict(zip(labels, values, strict=True)) for name, values in rows}


def _json_coverage(run: Reopened) -> dict[str, Any]:
    coverage = run.evaluation.final.coverage
    return {} if coverage is None else {"vocabulary": asdict(coverage)}


def _json_numbers(values: Any) -> dict[str, float | None]:
    return {name: _json_number(value) for name, value in values.items()}


def _json_number(value: float) -> float | None:
    return None if value != value else value
