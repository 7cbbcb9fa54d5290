"""Scores of the model and its baselines, with intervals and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seqlab.evaluation.bootstrap import interval, resample
from seqlab.evaluation.classes import class_scores
from seqlab.evaluation.comparison import compare
from seqlab.evaluation.decisions import rightness
from seqlab.evaluation.slices import SliceAccuracy
from seqlab.evaluation.verdict import is_below_floor, verdict
from seqlab.evaluation.vocabulary import coverage_of
from seqlab.interfaces.evaluation import Coverage, Evaluation, Predictions, Scores, SliceMembers, SplitEvaluation
from seqlab.interfaces.metric import Counts, Metric
from seqlab.interfaces.records import Example, LogProbsPrediction, Prediction, Tags, Target
from seqlab.interfaces.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Scorer:
    """How a run is scored, from its first dev score to its verdict.

    Args:
        metrics: The first one's first score is the primary one.
        seed: Of the bootstrap.
        resamples: Bootstrap samples.
        vocabulary: What a language model predicts; None for other tasks.
    """

    metrics: Sequence[Metric]
    seed: int
    resamples: int = 10_000
    vocabulary: Vocabulary | None = None

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

    def coverage(self, examples: Sequence[Example]) -> Coverage | None:
        """What the vocabulary can tell of a split; None for a task that is no language model."""
        return None if self.vocabulary is None else coverage_of(self.vocabulary, examples)

    def evaluate(self, dev: Predictions, test: Predictions | None) -> Evaluation:
        """Scores of both splits with intervals, comparisons and the verdict.

        Args:
            dev: What each system said on dev.
            test: The same on test; None without one.
        """
        return evaluation(self._split(dev), None if test is None else self._split(test), self.metrics)

    def _split(self, said: Predictions) -> SplitEvaluation:
        split = evaluate_split(
            said.examples,
            said.model,
            said.baselines,
            self.metrics,
            seed=self.seed,
            resamples=self.resamples,
            variants=said.variants,
            controls=said.controls,
            slices=said.slices,
        )
        return replace(split, coverage=self.coverage(said.examples))


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
    slices: SliceMembers | None = None,
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
        slices: Parts of the data on which model and baselines are also scored.

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
    found = {system: rightness(said, golds) for system, said in systems.items()}
    judged = {system: each for system, each in found.items() if each is not None}
    by_slice = SliceAccuracy.of(slices) if slices and len(judged) == len(systems) else None
    sliced = {system: by_slice.counts(each) for system, each in judged.items()} if by_slice else {}
    samples = resample(
        {system: [*counts[system], *([sliced[system]] if by_slice else [])] for system in systems},
        [*metrics, *([by_slice] if by_slice else [])],
        seed,
        resamples,
    )

    scores = {}
    for system in systems:
        values = _values(metrics, counts[system])
        scores[system] = Scores(values, {name: interval(samples[system][name]) for name in values})
    by_group = {group: {key: scores[f"{group}/{key}"] for key in named} for group, named in groups.items()}
    sizes = _sizes(model, golds)
    return SplitEvaluation(
        n=sizes,
        model=scores["model"],
        baselines=by_group["baselines"],
        comparison=compare(metrics[0], scores, samples, counts, found, seed, resamples),
        variants=by_group["variants"],
        controls=by_group["controls"],
        slices=by_slice.slices(sliced, samples, "tokens" if "tokens" in sizes else "examples") if by_slice else {},
        classes=class_scores(golds, model),
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


def _sizes(predictions: Sequence[Prediction], golds: Sequence[Target]) -> dict[str, int]:
    """Examples, and tokens where each token is scored."""
    sizes = {"examples": len(golds)}
    if all(isinstance(gold, Tags) for gold in golds):
        sizes["tokens"] = sum(len(gold) for gold in golds if isinstance(gold, Tags))
    elif all(isinstance(said, LogProbsPrediction) for said in predictions):
        sizes["tokens"] = sum(len(said.log_probs) for said in predictions if isinstance(said, LogProbsPrediction))
    return sizes
