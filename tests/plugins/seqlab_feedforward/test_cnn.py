"""What is particular to the encoder `cnn`: what a state sees, its layers, and dropout between them."""

import pytest
import torch
from torch.nn.functional import conv1d

from seqlab_feedforward.cnn import CNNEncoder
from seqlab_feedforward.settings import CNNSettings


def encoder(width=5, **settings):
    torch.manual_seed(13)
    return CNNEncoder(CNNSettings(hidden_size=5, **settings), width).double().eval()


@pytest.mark.parametrize("residual", [False, True])
def test_it_is_torchs_convolution_with_a_rectifier_layer_upon_layer(residual):
    ours = encoder(3, widths=(3, 5), residual=residual)
    given = torch.randn(2, 8, 3, dtype=torch.float64)
    first, second = (layer.convolution for layer in ours.layers)
    low = torch.relu(conv1d(given.transpose(1, 2), first.weight, first.bias, padding=1))
    high = torch.relu(conv1d(low, second.weight, second.bias, padding=2)) + (low if residual else 0)
    states = ours(given, torch.tensor([8, 8])).states
    torch.testing.assert_close(states, high.transpose(1, 2), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "settings, before, after",
    [({"widths": (3, 3)}, 2, 2), ({"widths": (2,)}, 0, 1), ({"widths": (3, 2), "causal": True}, 3, 0)],
)
def test_a_state_sees_its_widths_and_no_further(settings, before, after):
    ours, given = encoder(**settings), torch.randn(1, 11, 5, dtype=torch.float64).requires_grad_()
    states = ours(given, torch.tensor([11])).states
    (gradient,) = torch.autograd.grad(states[0, 5].sum(), given)
    seen = gradient[0].abs().sum(dim=1).nonzero().flatten().tolist()
    assert seen == list(range(5 - before, 5 + after + 1))


def test_dropout_stands_between_layers_and_only_in_training():
    ours, given, lengths = encoder(widths=(3, 3), dropout=0.5), torch.randn(2, 8, 5).double(), torch.tensor([8, 8])
    still = ours(given, lengths).states
    assert torch.equal(ours(given, lengths).states, still)
    ours.train()
    assert not torch.equal(ours(given, lengths).states, still)
    single = encoder(widths=(3,), dropout=0.5).train()
    assert torch.equal(single(given, lengths).states, single(given, lengths).states)
