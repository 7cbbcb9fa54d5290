"""Clipping: by norm it keeps the direction, by value it bounds every element and turns it."""

import pytest
import torch
from torch import nn

from seqlab.training.gradients import clip_norm, clip_value


@pytest.fixture
def parameters():
    torch.manual_seed(13)
    made = [nn.Parameter(torch.zeros(3, 4, dtype=torch.float64)), nn.Parameter(torch.zeros(5, dtype=torch.float64))]
    for parameter in made:
        parameter.grad = 10 * torch.randn_like(parameter)
    return made


def gradient(parameters):
    return torch.cat([parameter.grad.flatten() for parameter in parameters])


def cosine(one, other):
    return float(one @ other / (one.norm() * other.norm()))


def test_by_norm_the_norm_is_bounded_and_the_direction_stays(parameters):
    before = gradient(parameters).clone()
    assert clip_norm(parameters, 2.0) == pytest.approx(float(before.norm()), rel=1e-12)
    after = gradient(parameters)
    assert float(after.norm()) <= 2.0
    assert cosine(before, after) == pytest.approx(1, abs=1e-12)
    torch.testing.assert_close(after, before * 2.0 / before.norm(), rtol=1e-6, atol=0)  # g * c / ||g||


def test_a_gradient_within_the_limit_is_left_alone(parameters):
    before = gradient(parameters).clone()
    clip_norm(parameters, 1e3)
    assert torch.equal(gradient(parameters), before)


def test_by_value_every_element_is_bounded_and_the_direction_turns(parameters):
    before = gradient(parameters).clone()
    clip_value(parameters, 2.0)
    after = gradient(parameters)
    assert float(after.abs().max()) == 2.0
    assert torch.equal(after.sign(), before.sign())
    assert cosine(before, after) < 0.99
