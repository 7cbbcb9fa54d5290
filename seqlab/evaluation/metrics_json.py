"""An evaluation as `metrics.json`, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from seqlab.evaluation.holm import corrected_p
from seqlab.interfaces.evaluation import (
    ClassScores,
    Comparison,
    Coverage,
    Evaluation,
    Judged,
    Scores,
    Slice,
    SplitEvaluation,
)

SCHEMA = 1


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The content of `metrics.json`: rates as fractions, an undefined score as null.

    Each comparison also says `worse`, `error_reduction`, and `randomisation_p` and `mcnemar_p` with the counts behind
    the latter; a key that ends in `_holm` is the p-value before it, corrected for the number of baselines (Holm 1979).
    """
    judged = {} if evaluation.judged is None else {"samples": _judged_as_json(evaluation.judged)}
    return judged | {
        "schema": SCHEMA,
        "primary": evaluation.primary,
        "higher_is_better": evaluation.higher_is_better,
        "percent": sorted(evaluation.percent),
        "verdict": evaluation.verdict,
        "below_floor": evaluation.below_floor,
        "dev": _split_as_json(evaluation.dev),
        "test": None if evaluation.test is None else _split_as_json(evaluation.test),
    }


def from_json(record: Mapping[str, Any]) -> Evaluation:
    """What `as_json` wrote.

    Raises:
        ValueError: If the record has another schema.
    """
    if record.get("schema") != SCHEMA:
        raise ValueError(f"metrics.json has schema {record.get('schema')!r}; this seqlab reads schema {SCHEMA}")
    return Evaluation(
        primary=record["primary"],
        higher_is_better=record["higher_is_better"],
        percent=frozenset(record["percent"]),
        dev=_split_from_json(record["dev"]),
        test=None if record["test"] is None else _split_from_json(record["test"]),
        verdict=record["verdict"],
        below_floor=record["below_floor"],
        judged=_judged_from_json(record["samples"]) if "samples" in record else None,
    )


def _judged_as_json(judged: Judged) -> dict[str, Any]:
    return {
        "count": judged.count,
        "systems": _each(_values, judged.scores),
        "intervals": _each(_intervals, judged.scores),
    }


def _judged_from_json(record: Mapping[str, Any]) -> Judged:
    scores = {key: _scores(values, record["intervals"][key]) for key, values in record["systems"].items()}
    return Judged(record["count"], scores)


def _split_as_json(split: SplitEvaluation) -> dict[str, Any]:
    intervals: dict[str, Any] = {"model": _intervals(split.model), "baselines": _each(_intervals, split.baselines)}
    # A split without variants or controls has no intervals of them, so that the usual file stays short.
    intervals |= {
        group: _each(_intervals, systems)
        for group, systems in (("variants", split.variants), ("controls", split.controls))
        if systems
    }
    vocabulary = {} if split.coverage is None else {"vocabulary": asdict(split.coverage)}
    return vocabulary | {
        "n": dict(split.n),
        "model": _values(split.model),
        "baselines": _each(_values, split.baselines),
        "variants": _each(_values, split.variants),
        "controls": _each(_values, split.controls),
        "intervals": intervals,
        "slices": _each(_slice_as_json, split.slices),
        "classes": {each.name: _class_as_json(each) for each in split.classes},
        "comparison": _comparison_as_json(split.comparison),
    }


def _slice_as_json(part: Slice) -> dict[str, Any]:
    """A slice has the shape of a split."""
    return {
        "n": dict(part.n),
        "model": _values(part.model),
        "baselines": _each(_values, part.baselines),
        "intervals": {"model": _intervals(part.model), "baselines": _each(_intervals, part.baselines)},
    }


def _class_as_json(scores: ClassScores) -> dict[str, Any]:
    counts = {"support": scores.support, "predicted": scores.predicted, "right": scores.right}
    return counts | {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}


def _comparison_as_json(comparison: Mapping[str, Comparison]) -> dict[str, Any]:
    corrected = {test: corrected_p(comparison, test) for test in ("p_value", "randomisation_p", "mcnemar_p")}
    return {
        key: {
            "metric": each.metric,
            "difference": _number(each.difference),
            "low": _number(each.low),
            "high": _number(each.high),
            "p_value": each.p_value,
            "p_value_holm": corrected["p_value"][key],
            "better": each.better,
            "worse": each.worse,
            "error_reduction": each.error_reduction,
            "randomisation_p": each.randomisation_p,
            "randomisation_p_holm": corrected["randomisation_p"].get(key),
            "mcnemar_p": each.mcnemar_p,
            "mcnemar_p_holm": corrected["mcnemar_p"].get(key),
            "only_model_right": each.only_model_right,
            "only_baseline_right": each.only_baseline_right,
        }
        for key, each in comparison.items()
    }


def _split_from_json(record: Mapping[str, Any]) -> SplitEvaluation:
    intervals = record["intervals"]

    def systems(group: str) -> dict[str, Scores]:
        return {key: _scores(values, intervals.get(group, {}).get(key, {})) for key, values in record[group].items()}

    return SplitEvaluation(
        n=record["n"],
        model=_scores(record["model"], intervals["model"]),
        baselines=systems("baselines"),
        comparison={
            key: Comparison(
                metric=each["metric"],
                difference=_float(each["difference"]),
                low=_float(each["low"]),
                high=_float(each["high"]),
                p_value=each["p_value"],
                better=each["better"],
                worse=each["worse"],
                error_reduction=each["error_reduction"],
                randomisation_p=each.get("randomisation_p"),
                mcnemar_p=each.get("mcnemar_p"),
                only_model_right=each.get("only_model_right"),
                only_baseline_right=each.get("only_baseline_right"),
            )
            for key, each in record["comparison"].items()
        },
        variants=systems("variants"),
        controls=systems("controls"),
        slices={
            name: Slice(
                n=part["n"],
                model=_scores(part["model"], part["intervals"]["model"]),
                baselines={
                    key: _scores(values, part["intervals"]["baselines"][key])
                    for key, values in part["baselines"].items()
                },
            )
            for name, part in record["slices"].items()
        },
        classes=tuple(
            ClassScores(name, each["support"], each["predicted"], each["right"])
            for name, each in record.get("classes", {}).items()
        ),
        coverage=coverage_from_json(record),
    )


def coverage_from_json(record: Mapping[str, Any]) -> Coverage | None:
    """What a split of `metrics.json` says of its vocabulary; None where the task has none."""
    found = record.get("vocabulary")
    return None if found is None else Coverage(**{**found, "symbols": tuple(found["symbols"])})


def _each(convert: Any, systems: Mapping[str, Any]) -> dict[str, Any]:
    return {key: convert(scores) for key, scores in systems.items()}


def _values(scores: Scores) -> dict[str, float | None]:
    return {name: _number(value) for name, value in scores.values.items()}


def _intervals(scores: Scores) -> dict[str, list[float | None]]:
    return {name: [_number(low), _number(high)] for name, (low, high) in scores.intervals.items()}


def _scores(values: Mapping[str, float | None], intervals: Mapping[str, list[float | None]]) -> Scores:
    return Scores(
        {name: _float(value) for name, value in values.items()},
        {name: (_float(low), _float(high)) for name, (low, high) in intervals.items()},
    )


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else value


def _float(value: float | None) -> float:
    return math.nan if value is None else value
