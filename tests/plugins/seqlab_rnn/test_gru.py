"""What is particular to the encoder `gru`: its kernel and its first biases."""

import pytest
import torch
from torch import nn

from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.gru_recurrence import run_gru
from seqlab_rnn.settings import GRUSettings


def arguments(steps, rows, width, size, dtype=torch.float64):
    torch.manual_seed(7)
    shapes = [(steps, rows, width), (rows, size), (3 * size, width), (3 * size, size), (3 * size,), (3 * size,)]
    return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize(
    "steps, rows, width, size", [(4, 3, 2, 5), (1, 1, 1, 1), (1, 1, 4, 3), (3, 1, 2, 2), (1, 2, 2, 2)]
)
def test_its_hand_written_gradient_is_exact(steps, rows, width, size):
    assert torch.autograd.gradcheck(run_gru, arguments(steps, rows, width, size))


@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
def test_it_is_the_layer_of_torch(dtype, tolerance):
    given, start, *weights = arguments(37, 3, 5, 4, dtype)
    twin = nn.GRU(5, 4).to(dtype)
    with torch.no_grad():
        for theirs, mine in zip(twin.parameters(), weights, strict=True):
            theirs.copy_(mine)
    states = run_gru(given, start, *weights)
    expected, _ = twin(given, start.unsqueeze(0))
    torch.testing.assert_close(states, expected, rtol=tolerance, atol=tolerance)


def test_inputs_without_a_gradient_get_none():
    given, start, *weights = arguments(3, 2, 2, 2)
    given = given.detach()
    run_gru(given, start, *weights).sum().backward()
    assert given.grad is None
    assert weights[0].grad.any()


def test_its_biases_begin_at_zero():
    ours = GRUEncoder(GRUSettings(hidden_size=4), 3)
    (layer,) = ours.layers[0]
    assert not layer.bias_ih.any()
    assert not layer.bias_hh.any()


def test_chrono_biases_keep_the_state_over_spans_up_to_the_longest():
    torch.manual_seed(13)
    (layer,) = GRUEncoder(GRUSettings(hidden_size=50, chrono_range=20), 3).layers[0]
    reset, update, new = layer.bias_ih.detach().chunk(3)
    spans = 1 + update.exp()
    assert spans.min() >= 2
    assert spans.max() <= 20
    assert spans.mean().item() == pytest.approx(11, abs=3 * 18 / 600**0.5)
    assert not torch.cat([reset, new, layer.bias_hh.detach()]).any()
