"""The laws of every encoder, kept by `window`, `cnn` and `identity`."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqlab_feedforward.cnn import CNNEncoder
from seqlab_feedforward.identity import IdentityEncoder
from seqlab_feedforward.settings import CNNSettings, IdentitySettings, WindowSettings
from seqlab_feedforward.window import WindowEncoder

D, H = 5, 4
MAKERS = {
    "window": lambda: WindowEncoder(WindowSettings(hidden_size=H, size=3), D),
    "window of one": lambda: WindowEncoder(WindowSettings(hidden_size=H, size=1, nonlinearity="relu"), D),
    "window with two after": lambda: WindowEncoder(WindowSettings(hidden_size=H, size=2, after=2), D),
    "cnn": lambda: CNNEncoder(CNNSettings(hidden_size=H, widths=(3, 2, 5), dropout=0.3), D),
    "residual cnn": lambda: CNNEncoder(CNNSettings(hidden_size=D, widths=(3, 3), residual=True), D),
    "causal cnn": lambda: CNNEncoder(CNNSettings(hidden_size=H, widths=(2, 1, 3), causal=True, residual=True), D),
    "identity": lambda: IdentityEncoder(IdentitySettings(), D),
}
CAUSAL = ["window", "window of one", "causal cnn", "identity"]
TRAINED = [name for name in MAKERS if name != "identity"]
ENCODER = pytest.mark.parametrize("name", list(MAKERS))


def encoder(name, dtype=torch.float64):
    torch.manual_seed(13)
    made = MAKERS[name]()
    with torch.no_grad():  # biases that are 0 would hide a mistake
        for parameter in made.parameters():
            parameter += torch.randn_like(parameter) / 3
    return made.to(dtype).eval()


def inputs(rows, steps, dtype=torch.float64, seed=7) -> Tensor:
    return torch.randn(rows, steps, D, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@ENCODER
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_a_batch_of_one_equals_its_row_and_padding_changes_nothing(name, dtype, tolerance, steps):
    ours, given = encoder(name, dtype), inputs(5, steps, dtype)
    lengths = torch.randint(1, steps + 1, (5,), generator=torch.Generator().manual_seed(3))
    together = ours(given, lengths)
    assert together.states.shape == (5, steps, ours.output_size)
    assert torch.equal(together.lengths, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = ours(given[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(alone.states[0], together.states[row, :length], rtol=tolerance, atol=tolerance)
        torch.testing.assert_close(alone.final[0], together.final[row], rtol=tolerance, atol=tolerance)
        assert torch.equal(together.final[row], together.states[row, length - 1])
        assert not together.states[row, length:].any()
        for part, tensor in alone.state.items():
            torch.testing.assert_close(tensor[0], together.state[part][row], rtol=tolerance, atol=tolerance)


@ENCODER
@pytest.mark.parametrize("filler", [1e9, float("inf"), float("nan")])
def test_what_stands_on_padding_is_of_no_account(name, filler):
    ours, lengths = encoder(name), torch.tensor([2, 6, 4])
    given = inputs(3, 6).requires_grad_()
    padding = torch.arange(6) >= lengths.unsqueeze(1)
    filled = ours(given.masked_fill(padding.unsqueeze(2), filler), lengths)
    plain = ours(given, lengths)
    assert torch.equal(filled.states, plain.states)
    filled.states.square().sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in ours.parameters())
    assert not given.grad[padding].any()
    assert given.grad.isfinite().all()


@ENCODER
def test_a_causal_state_does_not_move_when_a_later_input_does_and_others_do(name):
    ours, lengths, given = encoder(name), torch.tensor([9]), inputs(1, 9)
    before = ours(given, lengths).states
    moved = given.clone()
    moved[:, 5] += 1
    changed = (ours(moved, lengths).states != before).any(dim=2)[0]
    assert changed[5]
    assert bool(changed[:5].any()) == (name not in CAUSAL)
    assert ours.config.is_causal == ours.config.has_state == (name in CAUSAL)
    assert ours.config.directions == 1


@pytest.mark.parametrize("name", CAUSAL)
@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=1, max_size=4))
def test_windows_with_a_carried_state_equal_one_pass(name, window_lengths):
    """Each window has rows of unequal length; a row's pieces joined are its one pass."""
    ours = encoder(name)
    totals = torch.tensor(window_lengths).sum(dim=0)
    given = inputs(3, int(totals.max()))
    whole = ours(given, totals)
    state, done = None, [0, 0, 0]
    pieces: list[list[Tensor]] = [[], [], []]
    for lengths in window_lengths:
        window = torch.full((3, max(lengths), D), 99.0, dtype=torch.float64)
        for row, length in enumerate(lengths):
            window[row, :length] = given[row, done[row] : done[row] + length]
            done[row] += length
        encoding = ours(window, torch.tensor(lengths), state)
        state = encoding.state
        for row, length in enumerate(lengths):
            pieces[row].append(encoding.states[row, :length])
    for row, total in enumerate(totals.tolist()):
        torch.testing.assert_close(torch.cat(pieces[row]), whole.states[row, :total], rtol=1e-10, atol=1e-12)
    for part, tensor in whole.state.items():
        torch.testing.assert_close(state[part], tensor, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", CAUSAL)
def test_a_fresh_state_is_zero(name):
    ours, given, lengths = encoder(name), inputs(2, 4), torch.tensor([4, 2])
    fresh = ours(given, lengths)
    zero = {part: torch.zeros_like(tensor) for part, tensor in fresh.state.items()}
    assert torch.equal(ours(given, lengths, zero).states, fresh.states)


@pytest.mark.parametrize("name", ["window with two after", "cnn"])
def test_who_looks_ahead_refuses_a_state(name):
    with pytest.raises(ValueError, match="cannot go on from a state"):
        encoder(name)(inputs(1, 2), torch.tensor([2]), {})


@pytest.mark.parametrize("name", TRAINED)
def test_every_parameter_gets_a_gradient_that_matches_finite_differences(name):
    ours, lengths = encoder(name), torch.tensor([7, 2])
    given = inputs(2, 7).requires_grad_()
    ours(given, lengths).states.square().sum().backward()
    assert all(parameter.grad.any() for parameter in ours.parameters())

    def run(given, *weights):
        named = dict(zip((name for name, _ in ours.named_parameters()), weights, strict=True))
        encoding = torch.func.functional_call(ours, named, (given, lengths))
        return encoding.states, encoding.final

    assert torch.autograd.gradcheck(run, (given, *ours.parameters()), fast_mode=True)


@pytest.mark.parametrize("name", TRAINED)
def test_saved_and_loaded_weights_give_the_same(name):
    ours, other, given, lengths = encoder(name), MAKERS[name]().double().eval(), inputs(2, 4), torch.tensor([4, 3])
    assert not torch.equal(other(given, lengths).states, ours(given, lengths).states)
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other(given, lengths).states, ours(given, lengths).states)
