"""Gates and states that `seqlab diagnose` looks at: those of the equations, at real positions."""

import pytest
import torch

from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

LENGTHS = torch.tensor([5, 2])


@pytest.fixture
def inputs():
    return torch.randn(2, 5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def real(values):
    """`(B, T, H)` -> `(N, H)`, step by step."""
    return torch.stack([values[row, step] for step in range(5) for row in range(2) if step < LENGTHS[row]])


def test_the_gates_of_an_lstm_make_its_states(inputs):
    torch.manual_seed(13)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=4), 3).double()
    cell = torch.nn.LSTMCell(3, 4).double()
    layer = encoder.layers[0][0]
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(cell, name).data.copy_(getattr(layer, name))
    found = encoder.activations(inputs, LENGTHS)
    hidden = cells = torch.zeros(2, 4, dtype=torch.float64)
    states, forgets = [], []
    for step in range(5):
        summed = inputs[:, step] @ layer.weight_ih.T + layer.bias_ih + hidden @ layer.weight_hh.T + layer.bias_hh
        forgets.append(summed[:, 4:8].sigmoid())
        hidden, cells = cell(inputs[:, step], (hidden, cells))
        states.append(hidden)
    assert list(found) == ["layer 1 input gate", "layer 1 forget gate", "layer 1 output gate", "layer 1 state"]
    torch.testing.assert_close(found["layer 1 forget gate"], real(torch.stack(forgets, 1)))
    torch.testing.assert_close(found["layer 1 state"], real(torch.stack(states, 1)))


def test_both_directions_and_layers_have_names_of_their_own(inputs):
    encoder = GRUEncoder(GRUSettings(hidden_size=4, num_layers=2, bidirectional=True), 3).double()
    found = encoder.activations(inputs, LENGTHS)
    assert [name for name in found if name.endswith("update gate")] == [
        f"layer {layer} {side} update gate" for layer in (1, 2) for side in ("forward", "backward")
    ]
    assert all(value.shape == (7, 4) for value in found.values())
    assert encoder.watch is None


def test_the_states_of_rectifiers_have_no_bounds(inputs):
    encoder = RNNEncoder(RNNSettings(hidden_size=4, nonlinearity="relu"), 3).double()
    assert encoder.activations(inputs, LENGTHS) == {}
    assert list(RNNEncoder(RNNSettings(hidden_size=4), 3).double().activations(inputs, LENGTHS)) == ["layer 1 state"]
