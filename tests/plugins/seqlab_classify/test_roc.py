"""The area under the curve is that of scikit-learn, of samples too."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from seqlab import Labels, LabelsPrediction
from seqlab_classify.roc import AreaUnderROC

NAMES = ("a", "b", "c")


def drawn(classes, texts=60, seed=13):
    """Golds, and probabilities with many ties."""
    draws = np.random.default_rng(seed)
    gold = [*range(classes), *draws.integers(classes, size=texts - classes)]
    shares = np.round(draws.random((texts, classes)) + np.eye(classes)[gold] * 0.4, 1) + 0.05
    return np.array(gold), shares / shares.sum(axis=1, keepdims=True)


def counts_of(gold, shares):
    metric = AreaUnderROC(None)
    golds = [Labels((NAMES[label],)) for label in gold]
    metric.prepare(golds)
    rows = [
        metric.counts(LabelsPrediction((NAMES[row.argmax()],), dict(zip(NAMES, row, strict=False))), right)
        for row, right in zip(shares, golds, strict=True)
    ]
    return metric, np.array(rows)


@pytest.mark.parametrize("classes", [2, 3])
def test_it_is_that_of_scikit_learn(classes):
    gold, shares = drawn(classes)
    metric, counts = counts_of(gold, shares)
    found = metric.from_examples(counts, np.ones((1, len(gold))))["auc"][0]
    expected = roc_auc_score(gold, shares[:, 1] if classes == 2 else shares, multi_class="ovr")
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_sample_is_scored_by_its_weights():
    gold, shares = drawn(2)
    metric, counts = counts_of(gold, shares)
    weights = np.random.default_rng(5).multinomial(60, np.full(60, 1 / 60), size=4).astype(float)
    found = metric.from_examples(counts, weights)["auc"]
    expected = [roc_auc_score(gold, shares[:, 1], sample_weight=row) for row in weights]
    assert found == pytest.approx(expected, abs=1e-12)


def test_several_labels_are_each_against_the_rest():
    golds = [Labels(("a", "b")), Labels(()), Labels(("b",)), Labels(("a",))]
    shares = [(0.9, 0.8), (0.2, 0.6), (0.5, 0.5), (0.4, 0.1)]
    metric = AreaUnderROC(None)
    metric.prepare(golds)
    rows = [
        metric.counts(LabelsPrediction((), dict(zip("ab", row, strict=True))), gold)
        for row, gold in zip(shares, golds, strict=True)
    ]
    truth = np.array([[1, 1], [0, 0], [0, 1], [1, 0]])
    expected = roc_auc_score(truth, np.array(shares), average="macro")
    assert metric.from_examples(np.array(rows), np.ones((1, 4)))["auc"][0] == pytest.approx(expected, abs=1e-12)


def test_without_probabilities_it_is_the_mean_recall():
    gold, said = ["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"]
    metric = AreaUnderROC(None)
    golds = [Labels((name,)) for name in gold]
    metric.prepare(golds)
    rows = [metric.counts(LabelsPrediction((name,)), right) for name, right in zip(said, golds, strict=True)]
    found = metric.from_examples(np.array(rows), np.ones((1, 5)))["auc"][0]
    assert found == pytest.approx(balanced_accuracy_score(gold, said), abs=1e-12)


def test_nothing_to_rank_is_half():
    metric, counts = counts_of([0, 0], np.array([[0.3, 0.7], [0.9, 0.1]]))
    assert metric.from_examples(counts, np.ones((1, 2)))["auc"][0] == 0.5
