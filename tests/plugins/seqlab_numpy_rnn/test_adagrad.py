"""Adagrad is that of torch, but for where epsilon stands."""

import numpy as np
import pytest
import torch

from seqlab_numpy_rnn.adagrad import adagrad


def gradients(size):
    random = np.random.default_rng(2)
    return [random.normal(0, scale, size) for scale in (1, 1e-5, 0, 1e-3, 10)]


def by_torch(weights, given, **settings):
    tensor = torch.nn.Parameter(torch.tensor(weights))
    optimizer = torch.optim.Adagrad([tensor], lr=0.1, **settings)
    for each in given:
        tensor.grad = torch.tensor(each)
        optimizer.step()
    return tensor.detach().numpy()


def updated(weights, given):
    weights, squares = weights.copy(), np.zeros_like(weights)
    for each in given:
        adagrad(weights, each, squares, 0.1)
    np.testing.assert_allclose(squares, sum(each**2 for each in given))
    return weights


def test_it_is_torch_with_epsilon_under_the_root():
    weights, given = np.linspace(-1, 1, 9), gradients(9)
    wanted = by_torch(weights, given, initial_accumulator_value=1e-8, eps=0)
    np.testing.assert_allclose(updated(weights, given), wanted, rtol=1e-12)


def test_beside_the_root_epsilon_would_let_the_smallest_gradients_move_as_far_as_large_ones():
    weights, tiny = np.zeros(3), [np.full(3, 1e-6)]
    np.testing.assert_allclose(by_torch(weights, tiny, eps=1e-8), -0.1, rtol=0.02)
    np.testing.assert_allclose(updated(weights, tiny), -0.1 * 1e-6 / np.sqrt(1e-12 + 1e-8), rtol=1e-12)
    assert updated(weights, tiny)[0] == pytest.approx(-0.001, rel=1e-3)
