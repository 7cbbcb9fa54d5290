"""What an evaluation says: scores, intervals, comparisons; the shape of `metrics.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from seqlab.interfaces.records import Example, Prediction

SliceMembers: TypeAlias = Mapping[str, Sequence[Sequence[bool]]]
"""By name of a slice, for each example one flag for each decision (each tag, or the example): whether it belongs to it."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one system on one split.

    Args:
        values: By metric name; rates are fractions, losses nats.
        intervals: 95% bootstrap interval of each.
    """

    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The model against one baseline on the same examples.

    Args:
        metric: The primary metric.
        difference: Model minus baseline.
        low: Lower end of the paired 95% bootstrap interval of the difference.
        high: Upper end.
        p_value: Two-sided, from the same resamples.
        better: Whether the model is better and the interval leaves out 0.
        worse: Whether the baseline is better and the interval leaves out 0.
        error_reduction: Share of the baseline's errors that the model mends; None where the metric is no rate.
        randomisation_p: Two-sided, of approximate randomisation on the same metric.
        mcnemar_p: Two-sided, exact, on whole examples that are right or wrong; None where they are neither.
        only_model_right: Examples that the model has right as a whole and the baseline has not.
        only_baseline_right: The reverse.
    """

    metric: str
    difference: float
    low: float
    high: float
    p_value: float
    better: bool
    worse: bool
    error_reduction: float | None = None
    randomisation_p: float | None = None
    mcnemar_p: float | None = None
    only_model_right: int | None = None
    only_baseline_right: int | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Scores on a part of the data.

    Args:
        n: Its size by unit: tokens.
        model: The model's scores on it.
        baselines: Those of each baseline.
    """

    n: Mapping[str, int]
    model: Scores
    baselines: Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class ClassScores:
    """How well one class is found.

    Args:
        name: The class.
        support: How often it stands in the gold data.
        predicted: How often it is predicted.
        right: How often both agree.
    """

    name: str
    support: int
    predicted: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of its predictions that are right; None if it is never predicted."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Share of its gold occurrences that are found; None if there is none."""
        return self.right / self.support if self.support else None

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall."""
        return 2 * self.right / (self.support + self.predicted)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the vocabulary of a language model can tell of a split, without which its perplexity says nothing.

    Args:
        unit: What a token is: `token`, or `character`.
        size: V, how many symbols can be predicted.
        symbols: Those of them that are no tokens of the data: `<unk>`, `</s>`.
        tokens: Tokens of the split that are predicted, every `</s>` among them.
        outside: How many of these are not in the vocabulary. They are scored as `<unk>` if it has that, else not at all.
    """

    unit: str
    size: int
    symbols: tuple[str, ...]
    tokens: int
    outside: int


@dataclass(frozen=True, slots=True)
class SplitEvaluation:
    """All scores on one split.

    Args:
        n: Sizes by unit: examples, tokens.
        model: The model's scores.
        baselines: By baseline key, in the order of the pipeline.
        comparison: The model against each baseline, by key.
        variants: Scores of interpolated or cached models, by name.
        controls: Scores of the model on perturbed input, by name.
        slices: Scores on parts of the data, by name.
        classes: How well the model finds each class, or type of span, the most frequent gold one first; empty for a task
            without classes.
        coverage: What the vocabulary of a language model can tell of the split; None for other tasks.
    """

    n: Mapping[str, int]
    model: Scores
    baselines: Mapping[str, Scores]
    comparison: Mapping[str, Comparison]
    variants: Mapping[str, Scores] = field(default_factory=dict)
    controls: Mapping[str, Scores] = field(default_factory=dict)
    slices: Mapping[str, Slice] = field(default_factory=dict)
    classes: tuple[ClassScores, ...] = ()
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the texts of language models are worth.

    Args:
        count: Texts of each system.
        scores: By system, `model` and the keys of the baselines that can write: the mean share under each judge.
    """

    count: int
    scores: Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run ends with.

    Args:
        primary: Name of the metric that decides.
        higher_is_better: Whether more of it is better.
        percent: Names of the metrics that are rates, printed as per cent.
        dev: Scores on dev.
        test: Scores on test; None without one.
        verdict: The result in one sentence.
        below_floor: Whether the model fails to beat its strongest baseline even in plain numbers.
        judged: What texts of the model and the baselines are worth; None where nobody judges them.
    """

    primary: str
    higher_is_better: bool
    percent: frozenset[str]
    dev: SplitEvaluation
    test: SplitEvaluation | None
    verdict: str
    below_floor: bool
    judged: Judged | None = None

    @property
    def final(self) -> SplitEvaluation:
        """The split that the verdict speaks of: test, or dev where there is no test."""
        return self.dev if self.test is None else self.test

    @property
    def final_split(self) -> str:
        """`test` or `dev`."""
        return "dev" if self.test is None else "test"


@dataclass(frozen=True, slots=True)
class Predictions:
    """What each system said on one split.

    Args:
        examples: With their targets.
        model: One prediction for each example.
        baselines: The same by baseline key.
        controls: The model's predictions on perturbed inputs, by name of the control.
        variants: Predictions of the language models that are made of the model, by name of the variant.
        slices: Which decisions belong to which part of the data.
    """

    examples: Sequence[Example]
    model: Sequence[Prediction]
    baselines: Mapping[str, Sequence[Prediction]]
    controls: Mapping[str, Sequence[Prediction]] = field(default_factory=dict)
    variants: Mapping[str, Sequence[Prediction]] = field(default_factory=dict)
    slices: SliceMembers = field(default_factory=dict)
