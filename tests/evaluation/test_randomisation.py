import itertools

import numpy as np
import pytest
import scipy.stats

from seqlab.evaluation import randomisation
from seqlab.evaluation.metrics import Accuracy, MacroF1
from seqlab.evaluation.randomisation import draw_signs, randomisation_p
from seqlab.interfaces.metric import Metric

ACCURACY = Accuracy(None)


def sentences(examples, share, seed, length=7):
    """Counts of sentences with several tokens, a share of them right."""
    right = np.random.default_rng(seed).binomial(length, share, size=examples)
    return np.stack((right, np.full(examples, length)), axis=1).astype(float)


def classes(examples, seed):
    """Counts of true positives, false positives and false negatives of two classes."""
    return np.random.default_rng(seed).integers(0, 4, (examples, 6)).astype(float)


def by_enumeration(metric, model, baseline):
    """The share of all 2^N swaps with a difference at least as large."""
    name = metric.names[0]

    def difference(swap):
        one = np.where(swap, baseline, model).sum(axis=0)
        other = np.where(swap, model, baseline).sum(axis=0)
        return abs(float(metric.combine(one)[name] - metric.combine(other)[name]))

    swaps = [np.array(flags)[:, None] for flags in itertools.product((False, True), repeat=len(model))]
    observed = difference(swaps[0])
    return np.mean([difference(swap) >= observed - 1e-12 for swap in swaps])


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_all_swaps_of_few_examples(seed):
    model, baseline = sentences(10, 0.8, seed), sentences(10, 0.6, seed + 50)
    found = randomisation_p(ACCURACY, model, {"b": baseline}, seed=1, resamples=20_000)["b"]
    assert found == pytest.approx(by_enumeration(ACCURACY, model, baseline), abs=0.012)


@pytest.mark.parametrize("seed", range(3))
def test_a_score_that_is_no_mean_of_examples_is_combined_anew(seed):
    metric = MacroF1(None)
    model, baseline = classes(9, seed), classes(9, seed + 50)
    found = randomisation_p(metric, model, {"b": baseline}, seed=1, resamples=20_000)["b"]
    assert found == pytest.approx(by_enumeration(metric, model, baseline), abs=0.012)


def test_it_agrees_with_scipy():
    model, baseline = sentences(60, 0.75, 1), sentences(60, 0.70, 2)
    expected = scipy.stats.permutation_test(
        (model[:, 0], baseline[:, 0]),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(0),
    ).pvalue
    found = randomisation_p(ACCURACY, model, {"b": baseline}, seed=1, resamples=20_000)["b"]
    assert found == pytest.approx(expected, abs=0.015)


def test_the_ends():
    model = sentences(100, 0.9, 0)
    worst = model * [0, 1]
    found = randomisation_p(ACCURACY, model, {"itself": model.copy(), "worst": worst}, seed=0, resamples=999)
    assert found == {"itself": 1.0, "worst": 1 / 1000}
    assert randomisation_p(ACCURACY, model, {}, seed=0, resamples=999) == {}


def test_another_baseline_chunks_and_the_order_change_nothing(monkeypatch):
    model, one, other = sentences(50, 0.7, 0), sentences(50, 0.65, 1), sentences(50, 0.6, 2)
    alone = randomisation_p(ACCURACY, model, {"one": one}, seed=3, resamples=500)
    monkeypatch.setattr(randomisation, "MEMORY", 8 * 50 * 7)
    beside = randomisation_p(ACCURACY, model, {"other": other, "one": one}, seed=3, resamples=500)
    assert alone["one"] == beside["one"]
    assert beside["one"] == randomisation_p(ACCURACY, one, {"m": model}, seed=3, resamples=500)["m"]
    assert alone != randomisation_p(ACCURACY, model, {"one": one}, seed=4, resamples=500)


def test_a_metric_that_is_no_function_of_sums():
    class FromExamples(Metric):
        """Accuracy by way of examples and weights."""

        names = ("accuracy",)

        def counts(self, prediction, gold):
            raise NotImplementedError

        def combine(self, totals):
            raise AssertionError("sums mean nothing here")

        def from_examples(self, counts, weights):
            return ACCURACY.combine(weights @ counts)

    model, baseline = sentences(30, 0.8, 0), sentences(30, 0.7, 1)
    assert randomisation_p(FromExamples(None), model, {"b": baseline}, 0, 500) == randomisation_p(
        ACCURACY, model, {"b": baseline}, 0, 500
    )


def test_signs_are_fair_and_independent():
    signs = np.concatenate(list(draw_signs(50, 20_000, seed=0)))
    assert signs.shape == (20_000, 50)
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert abs(signs.mean(axis=0)).max() < 0.03
    assert abs(np.corrcoef(signs.T) - np.eye(50)).max() < 0.04


@pytest.mark.slow
def test_a_true_null_is_rejected_as_often_as_it_says():
    """400 times two equal systems on 80 sentences: 5% +- 4 standard errors of p below 0.05."""
    generator = np.random.default_rng(0)
    rejected = 0
    for number in range(400):
        hardness = generator.beta(4, 2, size=80)
        model, baseline = (
            np.stack((generator.binomial(10, hardness), np.full(80, 10)), axis=1).astype(float) for _ in range(2)
        )
        rejected += randomisation_p(ACCURACY, model, {"b": baseline}, number, 1000)["b"] <= 0.05
    assert rejected / 400 == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))
