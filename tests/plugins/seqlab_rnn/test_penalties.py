"""What the recurrent encoders add to the loss: a price on large states and on fast ones, by the sums of the paper."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab.testing import check_encoder
from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

D, H = 5, 4
CELLS = {"lstm": (LSTMEncoder, LSTMSettings), "gru": (GRUEncoder, GRUSettings), "rnn": (RNNEncoder, RNNSettings)}
CELL = pytest.mark.parametrize("cell", list(CELLS))
DIRECTIONS = pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
LENGTHS = st.lists(st.integers(1, 7), min_size=1, max_size=5)


def encoder(cell, **settings):
    torch.manual_seed(13)
    build, config = CELLS[cell]
    return build(config(hidden_size=H, **settings), D).double().train()


def inputs(rows, steps, seed=7):
    return torch.randn(rows, steps, D, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def real_states(encoding) -> list[np.ndarray]:
    """The states of each row `(length, H * directions)`, without padding."""
    states = encoding.states.detach().numpy()
    return [row[:length] for row, length in zip(states, encoding.lengths.tolist(), strict=True)]


def mean_square(parts: list[np.ndarray]) -> float:
    everything = np.concatenate(parts)
    return float(np.mean(everything**2)) if everything.size else 0.0


@CELL
@DIRECTIONS
@given(LENGTHS)
@settings(max_examples=20)
def test_the_penalty_is_the_sum_of_two_mean_squares_over_real_positions(cell, bidirectional, lengths):
    ours = encoder(cell, num_layers=2, bidirectional=bidirectional, activation_penalty=2.0, temporal_penalty=3.0)
    encoding = ours(inputs(len(lengths), max(lengths)), torch.tensor(lengths))
    rows = real_states(encoding)
    expected = 2.0 * mean_square(rows) + 3.0 * mean_square([np.diff(row, axis=0) for row in rows])
    assert encoding.penalty.item() == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("skip", ["none", "residual", "dense"])
@pytest.mark.parametrize("which", ["activation_penalty", "temporal_penalty"])
def test_each_penalty_stands_alone_and_looks_at_what_the_encoder_gives(skip, which):
    ours = encoder("lstm", num_layers=3, skip=skip, **{which: 0.5})
    encoding = ours(inputs(3, 6), torch.tensor([6, 2, 4]))
    rows = real_states(encoding)
    parts = rows if which == "activation_penalty" else [np.diff(row, axis=0) for row in rows]
    assert encoding.penalty.item() == pytest.approx(0.5 * mean_square(parts), rel=1e-12)


@CELL
@DIRECTIONS
@pytest.mark.parametrize("filler", [0.0, 1e6, float("nan")])
def test_padding_neither_counts_nor_has_a_gradient(cell, bidirectional, filler):
    ours = encoder(cell, bidirectional=bidirectional, activation_penalty=1.0, temporal_penalty=1.0)
    lengths, given = torch.tensor([3, 5, 1]), inputs(3, 5)
    padded = torch.cat([given, inputs(3, 9, seed=1)], dim=1)
    on_padding = torch.arange(14) >= lengths.unsqueeze(1)
    padded = padded.masked_fill(on_padding.unsqueeze(2), filler).requires_grad_()
    short, long = ours(given, lengths), ours(padded, lengths)
    torch.testing.assert_close(long.penalty, short.penalty, rtol=1e-12, atol=0)
    long.penalty.backward()
    assert not padded.grad[on_padding].any()
    assert padded.grad[~on_padding].abs().amax(dim=1).gt(0).all()


def test_a_window_that_goes_on_counts_its_own_steps_only():
    """The step from the last state of the window before is none of its steps, as in the authors' program."""
    ours = encoder("lstm", temporal_penalty=1.0)
    given = inputs(2, 8)
    first = ours(given[:, :3], torch.tensor([3, 3]))
    second = ours(given[:, 3:], torch.tensor([5, 5]), first.state)
    steps = [np.diff(row, axis=0) for row in real_states(second)]
    assert second.penalty.item() == pytest.approx(mean_square(steps), rel=1e-12)


@CELL
def test_rows_of_one_position_take_no_steps(cell):
    ours = encoder(cell, temporal_penalty=1.0)
    for rows, steps in ((2, 1), (2, 3)):
        encoding = ours(inputs(rows, steps), torch.ones(rows, dtype=torch.int64))
        assert encoding.penalty.item() == 0
        assert encoding.penalty.isfinite()


@CELL
@DIRECTIONS
def test_gradients_of_the_penalty_match_finite_differences(cell, bidirectional):
    ours = encoder(cell, num_layers=2, bidirectional=bidirectional, activation_penalty=2.0, temporal_penalty=3.0)
    lengths, parameters = torch.tensor([4, 1, 2]), tuple(ours.parameters())

    def run(given, *weights):
        named = dict(zip((name for name, _ in ours.named_parameters()), weights, strict=True))
        return torch.func.functional_call(ours, named, (given, lengths)).penalty

    assert torch.autograd.gradcheck(run, (inputs(3, 4).requires_grad_(), *parameters), fast_mode=True)


@CELL
def test_a_penalty_is_for_training_only_and_none_is_the_default(cell):
    given, lengths = inputs(2, 4), torch.tensor([4, 2])
    assert encoder(cell)(given, lengths).penalty == 0.0
    assert encoder(cell, activation_penalty=1.0, temporal_penalty=1.0).eval()(given, lengths).penalty == 0.0


@CELL
def test_a_penalty_changes_no_state(cell):
    given, lengths = inputs(3, 6), torch.tensor([6, 2, 4])
    plain, priced = encoder(cell), encoder(cell, activation_penalty=1.0, temporal_penalty=1.0)
    assert torch.equal(plain(given, lengths).states, priced(given, lengths).states)


@CELL
@DIRECTIONS
def test_it_keeps_the_laws_of_every_encoder(cell, bidirectional):
    build, config = CELLS[cell]
    check_encoder(
        build, config(hidden_size=6, bidirectional=bidirectional, activation_penalty=2.0, temporal_penalty=1.0)
    )
