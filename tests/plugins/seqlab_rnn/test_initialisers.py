"""First weights have the shapes and spreads of their sources, for each gate by itself."""

import pytest
import torch

from seqlab_rnn.initialisers import chrono_, identity, orthogonal_per_gate, uniform, xavier_per_gate


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_every_gate_is_a_rotation(gates):
    weight = torch.empty(gates * 7, 7, dtype=torch.float64)
    orthogonal_per_gate(weight, gates)
    for gate in weight.chunk(gates):
        torch.testing.assert_close(gate @ gate.T, torch.eye(7, dtype=torch.float64), rtol=1e-12, atol=1e-12)
    if gates > 1:
        assert not torch.allclose(weight[:7], weight[7:14])


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_xavier_counts_the_outputs_of_one_gate(gates):
    torch.manual_seed(13)
    size, width = 60, 40
    weight = torch.empty(gates * size, width)
    xavier_per_gate(weight, gates)
    limit = (6 / (size + width)) ** 0.5
    for gate in weight.chunk(gates):
        assert gate.abs().max() <= limit
        assert gate.abs().max() > 0.99 * limit
        assert gate.var().item() == pytest.approx(2 / (size + width), rel=0.1)


def test_the_identity_leaves_a_state_as_it_is():
    weight = torch.randn(5, 5)
    identity(weight)
    state = torch.randn(3, 5)
    assert torch.equal(state @ weight.T, state)


def test_uniform_weights_fade_a_state_as_the_circular_law_says():
    torch.manual_seed(13)
    weight = torch.empty(300, 300, dtype=torch.float64)
    uniform(weight)
    assert weight.abs().max() <= 300**-0.5
    assert weight.var().item() == pytest.approx(1 / (3 * 300), rel=0.05)
    radius = torch.linalg.eigvals(weight).abs().max().item()
    assert radius == pytest.approx(3**-0.5, rel=0.1)


def test_chrono_biases_are_logarithms_of_even_spans():
    torch.manual_seed(13)
    bias = torch.empty(20_000)
    chrono_(bias, 51)
    spans = bias.exp()
    counts = torch.histc(spans, 7, 1, 50)
    assert spans.min() >= 1 - 1e-6
    assert spans.max() <= 50 + 1e-4
    expected = 20_000 / 7
    assert ((counts - expected) ** 2 / expected).sum() < 22.5  # chi-square, 6 degrees of freedom, p = 0.001


def test_the_shortest_range_is_no_bias_at_all():
    bias = torch.randn(4)
    chrono_(bias, 2)
    assert not bias.any()
