"""Optimizers: two updates by the formulas of their papers, in numpy."""

import numpy as np
import pytest
import torch
from torch import nn

from seqlab.training.optimizers import adam, adamw, sgd
from seqlab.training.settings import AdamSettings, AdamWSettings, SGDSettings

WEIGHTS = np.array([0.5, -2.0, 3.0])
GRADIENTS = [np.array([1.0, -0.1, 0.0]), np.array([-3.0, 0.2, 1e-3])]


def updated(make, settings) -> np.ndarray:
    parameter = nn.Parameter(torch.tensor(WEIGHTS))
    optimizer = make(settings, [parameter])
    for gradient in GRADIENTS:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
    return parameter.detach().numpy()


def adam_by_hand(settings, decoupled: bool) -> np.ndarray:
    """Algorithm 1 of Kingma and Ba (2015); algorithm 2 of Loshchilov and Hutter (2019) for the decay."""
    weights, mean, square = WEIGHTS.copy(), np.zeros(3), np.zeros(3)
    for step, gradient in enumerate(GRADIENTS, 1):
        if decoupled:
            weights = weights - settings.lr * settings.weight_decay * weights
        else:
            gradient = gradient + settings.weight_decay * weights
        mean = settings.beta1 * mean + (1 - settings.beta1) * gradient
        square = settings.beta2 * square + (1 - settings.beta2) * gradient**2
        corrected = mean / (1 - settings.beta1**step), square / (1 - settings.beta2**step)
        weights = weights - settings.lr * corrected[0] / (np.sqrt(corrected[1]) + settings.epsilon)
    return weights


ADAM = {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam(decay):
    settings = AdamSettings(**ADAM, weight_decay=decay)
    np.testing.assert_allclose(updated(adam, settings), adam_by_hand(settings, decoupled=False), rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adamw(decay):
    settings = AdamWSettings(**ADAM, weight_decay=decay)
    np.testing.assert_allclose(updated(adamw, settings), adam_by_hand(settings, decoupled=True), rtol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd(momentum, decay, nesterov):
    if nesterov and not momentum:
        with pytest.raises(ValueError, match="momentum"):
            SGDSettings(nesterov=True)
        return
    settings = SGDSettings(lr=0.05, momentum=momentum, nesterov=nesterov, weight_decay=decay)
    weights, velocity = WEIGHTS.copy(), np.zeros(3)
    for gradient in GRADIENTS:
        gradient = gradient + decay * weights
        velocity = momentum * velocity + gradient
        weights = weights - settings.lr * (gradient + momentum * velocity if nesterov else velocity)
    np.testing.assert_allclose(updated(sgd, settings), weights, rtol=1e-12)
