"""Truncated and randomised backpropagation: the values of one pass, and the gradient that is asked for."""

import pytest
import torch

from seqlab.model.through_time import Truncation, encode
from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

ENCODERS = {
    "rnn": (RNNEncoder, RNNSettings(hidden_size=4)),
    "gru": (GRUEncoder, GRUSettings(hidden_size=4)),
    "lstm": (LSTMEncoder, LSTMSettings(hidden_size=4, num_layers=2, skip="residual")),
}
EVERY_ENCODER = pytest.mark.parametrize("name", ENCODERS)


@pytest.fixture
def make_encoder():
    def make(name: str):
        torch.manual_seed(13)
        encoder, settings = ENCODERS[name]
        return encoder(settings, 3).double()

    return make


@pytest.fixture
def inputs():
    return torch.randn(3, 9, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(7)).requires_grad_()


LENGTHS = torch.tensor([9, 2, 5])


def gradients(encoder, inputs, loss):
    return torch.autograd.grad(loss, [inputs, *encoder.parameters()], allow_unused=True)


@EVERY_ENCODER
@pytest.mark.parametrize("length", [1, 2, 4, 9])
def test_the_values_are_those_of_one_pass(make_encoder, inputs, name, length):
    encoder = make_encoder(name)
    whole, cut = (encode(encoder, inputs, LENGTHS, None, each) for each in (None, Truncation("truncated", length)))
    torch.testing.assert_close(cut.states, whole.states, rtol=0, atol=1e-12)
    torch.testing.assert_close(cut.final, whole.final, rtol=0, atol=1e-12)
    for part, tensor in whole.state.items():
        torch.testing.assert_close(cut.state[part], tensor, rtol=0, atol=1e-12)
    assert cut.lengths is LENGTHS


@EVERY_ENCODER
@pytest.mark.parametrize("length", [9, 12])
def test_with_pieces_as_long_as_the_rows_the_gradient_is_the_whole_one(make_encoder, inputs, name, length):
    encoder = make_encoder(name)
    whole, cut = (
        gradients(encoder, inputs, encode(encoder, inputs, LENGTHS, None, each).states.square().sum())
        for each in (None, Truncation("truncated", length))
    )
    for one, other in zip(whole, cut, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


@EVERY_ENCODER
def test_no_gradient_crosses_a_boundary_but_the_values_do(make_encoder, inputs, name):
    encoder = make_encoder(name)
    encoding = encode(encoder, inputs, LENGTHS, None, Truncation("truncated", 4))
    (reached,) = torch.autograd.grad(encoding.states[0, 6].sum(), inputs, retain_graph=True)  # in the piece of 4 to 7
    assert (reached[0, :4] == 0).all()
    assert (reached[0, 4:7] != 0).all()
    changed = inputs.detach().clone()
    changed[0, 1] += 1  # two pieces earlier than the last
    again = encode(encoder, changed, LENGTHS, None, Truncation("truncated", 4))
    assert (again.states[0, 8] - encoding.states[0, 8]).abs().max() > 1e-6


def test_the_gradient_is_that_of_windows_with_a_detached_state(make_encoder, inputs):
    encoder = make_encoder("lstm")
    lengths = torch.full((3,), 9)
    found = gradients(
        encoder, inputs, encode(encoder, inputs, lengths, None, Truncation("truncated", 4)).states.square().sum()
    )
    total, state = 0.0, None
    for start in (0, 4, 8):
        piece = inputs[:, start : start + 4]
        encoding = encoder(piece, torch.full((3,), piece.shape[1]), state)
        total = total + encoding.states.square().sum()
        state = {part: tensor.detach() for part, tensor in encoding.state.items()}
    for one, other in zip(found, gradients(encoder, inputs, total), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("probability", [0.5, 0.8])
def test_randomised_truncation_is_right_on_average(make_encoder, probability):
    draws = 40_000
    encoder = make_encoder("rnn")
    one = torch.randn(1, 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    rows = one.expand(draws, -1, -1).clone().requires_grad_()
    torch.manual_seed(13)
    lengths = torch.full((draws,), 4)
    encode(encoder, rows, lengths, None, Truncation("randomised", 1, probability)).final.sum().backward()
    alone = one.clone().requires_grad_()
    encoder(alone, torch.tensor([4])).final.sum().backward()
    assert rows.grad is not None
    error = rows.grad.mean(dim=0) - alone.grad[0]  # (T, D)
    spread = rows.grad.std(dim=0) / draws**0.5
    assert (spread[:3] > 0).all()  # every boundary is drawn
    assert (error.abs() <= 3 * spread + 1e-12).all()
    reach = (rows.grad.abs().sum(dim=2) > 0).double().mean(dim=0)  # how often the gradient comes so far
    expected = torch.tensor([probability**3, probability**2, probability, 1.0], dtype=torch.float64)
    torch.testing.assert_close(reach, expected, rtol=0, atol=0.01)


def test_the_penalty_is_that_of_one_pass(inputs):
    torch.manual_seed(13)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=4, activation_penalty=2.0), 3).double().train()
    whole, cut = (encode(encoder, inputs, LENGTHS, None, each) for each in (None, Truncation("truncated", 4)))
    assert whole.penalty.item() > 0
    torch.testing.assert_close(cut.penalty, whole.penalty, rtol=0, atol=1e-12)
