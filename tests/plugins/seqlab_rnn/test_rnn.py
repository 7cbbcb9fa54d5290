"""What is particular to the encoder `rnn`: its kernel, and the IRNN."""

import pytest
import torch
from torch import nn

from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.rnn_recurrence import run_rnn
from seqlab_rnn.settings import RNNSettings


def arguments(steps, rows, width, size, dtype=torch.float64):
    torch.manual_seed(7)
    shapes = [(steps, rows, width), (rows, size), (size, width), (size, size), (size,)]
    return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize("steps, rows, width, size", [(4, 3, 2, 5), (1, 1, 1, 1), (3, 1, 2, 2), (1, 2, 2, 2)])
def test_its_hand_written_gradient_is_exact(steps, rows, width, size, rectified):
    assert torch.autograd.gradcheck(run_rnn, (*arguments(steps, rows, width, size), rectified))


@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_it_is_the_layer_of_torch(dtype, tolerance, rectified):
    given, start, *weights = arguments(11, 3, 5, 4, dtype)
    twin = nn.RNN(5, 4, nonlinearity="relu" if rectified else "tanh").to(dtype)
    with torch.no_grad():
        for theirs, mine in zip(twin.parameters(), (*weights, torch.zeros(4)), strict=True):
            theirs.copy_(mine)
    states = run_rnn(given, start, *weights, rectified)
    expected, _ = twin(given, start.unsqueeze(0))
    torch.testing.assert_close(states, expected, rtol=tolerance, atol=tolerance)


def test_a_uniform_start_is_no_rotation():
    ours = RNNEncoder(RNNSettings(hidden_size=8, num_layers=2, recurrent_init="uniform"), 3)
    for matrix in ours.recurrent_weights().values():
        assert matrix.abs().max() <= 8**-0.5
        assert not torch.allclose(matrix @ matrix.T, torch.eye(8))


def test_an_irnn_begins_as_the_identity():
    ours = RNNEncoder(RNNSettings(hidden_size=6, num_layers=2, nonlinearity="relu", recurrent_init="identity"), 3)
    for layer in ours.layers:
        for one_way in layer:
            assert torch.equal(one_way.weight_hh, torch.eye(6))
            assert not (one_way.bias_ih + one_way.bias_hh).any()


def test_the_gradient_of_a_fresh_irnn_is_the_same_at_every_lag():
    """While all rectifiers are open, d h_T / d h_t is the identity (Le et al. 2015)."""
    torch.manual_seed(13)
    ours = RNNEncoder(RNNSettings(hidden_size=6, nonlinearity="relu", recurrent_init="identity"), 3).double()
    with torch.no_grad():
        ours.layers[0][0].weight_ih.abs_()
    given = torch.rand(2, 40, 3, dtype=torch.float64, requires_grad=True)
    final = ours(given, torch.tensor([40, 40])).final
    (gradient,) = torch.autograd.grad((final * torch.randn(2, 6, dtype=torch.float64)).sum(), given)
    ratios = gradient.norm(dim=2) / gradient[:, -1:].norm(dim=2)
    torch.testing.assert_close(ratios, torch.ones(2, 40, dtype=torch.float64), rtol=1e-12, atol=0)


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.2])
def test_the_gradient_of_a_scaled_rotation_is_a_power_of_its_scale(scale):
    """At a state of 0 tanh is linear: with W = s Q, Q the orthogonal first weights, the norm is s^k at lag k."""
    torch.manual_seed(13)
    ours = RNNEncoder(RNNSettings(hidden_size=6), 3).double()
    with torch.no_grad():
        ours.layers[0][0].weight_hh *= scale
    start = torch.zeros(1, 1, 6, dtype=torch.float64, requires_grad=True)
    states = ours(torch.zeros(1, 30, 3, dtype=torch.float64), torch.tensor([30]), {"hidden": start}).states
    direction = torch.randn(6, dtype=torch.float64)
    for lag in (1, 7, 30):
        (gradient,) = torch.autograd.grad(states[0, lag - 1] @ direction, start, retain_graph=True)
        assert (gradient.norm() / direction.norm()).item() == pytest.approx(scale**lag, rel=1e-6)
