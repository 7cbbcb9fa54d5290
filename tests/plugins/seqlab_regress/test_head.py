"""The head `regressor`: a linear map and squared error."""

import pytest
import torch

from seqlab import Batch, Encoded, Encoding, Parts, Pooled, Sizes, Vocabularies
from seqlab.testing import check_head
from seqlab_regress.head import Regressor
from seqlab_regress.settings import RegressorSettings

VECTORS = torch.tensor([[1.0, 2.0, -1.0], [0.5, 0.0, 4.0], [0.0, 0.0, 0.0]], dtype=torch.float64)
GOLD = torch.tensor([2.0, -100.0, 0.25])  # -100 is a number as any other


@pytest.fixture
def head():
    torch.manual_seed(13)
    return Regressor(RegressorSettings(), {"main": Sizes(3, 3)}, Vocabularies({}), Parts(lambda part: part)).double()


def encoded():
    lengths = torch.ones(3, dtype=torch.int64)
    states = torch.zeros(3, 1, 3, dtype=torch.float64)
    return Encoded({"main": Encoding(states, states[:, 0], lengths, {})}, {"main": Pooled(VECTORS, None)})


def batch(target):
    return Batch({}, target, None, (), torch.zeros(3, dtype=torch.bool))


def by_hand(head):
    weights, (bias,) = head.projection.weight.tolist()[0], head.projection.bias.tolist()
    return [sum(w * x for w, x in zip(weights, row, strict=True)) + bias for row in VECTORS.tolist()]


def test_a_number_is_linear_in_the_vector(head):
    assert [each.value for each in head.predict(encoded(), batch(None))] == pytest.approx(by_hand(head), rel=1e-12)


def test_the_loss_is_the_sum_of_the_squares_over_all_rows(head):
    loss = head.loss(encoded(), batch(GOLD))
    expected = sum((said - gold) ** 2 for said, gold in zip(by_hand(head), GOLD.tolist(), strict=True))
    assert loss.sum.item() == pytest.approx(expected, rel=1e-12)
    assert loss.count == 3


def test_it_keeps_the_laws_of_every_head():
    assert check_head(Regressor, RegressorSettings(dropout=0.3)).laws
