"""How often a 95% interval holds the true value, in simulated test sets whose true value is known."""

import numpy as np
import pytest

from seqlab.evaluation.bootstrap import interval, p_value, resample
from seqlab.evaluation.metrics import Accuracy

ACCURACY = Accuracy(None)
SETS, SENTENCES, RESAMPLES = 600, 200, 1000


def draw_set(generator):
    """Sentences of unequal length whose tokens hang together: an easy sentence is right almost everywhere."""
    lengths = 1 + generator.poisson(11, SENTENCES)
    ease = generator.beta(8, 2, SENTENCES)  # mean 0.8
    return lengths, np.stack((generator.binomial(lengths, ease), lengths), axis=1).astype(float)


def covered(values, truth):
    low, high = interval(values)
    return low <= truth <= high


@pytest.mark.slow
def test_the_interval_of_a_score_holds_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(0)
    hits = narrow = 0
    for number in range(SETS):
        lengths, counts = draw_set(generator)
        hits += covered(resample({"m": [counts]}, [ACCURACY], number, RESAMPLES)["m"]["accuracy"], 0.8)
        share, tokens = counts[:, 0].sum() / lengths.sum(), lengths.sum()
        narrow += abs(share - 0.8) <= 1.96 * np.sqrt(share * (1 - share) / tokens)
    assert 0.92 <= hits / SETS <= 0.97
    assert narrow / SETS < 0.88  # tokens taken for independent promise too much


@pytest.mark.slow
def test_the_paired_interval_holds_the_true_difference_and_its_p_value_keeps_its_level():
    generator = np.random.default_rng(1)
    hits = rejected = 0
    for number in range(SETS):
        lengths = 1 + generator.poisson(11, SENTENCES)
        ease = generator.beta(8, 2, SENTENCES)
        one, other = (
            np.stack((generator.binomial(lengths, ease), lengths), axis=1).astype(float) for _ in range(2)
        )  # equally good on every sentence
        values = resample({"m": [one], "b": [other]}, [ACCURACY], number, RESAMPLES)
        differences = values["m"]["accuracy"] - values["b"]["accuracy"]
        hits += covered(differences, 0.0)
        rejected += p_value(differences) <= 0.05
    assert 0.92 <= hits / SETS <= 0.97
    assert rejected / SETS <= 0.08
