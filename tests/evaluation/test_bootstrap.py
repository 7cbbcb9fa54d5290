import numpy as np
import pytest
import scipy.stats

from seqlab.evaluation import bootstrap
from seqlab.evaluation.bootstrap import draw, interval, p_value, resample
from seqlab.evaluation.holm import holm
from seqlab.evaluation.metrics import Accuracy, MacroF1
from seqlab.interfaces.metric import Metric

ACCURACY = Accuracy(None)


def bernoulli(share, examples=400, seed=0):
    """Counts of examples with one decision each, a share of them right."""
    right = np.random.default_rng(seed).random(examples) < share
    return np.stack((right, np.ones(examples)), axis=1).astype(float)


def test_the_interval_of_a_mean_is_the_normal_one_for_many_examples():
    counts = bernoulli(0.8, examples=2000)
    mean = counts[:, 0].mean()
    half = 1.96 * np.sqrt(mean * (1 - mean) / 2000)
    values = resample({"model": [counts]}, [ACCURACY], seed=1, resamples=20_000)["model"]["accuracy"]
    low, high = interval(values)
    assert low == pytest.approx(mean - half, abs=0.001)
    assert high == pytest.approx(mean + half, abs=0.001)


def test_the_interval_agrees_with_scipy():
    counts = bernoulli(0.7, examples=150)
    expected = scipy.stats.bootstrap(
        (counts[:, 0],), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(3)
    ).confidence_interval
    low, high = interval(resample({"model": [counts]}, [ACCURACY], seed=2, resamples=20_000)["model"]["accuracy"])
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.008)


def test_the_interval_of_examples_that_hang_together_is_wider_than_that_of_their_tokens():
    sentences = np.repeat([[10.0, 10.0], [0.0, 10.0]], 100, axis=0)  # 200 sentences, all right or all wrong
    tokens = np.repeat([[1.0, 1.0], [0.0, 1.0]], 1000, axis=0)
    wide = interval(resample({"m": [sentences]}, [ACCURACY], 0, 2000)["m"]["accuracy"])
    narrow = interval(resample({"m": [tokens]}, [ACCURACY], 0, 2000)["m"]["accuracy"])
    assert (wide[1] - wide[0]) / (narrow[1] - narrow[0]) == pytest.approx(np.sqrt(10), rel=0.1)


def test_a_paired_difference_has_the_variance_of_the_differences():
    model, baseline = bernoulli(0.8, seed=1), bernoulli(0.8, seed=1)
    baseline[:20, 0] = 0  # differs in 20 of 400 examples at most
    values = resample({"model": [model], "baseline": [baseline]}, [ACCURACY], seed=0, resamples=20_000)
    differences = values["model"]["accuracy"] - values["baseline"]["accuracy"]
    each = model[:, 0] - baseline[:, 0]
    assert differences.std() == pytest.approx(each.std() / np.sqrt(400), rel=0.03)
    assert differences.mean() == pytest.approx(each.mean(), abs=0.0005)


def test_identical_systems_differ_by_nothing():
    counts = bernoulli(0.8)
    values = resample({"model": [counts], "baseline": [counts.copy()]}, [ACCURACY], seed=0, resamples=500)
    differences = values["model"]["accuracy"] - values["baseline"]["accuracy"]
    assert not differences.any()
    assert p_value(differences) == 1.0
    assert interval(differences) == (0.0, 0.0)


def test_the_p_value_is_symmetric_and_never_zero():
    differences = np.random.default_rng(0).normal(1, 1, size=999)
    assert p_value(differences) == p_value(-differences)
    assert p_value(np.full(999, 0.1)) == 2 / 1000
    below = np.array([-1.0] * 10 + [1.0] * 989)
    assert p_value(below) == 22 / 1000
    assert p_value(np.array([1.0, -1.0])) == 1.0


def test_the_p_value_is_that_of_a_z_test_for_many_examples():
    model, baseline = bernoulli(0.80, 2000, seed=1), bernoulli(0.78, 2000, seed=2)
    values = resample({"m": [model], "b": [baseline]}, [ACCURACY], seed=0, resamples=20_000)
    each = model[:, 0] - baseline[:, 0]
    z = each.mean() / (each.std() / np.sqrt(2000))
    expected = 2 * scipy.stats.norm.sf(abs(z))
    assert p_value(values["m"]["accuracy"] - values["b"]["accuracy"]) == pytest.approx(expected, abs=0.01)


def test_the_same_seed_gives_the_same_samples_whatever_the_systems_and_chunks(monkeypatch):
    counts, other = bernoulli(0.8), bernoulli(0.3, seed=5)
    alone = resample({"model": [counts]}, [ACCURACY], seed=4, resamples=300)["model"]["accuracy"]
    monkeypatch.setattr(bootstrap, "MEMORY", 8 * 400 * 7)
    beside = resample({"other": [other], "model": [counts]}, [ACCURACY], seed=4, resamples=300)["model"]["accuracy"]
    assert np.array_equal(alone, beside)
    another = resample({"model": [counts]}, [ACCURACY], seed=5, resamples=300)["model"]["accuracy"]
    assert not np.array_equal(alone, another)


def test_weights_are_multinomial():
    weights = np.concatenate(list(draw(50, 20_000, seed=0)))
    assert weights.shape == (20_000, 50)
    assert (weights.sum(axis=1) == 50).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(50), abs=0.04)
    assert weights.var() == pytest.approx(1 - 1 / 50, abs=0.01)


def test_chunks_stay_within_their_memory():
    chunks = list(draw(200_000, 100, seed=0, width=100_000))
    assert max(chunk.nbytes for chunk in chunks) <= 64 * 2**20
    assert sum(map(len, chunks)) == 100


def test_large_and_fractional_counts_are_summed_in_float64():
    class Mean(Metric):
        names = ("mean",)

        def counts(self, prediction, gold):
            raise NotImplementedError

        def combine(self, totals):
            return {"mean": totals[..., 0] / totals[..., 1]}

    large = np.stack((np.full(100, 2.0**24 + 1), np.ones(100)), axis=1)
    assert (resample({"m": [large]}, [Mean(None)], 0, 100)["m"]["mean"] == 2.0**24 + 1).all()
    fractional = np.stack((np.full(100, 0.1), np.ones(100)), axis=1)
    assert resample({"m": [fractional]}, [Mean(None)], 0, 100)["m"]["mean"] == pytest.approx(0.1, abs=1e-15)


def test_a_metric_that_is_no_function_of_sums_sees_examples_and_weights():
    class Largest(Metric):
        names = ("largest",)

        def counts(self, prediction, gold):
            raise NotImplementedError

        def combine(self, totals):
            raise AssertionError("sums mean nothing here")

        def from_examples(self, counts, weights):
            return {"largest": np.where(weights > 0, counts[:, 0], -np.inf).max(axis=1)}

    numbers = np.arange(30.0)[:, None]
    both = {"m": [bernoulli(0.5, 30), numbers, bernoulli(0.5, 30)]}
    values = resample(both, [ACCURACY, Largest(None), ACCURACY], seed=0, resamples=4000)["m"]
    # The largest of N is in a bootstrap sample with probability 1 - (1 - 1/N)^N.
    assert (values["largest"] == 29).mean() == pytest.approx(1 - (1 - 1 / 30) ** 30, abs=0.03)
    assert len(values["largest"]) == 4000


def test_undefined_samples_are_left_out():
    values = np.array([np.nan, 1.0, 2.0, 3.0])
    assert interval(values, 0.5) == (1.5, 2.5)
    assert p_value(np.array([np.nan] * 5 + [1.0] * 9)) == 2 / 10
    assert np.isnan(interval(np.array([np.nan]))).all()


def test_macro_f1_of_a_sample_runs_over_the_classes_of_that_sample():
    metric = MacroF1(None)
    totals = np.array([[3.0, 0, 0, 0, 0, 0], [1.0, 0, 0, 0, 0, 1.0]])  # classes A, B: TP, FP, FN
    assert metric.combine(totals)["macro_f1"].tolist() == [1.0, 0.5]


def test_systems_scored_on_other_examples_are_refused():
    with pytest.raises(ValueError, match="the same examples"):
        resample({"a": [bernoulli(0.5, 10)], "b": [bernoulli(0.5, 11)]}, [ACCURACY], 0, 100)
    with pytest.raises(ValueError, match="at least one"):
        resample({"a": [np.empty((0, 2))]}, [ACCURACY], 0, 100)


def test_holm_corrects_for_the_number_of_comparisons():
    # Worked by hand: 0.01 x 4, 0.02 x 3, 0.03 x 2 (made monotone with 0.06), 0.04 x 1 (made monotone).
    assert holm({"d": 0.04, "a": 0.01, "b": 0.02, "c": 0.03}) == pytest.approx(
        {"d": 0.06, "a": 0.04, "b": 0.06, "c": 0.06}
    )
    assert list(holm({"d": 0.04, "a": 0.01})) == ["d", "a"]
    assert holm({"one": 0.7, "two": 0.9}) == {"one": 1.0, "two": 1.0}
    assert holm({}) == {}
