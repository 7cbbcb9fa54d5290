"""The laws of a metric. Nothing here imports torch."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from seqlab.interfaces.metric import Counts, Metric
from seqlab.interfaces.records import (
    Example,
    LabelsPrediction,
    LogProbsPrediction,
    NumberPrediction,
    Prediction,
    TagsPrediction,
    Target,
    Tokens,
    TokensPrediction,
)
from seqlab.interfaces.settings import TargetKind
from seqlab.testing import corpora
from seqlab.testing.laws import Broken, Conformance, Laws, subject_of
from seqlab.testing.predictions import CLASSES, perfect

KINDS: tuple[TargetKind, ...] = ("tags", "labels", "number", "tokens", "next_token")
SIZE = 12
ACCEPTS = "it counts predictions of the kinds that its settings name"


def check_metric(metric: type[Metric], settings: Any = None, kinds: Sequence[TargetKind] | None = None) -> Conformance:
    """See whether a metric keeps its laws, on generated targets with right and wrong predictions.

    Args:
        metric: The class.
        settings: An instance of its settings, a `MetricSettings`.
        kinds: Kinds of targets that it is for; by default those that its settings name, else those that it accepts.

    Returns:
        The laws that were checked.

    Raises:
        BrokenLaws: If one or more do not hold; it tells all of them.
        PluginError: If the metric cannot be built for lack of a package.
    """
    laws = Laws(subject_of("metric", metric, settings))
    named = kinds or getattr(settings, "targets", None)
    accepted = [kind for kind in named or KINDS if named or _accepts(metric, settings, kind)]
    with laws.law(ACCEPTS, "`targets` of the settings class is wider than what `counts` can take"):
        if not accepted:
            raise Broken("it takes predictions of no kind; name those that it is for as `targets` of its settings")
        for kind in accepted:
            examples = _golds(kind)
            _counts(metric(settings), examples, _predictions(kind, examples, 0.5))
    if laws.holds(ACCEPTS):
        for kind in accepted:
            _check_kind(laws, metric, settings, kind)
    return laws.verdict()


def _accepts(metric: type[Metric], settings: Any, kind: TargetKind) -> bool:
    examples = _golds(kind)
    try:
        _counts(metric(settings), examples, _predictions(kind, examples, 0.5))
    except Exception:  # whatever it says to a kind that it is not for
        return False
    return True


def _golds(kind: TargetKind) -> list[Example]:
    return corpora.examples(kind, SIZE)


def _target(example: Example) -> Target:
    """The gold target as a run gives it: for the next token, the input itself."""
    tokens = example.inputs["main"]
    assert isinstance(tokens, Tokens)
    return tokens if example.target is None else example.target


def _predictions(kind: TargetKind, examples: Sequence[Example], right: float) -> list[Prediction]:
    """Predictions of which a share is perfect."""
    draws = random.Random(corpora.SEED)
    found = []
    for example in examples:
        length = len(example.inputs["main"]) + 1  # type: ignore[arg-type]
        best = perfect(kind, example.target, length)
        found.append(best if draws.random() < right else _spoilt(best, draws))
    return found


def _spoilt(best: Prediction, draws: random.Random) -> Prediction:
    if isinstance(best, TagsPrediction):
        tags = tuple(draws.choice(["NOUN", "VERB", tag]) for tag in best.tags)
        return TagsPrediction(tags, tuple(draws.uniform(0.3, 0.9) for _ in tags))
    if isinstance(best, LabelsPrediction):
        shares = [draws.random() + 0.01 for _ in CLASSES]
        probabilities = {name: share / sum(shares) for name, share in zip(CLASSES, shares, strict=True)}
        return LabelsPrediction((max(probabilities, key=probabilities.__getitem__),), probabilities)
    if isinstance(best, NumberPrediction):
        return NumberPrediction(best.value + draws.uniform(0.1, 2.0))
    if isinstance(best, TokensPrediction):
        kept = tuple(token for token in best.tokens if draws.random() < 0.7) or ("CAT",)
        return TokensPrediction(kept, ((kept, -1.0),))
    return LogProbsPrediction(tuple(-draws.uniform(0.1, 5.0) for _ in best.log_probs))


def _counts(metric: Metric, examples: Sequence[Example], predictions: Sequence[Prediction]) -> Counts:
    """One row of counts for each example, as an evaluation makes them: `(N, K)`."""
    golds = [_target(example) for example in examples]
    metric.prepare(golds)
    rows = [
        np.asarray(metric.counts(each, gold), dtype=np.float64) for each, gold in zip(predictions, golds, strict=True)
    ]
    if len({row.shape for row in rows}) != 1 or rows[0].ndim != 1:
        raise Broken(f"counts have the shapes {sorted({row.shape for row in rows})}, not one (K,) for all examples")
    if not np.isfinite(rows).all():
        raise Broken("counts are not all finite")
    return np.stack(rows)


def _check_kind(laws: Laws, metric: type[Metric], settings: Any, kind: TargetKind) -> None:
    examples = _golds(kind)
    predictions = _predictions(kind, examples, 0.5)
    at = f"{SIZE} examples of kind '{kind}'"
    own = metric(settings)
    counts = _counts(own, examples, predictions)
    once = np.ones((1, SIZE))
    with laws.law("combine gives every name that the class declares", "`names` and the keys of `combine` differ", at):
        scores = own.from_examples(counts, once)
        if not metric.names or list(scores) != list(metric.names):
            raise Broken(f"names are {list(metric.names)}, but combine gives {list(scores)}")
        if not all(np.isfinite(value).all() for value in scores.values()):
            raise Broken(f"scores are not finite: {_shown(scores)}")
        if metric.is_rate and not all(((value >= 0) & (value <= 1)).all() for value in scores.values()):
            raise Broken(f"it says `is_rate`, but gives {_shown(scores)}: a rate is a fraction, not per cent")
    _check_additive(laws, metric, settings, kind, at)
    with laws.law(
        "perfect predictions score best", "`higher_is_better` says the contrary, or gold and prediction are swapped", at
    ):
        best = _first(own, _counts(own, examples, _predictions(kind, examples, 1.0)))
        for share in (0.0, 0.5):
            worse = _first(own, _counts(own, examples, _predictions(kind, examples, share)))
            if (worse - best if metric.higher_is_better else best - worse) > 1e-9:
                raise Broken(f"{metric.names[0]} is {best:.6g} if all is right, but {worse:.6g} if {share:.0%} is")


def _check_additive(laws: Laws, metric: type[Metric], settings: Any, kind: TargetKind, at: str) -> None:
    examples, draws = _golds(kind), np.random.default_rng(corpora.SEED)
    predictions = _predictions(kind, examples, 0.5)
    own = metric(settings)
    counts = _counts(own, examples, predictions)
    cause = "something of earlier examples is kept on `self` by `counts`"
    with laws.law("counts depend on their example alone", cause, at):
        order = draws.permutation(SIZE)
        fresh = metric(settings)
        fresh.prepare([_target(example) for example in examples])
        for number in order:
            row = np.asarray(fresh.counts(predictions[number], _target(examples[number])), dtype=np.float64)
            if not np.allclose(row, counts[number], rtol=1e-9, atol=1e-12):
                found, expected = row.tolist(), counts[number].tolist()
                raise Broken(f"counts of example {number + 1} are {found} in another order, but {expected} in this")
    cause = "`from_examples` heeds no weights, or `combine` mixes samples: it is given one row of sums for each"
    weights = draws.multinomial(SIZE, np.full(SIZE, 1 / SIZE), size=6).astype(np.float64)  # (R, N)
    with laws.law("resampling by weights equals scoring the examples so often", cause, at):
        resampled = own.from_examples(counts, weights)
        for sample, drawn in enumerate(weights):
            rows = np.repeat(np.arange(SIZE), drawn.astype(int))
            listed = own.from_examples(counts[rows], np.ones((1, SIZE)))
            _equal_scores(
                {n: v[sample] for n, v in resampled.items()},
                {n: v[0] for n, v in listed.items()},
                "by weights",
                "as a list",
            )
    cause = "`combine` sums or indexes over the first axis: the counts stand in the last, `totals[..., 0]`"
    if metric.from_examples is Metric.from_examples:
        with laws.law("combine takes many totals at once", cause, at):
            totals = weights @ counts  # (R, K)
            every = own.combine(totals)
            stacked = own.combine(totals.reshape(2, 3, -1))
            for sample in range(len(totals)):
                alone = own.combine(totals[sample])
                line = {name: np.asarray(value)[sample] for name, value in every.items()}
                _equal_scores(line, alone, "among others", "alone")
                cell = {name: np.asarray(value)[sample // 3, sample % 3] for name, value in stacked.items()}
                _equal_scores(cell, alone, "in a table", "alone")


def _equal_scores(found: dict[str, Any], expected: dict[str, Any], now: str, before: str) -> None:
    for name, value in expected.items():
        if not np.allclose(found[name], value, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise Broken(f"{name} is {float(found[name]):.6g} {now}, but {float(value):.6g} {before}")


def _first(metric: Metric, counts: Counts) -> float:
    scores = metric.from_examples(counts, np.ones((1, len(counts))))
    value = float(next(iter(scores.values()))[0])
    if math.isnan(value):
        raise Broken(f"{metric.names[0]} is not a number")
    return value


def _shown(scores: dict[str, Counts]) -> str:
    return ", ".join(f"{name} {np.asarray(value).ravel()[0]:.6g}" for name, value in scores.items())
