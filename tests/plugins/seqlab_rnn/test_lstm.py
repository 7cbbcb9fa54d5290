"""What is particular to the encoder `lstm`: its first biases."""

import pytest
import torch

from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

H = 50


def gates(**settings):
    """First biases of the gates (input, forget, cell, output), both vectors added."""
    torch.manual_seed(13)
    (layer,) = LSTMEncoder(LSTMSettings(hidden_size=H, **settings), 3).layers[0]
    return (layer.bias_ih + layer.bias_hh).detach().chunk(4)


@pytest.mark.parametrize("settings, bias", [({}, 1.0), ({"forget_bias": 2.5}, 2.5), ({"forget_bias": 0.0}, 0.0)])
def test_the_forget_gate_begins_with_its_bias_and_the_others_with_none(settings, bias):
    shut, forget, cell, output = gates(**settings)
    assert forget.eq(bias).all()
    assert not torch.cat([shut, cell, output]).any()


def test_chrono_biases_forget_over_spans_up_to_the_longest():
    """1 + e^b is spread evenly from 2 to the longest span, and the input gate has the opposite bias."""
    first, forget, cell, output = gates(chrono_range=100)
    spans = 1 + forget.exp()
    assert spans.min() >= 2
    assert spans.max() <= 100
    assert spans.mean().item() == pytest.approx(51, abs=3 * 98 / (12 * H) ** 0.5)
    assert torch.equal(first, -forget)
    assert not torch.cat([cell, output]).any()


def test_every_layer_and_direction_begins_alike():
    ours = LSTMEncoder(LSTMSettings(hidden_size=H, num_layers=2, bidirectional=True), 3)
    for layer in ours.layers:
        for one_way in layer:
            assert one_way.bias_ih[H : 2 * H].eq(1).all()
