"""The correlation is that of scikit-learn."""

import random

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef

from seqlab import Labels, LabelsPrediction, Tags
from seqlab_classify.matthews import MatthewsCorrelation


def correlation(gold, said):
    metric = MatthewsCorrelation(None)
    golds = [Labels((name,)) for name in gold]
    metric.prepare(golds)
    counts = [metric.counts(LabelsPrediction((name,)), right) for name, right in zip(said, golds, strict=True)]
    return float(metric.combine(np.sum(counts, axis=0))["mcc"])


@pytest.mark.parametrize("classes", ["ab", "abcd"])
def test_it_is_that_of_scikit_learn(classes):
    draws = random.Random(13)
    for _ in range(20):
        gold = [*classes, *draws.choices(classes, k=30)]
        said = [draws.choice([name, draws.choice(classes)]) for name in gold]
        assert correlation(gold, said) == pytest.approx(matthews_corrcoef(gold, said), abs=1e-12)


def test_a_label_that_no_gold_has_is_a_class_of_its_own():
    gold, said = list("aabbab"), list("abbxab")
    assert correlation(gold, said) == pytest.approx(matthews_corrcoef(gold, said), abs=1e-12)


def test_all_wrong_is_minus_one_and_always_the_same_is_nought():
    assert correlation("abab", "baba") == pytest.approx(-1)
    assert correlation("abab", "aaaa") == 0
    assert correlation("aaaa", "aaaa") == 0


def test_what_is_not_one_label_is_refused():
    metric = MatthewsCorrelation(None)
    with pytest.raises(TypeError, match="gold Tags"):
        metric.counts(LabelsPrediction(("a",)), Tags(("a",)))
    with pytest.raises(ValueError, match="gold has 2, predicted 1"):
        metric.counts(LabelsPrediction(("a",)), Labels(("a", "b")))
