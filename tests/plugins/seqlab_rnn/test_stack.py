"""The encoders `rnn`, `gru` and `lstm` are torch's packed layers, without the packing; and they keep every encoder's laws."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

D, H = 5, 4
CELLS = {
    "lstm": (LSTMEncoder, LSTMSettings, {}, nn.LSTM, {}),
    "gru": (GRUEncoder, GRUSettings, {}, nn.GRU, {}),
    "rnn": (RNNEncoder, RNNSettings, {}, nn.RNN, {}),
    "relu": (RNNEncoder, RNNSettings, {"nonlinearity": "relu"}, nn.RNN, {"nonlinearity": "relu"}),
}
CELL = pytest.mark.parametrize("cell", list(CELLS))
DIRECTIONS = pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])
SKIP = pytest.mark.parametrize("skip", ["none", "residual", "dense"])
LAYERS = pytest.mark.parametrize("num_layers", [1, 2, 3])


def encoder(cell, num_layers=1, bidirectional=False, dtype=torch.float64, seed=13, width=D, **more):
    torch.manual_seed(seed)
    build, config, own, _, _ = CELLS[cell]
    made = build(config(hidden_size=H, num_layers=num_layers, bidirectional=bidirectional, **own, **more), width)
    with torch.no_grad():  # biases that are 0 would hide a mistake
        for name, parameter in made.named_parameters():
            if "bias" in name:
                parameter += torch.randn_like(parameter) / 3
    return made.to(dtype).eval()


def inputs(rows, steps, dtype=torch.float64, seed=7, width=D) -> Tensor:
    return torch.randn(rows, steps, width, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def twin_of(cell, ours) -> nn.RNNBase:
    """Torch's layers with the same weights."""
    config, (_, _, _, build, own) = ours.config, CELLS[cell]
    twin = build(D, H, config.num_layers, batch_first=True, bidirectional=config.bidirectional, **own)
    with torch.no_grad():
        for mine, theirs in weight_pairs(ours, twin):
            theirs.copy_(mine)
    return twin.to(next(ours.parameters()).dtype)


def weight_pairs(ours, twin):
    for number, layer in enumerate(ours.layers):
        for one_way, suffix in zip(layer, ("", "_reverse"), strict=False):
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                yield getattr(one_way, kind), getattr(twin, f"{kind}_l{number}{suffix}")


def packed(twin, given, lengths):
    """States and, by name, what is carried, `(B, layers * directions, H)`."""
    sequence = nn.utils.rnn.pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False)
    output, carried = twin(sequence)
    states, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=given.shape[1])
    carried = carried if isinstance(carried, tuple) else (carried,)
    return states, {name: each.transpose(0, 1) for name, each in zip(("hidden", "cell"), carried, strict=False)}


@CELL
@LAYERS
@DIRECTIONS
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_it_is_the_packed_layer_of_torch(cell, num_layers, bidirectional, dtype, tolerance, steps):
    ours = encoder(cell, num_layers, bidirectional, dtype)
    for seed in range(3):
        lengths = torch.randint(1, steps + 1, (6,), generator=torch.Generator().manual_seed(seed))
        given = inputs(6, steps, dtype, seed)
        encoding = ours(given, lengths)
        states, carried = packed(twin_of(cell, ours), given, lengths)
        close = {"rtol": tolerance, "atol": tolerance * max(1, states.abs().max().item())}  # a rectifier's may be large
        torch.testing.assert_close(encoding.states, states, **close)
        assert set(encoding.state) == set(carried)
        for name, expected in carried.items():
            torch.testing.assert_close(encoding.state[name], expected, **close)
        final = carried["hidden"][:, -ours.config.directions :].flatten(1)
        torch.testing.assert_close(encoding.final, final, **close)
        assert torch.equal(encoding.lengths, lengths)
        assert encoding.states.shape[2] == ours.output_size


@CELL
@DIRECTIONS
def test_its_gradients_are_those_of_the_packed_layer(cell, bidirectional):
    ours = encoder(cell, 2, bidirectional)
    twin = twin_of(cell, ours)
    given, lengths = inputs(4, 9).requires_grad_(), torch.tensor([3, 9, 1, 6])
    weights = torch.randn(4, 9, ours.output_size, dtype=torch.float64)
    (mine,) = torch.autograd.grad((weights * ours(given, lengths).states).sum(), given)
    (theirs,) = torch.autograd.grad((weights * packed(twin, given, lengths)[0]).sum(), given)
    torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-10)
    (weights * ours(given, lengths).states).sum().backward()
    (weights * packed(twin, given, lengths)[0]).sum().backward()
    for mine, theirs in weight_pairs(ours, twin):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-9, atol=1e-10)


@CELL
@SKIP
@DIRECTIONS
def test_more_padding_changes_nothing(cell, skip, bidirectional):
    ours = encoder(cell, 3, bidirectional, torch.float32, skip=skip, layer_norm=True)
    given, lengths = inputs(3, 7, torch.float32), torch.tensor([7, 2, 5])
    short = ours(given, lengths)
    long = ours(torch.cat([given, inputs(3, 50, torch.float32, seed=1)], dim=1), lengths)
    assert not long.states[:, 7:].any()
    torch.testing.assert_close(short.states, long.states[:, :7], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(short.final, long.final, rtol=1e-5, atol=1e-6)
    for name, tensor in short.state.items():
        torch.testing.assert_close(tensor, long.state[name], rtol=1e-5, atol=1e-6)


@CELL
@DIRECTIONS
@pytest.mark.parametrize("filler", [1e9, float("inf"), float("nan")])
def test_what_stands_on_padding_is_of_no_account(cell, bidirectional, filler):
    ours, lengths = encoder(cell, 2, bidirectional), torch.tensor([2, 6, 4])
    given = inputs(3, 6).requires_grad_()
    padding = torch.arange(6) >= lengths.unsqueeze(1)
    plain = ours(given, lengths)
    filled = ours(given.masked_fill(padding.unsqueeze(2), filler), lengths)
    torch.testing.assert_close(filled.states, plain.states, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(filled.final, plain.final, rtol=1e-10, atol=1e-10)
    for name, tensor in plain.state.items():
        torch.testing.assert_close(filled.state[name], tensor, rtol=1e-10, atol=1e-10)
    filled.states.sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in ours.parameters())


@CELL
@SKIP
@DIRECTIONS
def test_a_batch_of_one_equals_its_row(cell, skip, bidirectional):
    ours = encoder(cell, 3, bidirectional, torch.float32, skip=skip)
    lengths = torch.tensor([4, 9, 1, 9, 6])
    given = inputs(5, 9, torch.float32)
    together = ours(given, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = ours(given[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(alone.states[0], together.states[row, :length], rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(alone.final[0], together.final[row], rtol=1e-5, atol=1e-6)


@CELL
@SKIP
@DIRECTIONS
def test_the_final_state_is_the_last_of_each_direction(cell, skip, bidirectional):
    ours, lengths = encoder(cell, 2, bidirectional, skip=skip), torch.tensor([4, 7, 1])
    encoding = ours(inputs(3, 7), lengths)
    for row, length in enumerate(lengths.tolist()):
        assert torch.equal(encoding.final[row, :H], encoding.states[row, length - 1, :H])
        assert torch.equal(encoding.final[row, H:], encoding.states[row, 0, H:])


@CELL
@SKIP
def test_a_state_does_not_move_when_a_later_input_does(cell, skip):
    ours, lengths, given = encoder(cell, 3, skip=skip), torch.tensor([8, 5]), inputs(2, 8)
    before = ours(given, lengths).states
    for step in range(1, 8):
        moved = given.clone()
        moved[:, step] += 1
        after = ours(moved, lengths).states
        assert torch.equal(after[:, :step], before[:, :step])
        assert cell == "relu" or not torch.equal(after[0, step], before[0, step])  # rectifiers may all be shut


@CELL
def test_two_directions_see_what_follows(cell):
    ours, given = encoder(cell, bidirectional=True), inputs(1, 8)
    moved = given.clone()
    moved[:, 7] += 1
    lengths = torch.tensor([8])
    assert not torch.equal(ours(moved, lengths).states[0, 0], ours(given, lengths).states[0, 0])


@CELL
@SKIP
@settings(max_examples=10)
@given(st.integers(1, 3), st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=1, max_size=4))
def test_windows_with_a_carried_state_equal_one_pass(cell, skip, num_layers, window_lengths):
    """Each window has rows of unequal length; a row's pieces joined are its one pass."""
    ours = encoder(cell, num_layers, skip=skip, layer_norm=True)
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


@CELL
def test_a_carried_state_carries_its_gradient(cell):
    ours, given, lengths = encoder(cell, 2), inputs(2, 6).requires_grad_(), torch.tensor([6, 6])
    (whole,) = torch.autograd.grad(ours(given, lengths).final.sum(), given)
    first = ours(given[:, :2], torch.tensor([2, 2]))
    second = ours(given[:, 2:], torch.tensor([4, 4]), first.state)
    (windows,) = torch.autograd.grad(second.final.sum(), given)
    torch.testing.assert_close(windows, whole, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@SKIP
@DIRECTIONS
@pytest.mark.parametrize("part", ["states", "final", "state"])
def test_no_gradient_reaches_padding_and_real_positions_get_one(cell, skip, bidirectional, part):
    ours, lengths = encoder(cell, 2, bidirectional, skip=skip), torch.tensor([3, 8, 1])
    given = inputs(3, 8).requires_grad_()
    encoding = ours(given, lengths)
    looked_at = encoding.state[ours.layer.carries[-1]] if part == "state" else getattr(encoding, part)
    (looked_at * torch.randn_like(looked_at)).sum().backward()
    real = torch.arange(8) < lengths.unsqueeze(1)
    assert not given.grad[~real].any()
    assert given.grad[real].abs().amax(dim=1).gt(0).all()


@CELL
@SKIP
@DIRECTIONS
def test_every_parameter_gets_a_gradient(cell, skip, bidirectional):
    ours = encoder(cell, 3, bidirectional, skip=skip, layer_norm=True, weight_drop=0.2).train()
    ours(inputs(3, 6), torch.tensor([6, 2, 4])).states.square().sum().backward()
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name


@CELL
@SKIP
@DIRECTIONS
def test_gradients_match_finite_differences(cell, skip, bidirectional):
    ours, lengths = encoder(cell, 2, bidirectional, skip=skip, layer_norm=True), torch.tensor([3, 1])
    parameters = tuple(ours.parameters())

    def run(given, *weights):
        named = dict(zip((name for name, _ in ours.named_parameters()), weights, strict=True))
        encoding = torch.func.functional_call(ours, named, (given, lengths))
        return encoding.states, encoding.final, *encoding.state.values()

    assert torch.autograd.gradcheck(run, (inputs(2, 3).requires_grad_(), *parameters), fast_mode=True)


@CELL
def test_reversed_input_and_swapped_directions_reverse_the_states(cell):
    ours, mirrored = encoder(cell, bidirectional=True), encoder(cell, bidirectional=True)
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


@CELL
def test_a_stack_of_one_is_its_layer(cell):
    ours, given = encoder(cell), inputs(3, 6)
    (one_way,) = ours.layers[0]
    output, *_ = one_way.run(given.transpose(0, 1), None, one_way.weights())
    states = ours(given, torch.tensor([6, 6, 6])).states
    torch.testing.assert_close(states, output.transpose(0, 1), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("cell, apart", [("lstm", False), ("rnn", False), ("relu", False), ("gru", True)])
def test_one_matrix_on_state_and_input_side_by_side_is_two_matrices(cell, apart):
    """W [h; e] = U h + V e, step by step, with each cell's equations written out."""
    ours, given = encoder(cell), inputs(3, 6)
    (layer,) = ours.layers[0]
    hidden = memory = torch.zeros(3, H, dtype=torch.float64)
    states = []
    for e in given.unbind(1):
        if apart:  # the reset gate stands between the two products of the new state
            joint = torch.cat([layer.weight_hh, layer.weight_ih], dim=1)[: 2 * H]
            bias = (layer.bias_hh + layer.bias_ih)[: 2 * H]
            r, z = torch.sigmoid(torch.cat([hidden, e], dim=1) @ joint.T + bias).chunk(2, dim=1)
            old = hidden @ layer.weight_hh[2 * H :].T + layer.bias_hh[2 * H :]
            new = torch.tanh(e @ layer.weight_ih[2 * H :].T + layer.bias_ih[2 * H :] + r * old)
            hidden = (1 - z) * new + z * hidden
        else:
            joint = torch.cat([layer.weight_hh, layer.weight_ih], dim=1)  # (gates * H, H + D)
            total = torch.cat([hidden, e], dim=1) @ joint.T + layer.bias_hh + layer.bias_ih
            if cell == "lstm":
                i, f, g, o = total.chunk(4, dim=1)
                memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
                hidden = torch.sigmoid(o) * torch.tanh(memory)
            else:
                hidden = torch.tanh(total) if cell == "rnn" else torch.relu(total)
        states.append(hidden)
    ours_states = ours(given, torch.tensor([6, 6, 6])).states
    torch.testing.assert_close(ours_states, torch.stack(states, dim=1), rtol=1e-12, atol=1e-12)


@CELL
def test_two_directions_refuse_a_state(cell):
    ours, lengths = encoder(cell, bidirectional=True), torch.tensor([2])
    state = ours(inputs(1, 2), lengths).state
    with pytest.raises(ValueError, match="reads from the end cannot go on from a state"):
        ours(inputs(1, 2), lengths, state)


@CELL
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_a_fresh_state_is_zero(cell, steps):
    ours, lengths = encoder(cell, 2), torch.tensor([steps, 1])
    zero = torch.zeros(2, 2, H, dtype=torch.float64)
    given = inputs(2, steps)
    started = ours(given, lengths, dict.fromkeys(ours.layer.carries, zero))
    assert torch.equal(started.states, ours(given, lengths).states)


@CELL
@DIRECTIONS
def test_saved_and_loaded_weights_give_the_same(cell, bidirectional):
    ours, other = encoder(cell, 2, bidirectional), encoder(cell, 2, bidirectional, seed=99)
    given, lengths = inputs(2, 5), torch.tensor([5, 3])
    assert not torch.equal(other(given, lengths).states, ours(given, lengths).states)
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other(given, lengths).states, ours(given, lengths).states)


@CELL
def test_the_padding_flag_is_neither_trained_nor_saved(cell):
    ours = encoder(cell)
    gates = len(ours.layer.gates)
    assert all("flag" not in name for name in itertools.chain(ours.state_dict(), dict(ours.named_parameters())))
    assert sum(parameter.numel() for parameter in ours.parameters()) == gates * H * (D + H + 2)


@CELL
@pytest.mark.parametrize("num_layers, bidirectional, causal, directions", [(1, False, True, 1), (2, True, False, 2)])
def test_settings_say_what_the_encoder_is(cell, num_layers, bidirectional, causal, directions):
    config = CELLS[cell][1](num_layers=num_layers, bidirectional=bidirectional)
    assert (config.is_causal, config.has_state, config.directions) == (causal, causal, directions)


def test_a_rectifier_that_would_overflow_on_padding_stays_a_number():
    ours = encoder("relu", dtype=torch.float32)
    (layer,) = ours.layers[0]
    with torch.no_grad():
        layer.weight_hh.copy_(3 * torch.eye(H))
        layer.bias_ih.fill_(1.0)
    given = inputs(2, 200, torch.float32)
    encoding = ours(given[1:], torch.tensor([4]))
    assert torch.equal(encoding.states[:, 4:], torch.zeros(1, 196, H))
    encoding.states.sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in ours.parameters())
