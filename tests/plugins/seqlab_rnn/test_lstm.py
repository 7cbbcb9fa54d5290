"""The encoder `lstm` is torch's packed LSTM, without the packing; and it keeps the laws of every encoder."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

DIRECTIONS = pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
LAYERS = pytest.mark.parametrize("num_layers", [1, 2, 3])
D, H = 5, 4


def encoder(
    num_layers: int = 1, bidirectional: bool = False, dtype=torch.float64, seed: int = 13, **more
) -> LSTMEncoder:
    torch.manual_seed(seed)
    config = LSTMSettings(hidden_size=H, num_layers=num_layers, bidirectional=bidirectional, **more)
    return LSTMEncoder(config, D).to(dtype).eval()


def inputs(rows: int, steps: int, dtype=torch.float64, seed: int = 7) -> Tensor:
    return torch.randn(rows, steps, D, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def torch_twin(ours: LSTMEncoder) -> nn.LSTM:
    """Torch's LSTM with the same weights."""
    config = ours.config
    twin = nn.LSTM(D, H, config.num_layers, batch_first=True, bidirectional=config.bidirectional)
    with torch.no_grad():
        for number, layer in enumerate(ours.layers):
            for one_way, suffix in zip(layer, ("", "_reverse"), strict=False):
                for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                    getattr(twin, f"{kind}_l{number}{suffix}").copy_(getattr(one_way, f"{kind}_l0"))
    return twin.to(next(ours.parameters()).dtype)


def packed(twin: nn.LSTM, given: Tensor, lengths: Tensor):
    sequence = nn.utils.rnn.pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False)
    output, (hidden, cell) = twin(sequence)
    states, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=given.shape[1])
    return states, hidden.transpose(0, 1), cell.transpose(0, 1)


@LAYERS
@DIRECTIONS
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_it_is_the_packed_lstm_of_torch(num_layers, bidirectional, dtype, tolerance, steps):
    ours = encoder(num_layers, bidirectional, dtype)
    for seed in range(3):
        lengths = torch.randint(1, steps + 1, (6,), generator=torch.Generator().manual_seed(seed))
        given = inputs(6, steps, dtype, seed)
        encoding = ours(given, lengths)
        states, hidden, cell = packed(torch_twin(ours), given, lengths)
        close = {"rtol": tolerance, "atol": tolerance}
        torch.testing.assert_close(encoding.states, states, **close)
        torch.testing.assert_close(encoding.state["hidden"], hidden, **close)
        torch.testing.assert_close(encoding.state["cell"], cell, **close)
        torch.testing.assert_close(encoding.final, hidden[:, -ours.config.directions :].flatten(1), **close)
        assert torch.equal(encoding.lengths, lengths)
        assert encoding.states.shape[2] == ours.output_size


@DIRECTIONS
def test_its_gradients_are_those_of_the_packed_lstm(bidirectional):
    ours = encoder(2, bidirectional)
    twin = torch_twin(ours)
    given, lengths = inputs(4, 9), torch.tensor([3, 9, 1, 6])
    weights = torch.randn(4, 9, ours.output_size, dtype=torch.float64)
    (weights * ours(given, lengths).states).sum().backward()
    (weights * packed(twin, given, lengths)[0]).sum().backward()
    for number, layer in enumerate(ours.layers):
        for one_way, suffix in zip(layer, ("", "_reverse"), strict=False):
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                expected = getattr(twin, f"{kind}_l{number}{suffix}").grad
                torch.testing.assert_close(getattr(one_way, f"{kind}_l0").grad, expected, rtol=1e-9, atol=1e-10)


@LAYERS
@DIRECTIONS
def test_more_padding_changes_nothing(num_layers, bidirectional):
    ours = encoder(num_layers, bidirectional, torch.float32)
    given, lengths = inputs(3, 7, torch.float32), torch.tensor([7, 2, 5])
    short = ours(given, lengths)
    long = ours(torch.cat([given, inputs(3, 50, torch.float32, seed=1)], dim=1), lengths)
    assert not long.states[:, 7:].any()
    for ours_short, ours_long in [
        (short.states, long.states[:, :7]),
        (short.final, long.final),
        (short.state["hidden"], long.state["hidden"]),
        (short.state["cell"], long.state["cell"]),
    ]:
        torch.testing.assert_close(ours_short, ours_long, rtol=1e-5, atol=1e-6)


@DIRECTIONS
@pytest.mark.parametrize("filler", [1e9, float("inf"), float("nan")])
def test_what_stands_on_padding_is_of_no_account(bidirectional, filler):
    ours, lengths = encoder(2, bidirectional), torch.tensor([2, 6, 4])
    given = inputs(3, 6).requires_grad_()
    padding = torch.arange(6) >= lengths.unsqueeze(1)
    plain = ours(given, lengths)
    filled = ours(given.masked_fill(padding.unsqueeze(2), filler), lengths)
    torch.testing.assert_close(filled.states, plain.states, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(filled.final, plain.final, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(filled.state["cell"], plain.state["cell"], rtol=1e-10, atol=1e-10)
    filled.states.sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in ours.parameters())


@LAYERS
@DIRECTIONS
def test_a_batch_of_one_equals_its_row(num_layers, bidirectional):
    ours = encoder(num_layers, bidirectional, torch.float32)
    lengths = torch.tensor([4, 9, 1, 9, 6])
    given = inputs(5, 9, torch.float32)
    together = ours(given, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = ours(given[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(alone.states[0], together.states[row, :length], rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(alone.final[0], together.final[row], rtol=1e-5, atol=1e-6)


@LAYERS
def test_a_state_does_not_move_when_a_later_input_does(num_layers):
    ours, lengths, given = encoder(num_layers), torch.tensor([8, 5]), inputs(2, 8)
    before = ours(given, lengths).states
    for step in range(1, 8):
        moved = given.clone()
        moved[:, step] += 1
        after = ours(moved, lengths).states
        assert torch.equal(after[:, :step], before[:, :step])
        assert not torch.equal(after[0, step], before[0, step])


def test_two_directions_see_what_follows():
    ours, given = encoder(bidirectional=True), inputs(1, 8)
    moved = given.clone()
    moved[:, 7] += 1
    lengths = torch.tensor([8])
    assert not torch.equal(ours(moved, lengths).states[0, 0], ours(given, lengths).states[0, 0])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=1, max_size=4))
def test_windows_with_a_carried_state_equal_one_pass(num_layers, window_lengths):
    """Each window has rows of unequal length; a row's pieces joined are its one pass."""
    ours = encoder(num_layers)
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
    for name, tensor in whole.state.items():
        torch.testing.assert_close(state[name], tensor, rtol=1e-10, atol=1e-12)


def test_a_carried_state_carries_its_gradient():
    ours, given, lengths = encoder(2), inputs(2, 6).requires_grad_(), torch.tensor([6, 6])
    (whole,) = torch.autograd.grad(ours(given, lengths).final.sum(), given)
    first = ours(given[:, :2], torch.tensor([2, 2]))
    second = ours(given[:, 2:], torch.tensor([4, 4]), first.state)
    (windows,) = torch.autograd.grad(second.final.sum(), given)
    torch.testing.assert_close(windows, whole, rtol=1e-10, atol=1e-12)


@LAYERS
@DIRECTIONS
@pytest.mark.parametrize("part", ["states", "final", "cell"])
def test_no_gradient_reaches_padding_and_real_positions_get_one(num_layers, bidirectional, part):
    ours, lengths = encoder(num_layers, bidirectional), torch.tensor([3, 8, 1])
    given = inputs(3, 8).requires_grad_()
    encoding = ours(given, lengths)
    looked_at = {"states": encoding.states, "final": encoding.final, "cell": encoding.state["cell"]}[part]
    (looked_at * torch.randn_like(looked_at)).sum().backward()
    real = torch.arange(8) < lengths.unsqueeze(1)
    assert not given.grad[~real].any()
    assert given.grad[real].abs().amax(dim=1).gt(0).all()


@LAYERS
@DIRECTIONS
def test_every_parameter_gets_a_gradient(num_layers, bidirectional):
    ours = encoder(num_layers, bidirectional)
    ours(inputs(3, 6), torch.tensor([6, 2, 4])).states.square().sum().backward()
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


@DIRECTIONS
def test_gradients_match_finite_differences(bidirectional):
    ours, lengths = encoder(2, bidirectional), torch.tensor([3, 1])
    parameters = tuple(ours.parameters())

    def run(given, *weights):
        named = dict(zip((name for name, _ in ours.named_parameters()), weights, strict=True))
        encoding = torch.func.functional_call(ours, named, (given, lengths))
        return encoding.states, encoding.final, encoding.state["cell"]

    assert torch.autograd.gradcheck(run, (inputs(2, 3).requires_grad_(), *parameters), fast_mode=True)


def test_reversed_input_and_swapped_directions_reverse_the_states():
    ours, mirrored = encoder(bidirectional=True), encoder(bidirectional=True)
    forward, backward = mirrored.layers[0]
    source_forward, source_backward = ours.layers[0]
    forward.load_state_dict(source_backward.state_dict())
    backward.load_state_dict(source_forward.state_dict())
    lengths = torch.tensor([7, 3, 1])
    given = inputs(3, 7)
    turned = given.clone()
    for row, length in enumerate(lengths.tolist()):
        turned[row, :length] = given[row, :length].flip(0)
    states, mirror = ours(given, lengths).states, mirrored(turned, lengths).states
    for row, length in enumerate(lengths.tolist()):
        swapped = torch.cat([mirror[row, :length, H:], mirror[row, :length, :H]], dim=1).flip(0)
        torch.testing.assert_close(states[row, :length], swapped, rtol=1e-6, atol=1e-6)


def test_two_directions_refuse_a_state():
    ours, lengths = encoder(bidirectional=True), torch.tensor([2])
    state = ours(inputs(1, 2), lengths).state
    with pytest.raises(ValueError, match="two directions"):
        ours(inputs(1, 2), lengths, state)


@pytest.mark.parametrize("steps", [1, 2, 37])
def test_a_fresh_state_is_zero(steps):
    ours, lengths = encoder(2), torch.tensor([steps, 1])
    zero = torch.zeros(2, 2, H, dtype=torch.float64)
    given = inputs(2, steps)
    started = ours(given, lengths, {"hidden": zero, "cell": zero})
    assert torch.equal(started.states, ours(given, lengths).states)


def test_dropout_stands_between_layers_and_only_in_training():
    ours = encoder(2, dropout=0.5)
    given, lengths = inputs(2, 6), torch.tensor([6, 4])
    still = ours(given, lengths)
    assert torch.equal(ours(given, lengths).states, still.states)
    ours.train()
    noisy = [ours(given, lengths) for _ in range(2)]
    assert not torch.equal(noisy[0].states, noisy[1].states)
    assert torch.equal(noisy[0].state["hidden"][:, 0], still.state["hidden"][:, 0])
    single = encoder(1, dropout=0.5).train()
    assert torch.equal(single(given, lengths).states, single(given, lengths).states)


def test_dropout_takes_the_share_that_it_is_told():
    """The second layer's input is what the first gave with a third of it cleared and the rest scaled by 3/2."""
    ours = encoder(2, dropout=1 / 3).train()
    seen = []
    ours.dropout.register_forward_hook(lambda module, given, result: seen.append((given[0], result)))
    ours(inputs(40, 50), torch.full((40,), 50))
    given, result = seen[0]
    cleared = result == 0
    assert cleared.double().mean().item() == pytest.approx(1 / 3, abs=0.03)
    torch.testing.assert_close(result[~cleared], given[~cleared] * 1.5)


@DIRECTIONS
def test_saved_and_loaded_weights_give_the_same(bidirectional):
    ours, other = encoder(2, bidirectional), encoder(2, bidirectional, seed=99)
    given, lengths = inputs(2, 5), torch.tensor([5, 3])
    assert not torch.equal(other(given, lengths).states, ours(given, lengths).states)
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other(given, lengths).states, ours(given, lengths).states)


def test_the_padding_flag_is_neither_trained_nor_saved():
    ours = encoder()
    assert all("flag" not in name for name in itertools.chain(ours.state_dict(), dict(ours.named_parameters())))
    assert sum(parameter.numel() for parameter in ours.parameters()) == 4 * H * (D + H + 2)


@pytest.mark.parametrize("num_layers, bidirectional, causal, directions", [(1, False, True, 1), (2, True, False, 2)])
def test_settings_say_what_the_encoder_is(num_layers, bidirectional, causal, directions):
    config = LSTMSettings(num_layers=num_layers, bidirectional=bidirectional)
    assert (config.is_causal, config.has_state, config.directions) == (causal, causal, directions)
