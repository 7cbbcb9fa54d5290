"""Scores of the model and its baselines, with intervals and comparisons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seqlab.evaluation.bootstrap import Values, interval, p_value, resample
from seqlab.evaluation.verdict import is_below_floor, verdict
from seqlab.interfaces.evaluation import Comparison, Evaluation, Predictions, Scores, SplitEvaluation
from seqlab.interfaces.metric import Counts, Metric
from seqlab.interfaces.records import Example, LogProbsPrediction, Prediction, Tags, Target


@dataclass(frozen=True, slots=True)
class Scorer:
    """How a run is scored, from its first dev score to its verdict.

    Args:
        metrics: The first one's first score is the primary one.
        seed: Of the bootstrap.
        resamples: Bootstrap samples.
    """

    metrics: Sequence[Metric]
    seed: int
    resamples: int = 10_000

    @property
    def primary(self) -> str:
        """Name of the score that decides."""
        return self.metrics[0].names[0]

    @property
    def higher_is_better(self) -> bool:
        """Whether more of the primary score is better."""
        return self.metrics[0].higher_is_better

    @property
    def percent(self) -> frozenset[str]:
        """Names of the scores that are rates."""
        return rates(self.metrics)

    def score(self, examples: Sequence[Example], predictions: Sequence[Prediction]) -> dict[str, float]:
        """Scores without intervals, as `score` gives them."""
        return score(self.metrics, predictions, targets(examples))

    def evaluate(self, dev: Predictions, test: Predictions | None) -> Evaluation:
        """Scores of both splits with intervals, comparisons and the verdict.

        Args:
            dev: What each system said on dev.
            test: The same on test; None without one.
        """
        return evaluation(self._split(dev), None if test is None else self._split(test), self.metrics)

    def _split(self, said: Predictions) -> SplitEvaluation:
        return evaluate_split(
            said.examples,
            said.model,
            said.baselines,
            self.metrics,
            seed=self.seed,
            resamples=self.resamples,
            controls=said.controls,
        )


def score(metrics: Sequence[Metric], predictions: Sequence[Prediction], golds: Sequence[Target]) -> dict[str, float]:
    """Scores without intervals: what a dev split is asked after every epoch.

    Args:
        metrics: The first one's first score decides.
        predictions: One for each gold target.
        golds: What was to be predicted.

    Returns:
        All scores by name; rates are fractions.

    Raises:
        ValueError: If there are not as many predictions as golds, or none.
    """
    for metric in metrics:
        metric.prepare(golds)
    return _values(metrics, _counts(metrics, predictions, golds))


def targets(examples: Sequence[Example]) -> list[Target]:
    """The gold targets of examples.

    Raises:
        ValueError: If an example has none.
    """
    golds = []
    for example in examples:
        if example.target is None:
            raise ValueError(f"{example.place}: the example has no target, so it cannot be scored")
        golds.append(example.target)
    return golds


def rates(metrics: Sequence[Metric]) -> frozenset[str]:
    """Names of the scores that are rates (fractions from 0 to 1, printed as per cent): metrics with `is_rate`."""
    return frozenset(name for metric in metrics if metric.is_rate for name in metric.names)


def evaluate_split(
    examples: Sequence[Example],
    model: Sequence[Prediction],
    baselines: Mapping[str, Sequence[Prediction]],
    metrics: Sequence[Metric],
    *,
    seed: int,
    resamples: int = 10_000,
    variants: Mapping[str, Sequence[Prediction]] | None = None,
    controls: Mapping[str, Sequence[Prediction]] | None = None,
) -> SplitEvaluation:
    """Score all systems on one split; intervals and comparisons resample whole examples.

    Args:
        examples: With their targets.
        model: The model's prediction for each example.
        baselines: Those of each baseline, by key.
        metrics: The first one's first score is the primary one, on which systems are compared.
        seed: Of the bootstrap.
        resamples: Bootstrap samples.
        variants: Predictions of interpolated or cached models, by name.
        controls: Predictions of the model on perturbed inputs, by name.

    Raises:
        ValueError: If an example has no target, a system has not one prediction for each example, or there is none.
    """
    golds = targets(examples)
    for metric in metrics:
        metric.prepare(golds)
    groups = {"baselines": baselines, "variants": variants or {}, "controls": controls or {}}
    systems = {"model": model}
    systems |= {f"{group}/{key}": said for group, named in groups.items() for key, said in named.items()}
    counts = {system: _counts(metrics, said, golds) for system, said in systems.items()}
    samples = resample(counts, metrics, seed, resamples)

    scores = {
        system: Scores(
            _values(metrics, counts[system]), {name: interval(values) for name, values in samples[system].items()}
        )
        for system in systems
    }
    by_group = {group: {key: scores[f"{group}/{key}"] for key in named} for group, named in groups.items()}
    comparison = {
        key: _compare(metrics[0], scores["model"], against, samples["model"], samples[f"baselines/{key}"])
        for key, against in by_group["baselines"].items()
    }
    return SplitEvaluation(
        n=_sizes(model, golds),
        model=scores["model"],
        baselines=by_group["baselines"],
        comparison=comparison,
        variants=by_group["variants"],
        controls=by_group["controls"],
    )


def evaluation(dev: SplitEvaluation, test: SplitEvaluation | None, metrics: Sequence[Metric]) -> Evaluation:
    """What a run ends with: the scores of both splits and the verdict on the final one.

    Args:
        dev: Scores on dev.
        test: Scores on test; None where the data has no test split, and the verdict speaks of dev.
        metrics: Those that gave the scores.
    """
    primary, higher, percent = metrics[0].names[0], metrics[0].higher_is_better, rates(metrics)
    final = dev if test is None else test
    return Evaluation(
        primary=primary,
        higher_is_better=higher,
        percent=percent,
        dev=dev,
        test=test,
        verdict=verdict(final, primary, higher, primary in percent, has_test=test is not None),
        below_floor=is_below_floor(final, primary, higher),
    )


def _counts(metrics: Sequence[Metric], predictions: Sequence[Prediction], golds: Sequence[Target]) -> list[Counts]:
    """Counts of each metric, `(N, K)`."""
    if len(predictions) != len(golds):
        raise ValueError(f"{len(predictions)} predictions for {len(golds)} examples")
    if not golds:
        raise ValueError("there is no example to score")
    return [np.stack(list(map(metric.counts, predictions, golds))) for metric in metrics]


def _values(metrics: Sequence[Metric], counts: Sequence[Counts]) -> dict[str, float]:
    once = np.ones((1, len(counts[0]))) if counts else np.ones((1, 0))  # every example once: (1, N)
    return {
        name: float(value[0])
        for metric, each in zip(metrics, counts, strict=True)
        for name, value in metric.from_examples(each, once).items()
    }


def _compare(
    metric: Metric,
    model: Scores,
    baseline: Scores,
    model_samples: Mapping[str, Values],
    baseline_samples: Mapping[str, Values],
) -> Comparison:
    name = metric.names[0]
    differences = model_samples[name] - baseline_samples[name]  # (R,)
    low, high = interval(differences)
    above, below = low > 0, high < 0
    return Comparison(
        metric=name,
        difference=model.values[name] - baseline.values[name],
        low=low,
        high=high,
        p_value=p_value(differences),
        better=above if metric.higher_is_better else below,
        worse=below if metric.higher_is_better else above,
        error_reduction=_error_reduction(metric, model.values[name], baseline.values[name]),
    )


def _error_reduction(metric: Metric, model: float, baseline: float) -> float | None:
    """Share of the baseline's distance to a perfect score that the model closes; None where there is no such share."""
    if not rates([metric]):
        return None
    perfect = 1.0 if metric.higher_is_better else 0.0
    distance = abs(perfect - baseline)
    share = (distance - abs(perfect - model)) / distance if distance else math.nan
    return None if math.isnan(share) else share


def _sizes(predictions: Sequence[Prediction], golds: Sequence[Target]) -> dict[str, int]:
    """Examples, and tokens where each token is scored."""
    sizes = {"examples": len(golds)}
    if all(isinstance(gold, Tags) for gold in golds):
        sizes["tokens"] = sum(len(gold) for gold in golds if isinstance(gold, Tags))
    elif all(isinstance(said, LogProbsPrediction) for said in predictions):
        sizes["tokens"] = sum(len(said.log_probs) for said in predictions if isinstance(said, LogProbsPrediction))
    return sizes
