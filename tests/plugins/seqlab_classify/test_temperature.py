"""The temperature is the one with the smallest loss."""

import pytest
import torch
from scipy.optimize import minimize_scalar
from torch.nn import functional

from seqlab_classify.temperature import LARGEST, fitted_temperature


@pytest.mark.parametrize("scale", [0.3, 1.0, 5.0])
def test_it_is_that_of_a_search(scale):
    torch.manual_seed(13)
    logits = 2 * torch.randn(400, 4, dtype=torch.float64)
    golds = torch.distributions.Categorical(logits=logits).sample()  # of which the logits are right
    found = fitted_temperature(logits * scale, golds)

    def loss(temperature):
        return functional.cross_entropy(logits * scale / temperature, golds).item()

    assert found == pytest.approx(minimize_scalar(loss, bounds=(0.05, 20), options={"xatol": 1e-8}).x, rel=1e-3)
    assert found == pytest.approx(scale, rel=0.15)


def test_it_stays_within_bounds():
    scores, golds = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1])
    assert fitted_temperature(scores, golds) == pytest.approx(1 / LARGEST)  # all right: the surer the better
    assert fitted_temperature(scores, 1 - golds) == pytest.approx(LARGEST)  # all wrong: the less sure the better
    assert fitted_temperature(scores[:0], golds[:0]) == 1.0
