"""The head `classifier`: cross-entropy of the label, its probabilities, and the weights of the tokens."""

import math

import pytest
import torch
from torch.nn import functional

from seqlab import IGNORED, Batch, Encoded, Encoding, Parts, Pooled, Sizes, Vocabularies, Vocabulary
from seqlab_classify.head import Classifier
from seqlab_classify.settings import ClassifierSettings

LABELS = Vocabulary.of_outputs({"pos": 6, "neg": 3, "so-so": 1})
LENGTHS = torch.tensor([4, 2, 1])
TARGET = torch.tensor([2, IGNORED, 1])


def head(**settings):
    torch.manual_seed(13)
    made = Classifier(
        ClassifierSettings(**settings), {"main": Sizes(3, 5)}, Vocabularies({}, LABELS), Parts(build=lambda part: part)
    )
    return made.double().eval()


def encoded(weights=None):
    vectors = torch.randn(3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(7))
    states = torch.zeros(3, 4, 3, dtype=torch.float64)
    return Encoded({"main": Encoding(states, states[:, 0], LENGTHS, {})}, {"main": Pooled(vectors, weights)})


def batch(target=TARGET):
    return Batch({}, target, None, (), torch.zeros(3, dtype=torch.bool))


def by_hand(of):
    """Softmax in Python numbers."""
    weight, bias = of.projection.weight.tolist(), of.projection.bias.tolist()
    found = []
    for vector in encoded().pooled["main"].vector.tolist():
        scores = [sum(map(math.prod, zip(row, vector, strict=True))) + b for row, b in zip(weight, bias, strict=True)]
        total = sum(map(math.exp, scores))
        found.append([math.exp(score) / total for score in scores])
    return found


def test_the_loss_is_the_cross_entropy_of_the_labels_that_train_knows():
    shares = by_hand(head())
    loss = head().loss(encoded(), batch())
    assert loss.count == 2
    assert loss.sum.item() == pytest.approx(-math.log(shares[0][2]) - math.log(shares[2][1]), rel=1e-12)


def test_a_rare_label_may_count_more():
    shares = by_hand(head())
    loss = head(class_weights="balanced").loss(encoded(), batch())
    rare, second = 10 / (3 * 1), 10 / (3 * 3)
    assert loss.sum.item() == pytest.approx(-rare * math.log(shares[0][2]) - second * math.log(shares[2][1]), rel=1e-6)


def test_it_predicts_the_likeliest_label_with_all_probabilities():
    shares = by_hand(head())
    for row, prediction in zip(shares, head().predict(encoded(), batch(None)), strict=True):
        assert prediction.labels == (LABELS.item(row.index(max(row))),)
        assert prediction.probabilities == pytest.approx(dict(zip(LABELS.items, row, strict=True)), rel=1e-12)
        assert prediction.attention is None


def test_weights_of_a_pooler_are_told_for_real_tokens():
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.75, 0.25, 0, 0], [1.0, 0, 0, 0]], dtype=torch.float64)
    attention = [prediction.attention for prediction in head().predict(encoded(weights), batch(None))]
    assert attention == [(0.1, 0.2, 0.3, 0.4), (0.75, 0.25), (1.0,)]


def test_calibration_lowers_the_loss_on_dev_and_changes_no_label():
    made = head()
    before = made.predict(encoded(), batch(None))
    with torch.inference_mode():
        made.calibrate(iter([(made.scores(encoded()), batch())]))
    assert made.temperature != 1
    after = made.predict(encoded(), batch(None))
    assert [prediction.labels for prediction in after] == [prediction.labels for prediction in before]
    known = [(0, "so-so"), (2, "neg")]
    told = [sum(-math.log(found[row].probabilities[label]) for row, label in known) for found in (before, after)]
    assert told[1] < told[0]
    scores = made.projection(encoded().pooled["main"].vector)[[0, 2]] / made.temperature
    assert told[1] == pytest.approx(functional.cross_entropy(scores, TARGET[[0, 2]], reduction="sum").item())


def test_calibration_can_be_left_out():
    made = head(calibrate=False)
    made.calibrate(iter([(made.scores(encoded()), batch())]))
    assert made.temperature == 1


def test_it_needs_labels_and_a_pooled_vector():
    parts = Parts(build=lambda part: part)
    with pytest.raises(ValueError, match="vocabulary of labels"):
        Classifier(ClassifierSettings(), {"main": Sizes(3, 5)}, Vocabularies({}), parts)
    with pytest.raises(ValueError, match="pooled vector"):
        Classifier(ClassifierSettings(), {"main": Sizes(3)}, Vocabularies({}, LABELS), parts)
