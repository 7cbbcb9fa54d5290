"""Between layers: skips, normalisation, dropout; and weight drop inside them."""

import pytest
import torch
from torch import Tensor, nn

from seqlab_rnn.gru import GRUEncoder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import GRUSettings, LSTMSettings, RNNSettings

D, H = 5, 4
CELLS = {"lstm": (LSTMEncoder, LSTMSettings), "gru": (GRUEncoder, GRUSettings), "rnn": (RNNEncoder, RNNSettings)}
CELL = pytest.mark.parametrize("cell", list(CELLS))
DIRECTIONS = pytest.mark.parametrize("bidirectional", [False, True], ids=["one-way", "two-way"])


def encoder(cell, width=D, **settings):
    torch.manual_seed(13)
    build, config = CELLS[cell]
    return build(config(**{"hidden_size": H, **settings}), width).double().eval()


def inputs(rows, steps, width=D) -> Tensor:
    return torch.randn(rows, steps, width, generator=torch.Generator().manual_seed(7), dtype=torch.float64)


def alone(ours, number: int, given: Tensor, lengths: Tensor) -> Tensor:
    """One layer of a stack as an encoder of its own."""
    config = type(ours.config)(hidden_size=ours.config.hidden_size, bidirectional=ours.config.bidirectional)
    single = type(ours)(config, given.shape[2]).double().eval()
    single.layers[0].load_state_dict(ours.layers[number].state_dict())
    return single(given, lengths).states


@CELL
@DIRECTIONS
@pytest.mark.parametrize("agrees", [False, True])
def test_residual_adds_what_stands_below_where_widths_agree(cell, bidirectional, agrees):
    width = H * (2 if bidirectional else 1) if agrees else D
    ours = encoder(cell, width, num_layers=3, bidirectional=bidirectional, skip="residual")
    given, lengths = inputs(3, 6, width), torch.tensor([6, 6, 6])
    first = alone(ours, 0, given, lengths) + (given if agrees else 0)
    second = alone(ours, 1, first, lengths) + first
    third = alone(ours, 2, second, lengths) + second
    torch.testing.assert_close(ours(given, lengths).states, third, rtol=1e-12, atol=1e-12)


@CELL
@DIRECTIONS
def test_dense_layers_read_the_input_and_all_states_below(cell, bidirectional):
    ours = encoder(cell, num_layers=3, bidirectional=bidirectional, skip="dense")
    given, lengths = inputs(3, 6), torch.tensor([6, 6, 6])
    first = alone(ours, 0, given, lengths)
    second = alone(ours, 1, torch.cat([given, first], dim=2), lengths)
    third = alone(ours, 2, torch.cat([given, first, second], dim=2), lengths)
    encoding = ours(given, lengths)
    torch.testing.assert_close(encoding.states, third, rtol=1e-12, atol=1e-12)
    assert ours.output_size == encoding.states.shape[2] == H * (2 if bidirectional else 1)


@CELL
def test_layer_norm_stands_between_layers(cell):
    ours = encoder(cell, num_layers=2, layer_norm=True)
    given, lengths = inputs(3, 6), torch.tensor([6, 6, 6])
    first = alone(ours, 0, given, lengths)
    mean, spread = first.mean(dim=2, keepdim=True), first.var(dim=2, unbiased=False, keepdim=True)
    second = alone(ours, 1, (first - mean) / (spread + 1e-5).sqrt(), lengths)
    torch.testing.assert_close(ours(given, lengths).states, second, rtol=1e-12, atol=1e-12)
    assert len(ours.norms) == 1


def first_to_eighth(cell, skip, spread_evenly: bool) -> float:
    """Norm of the gradient of the recurrent weights of layer 1 over that of layer 8."""
    ours = encoder(cell, 32, hidden_size=32, num_layers=8, skip=skip)
    if spread_evenly:
        for parameter in ours.parameters():
            nn.init.uniform_(parameter, -(32**-0.5), 32**-0.5)
    states = ours(inputs(8, 20, 32), torch.full((8,), 20)).states
    weights = torch.randn(states.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    (states * weights).sum().backward()
    first, eighth = (ours.layers[number][0].weight_hh.grad.norm().item() for number in (0, 7))
    return first / eighth


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_with_the_usual_first_weights_gradients_reach_the_first_of_eight_layers_by_skips_only(cell):
    """The usual ones are even from -1 / sqrt(H) to 1 / sqrt(H), biases too; so torch draws them."""
    assert 0.1 < first_to_eighth(cell, "residual", spread_evenly=True) < 10
    assert 0.1 < first_to_eighth(cell, "dense", spread_evenly=True) < 10
    assert first_to_eighth(cell, "none", spread_evenly=True) < 0.1


@CELL
@pytest.mark.parametrize("skip", ["residual", "dense", "none"])
def test_with_our_first_weights_they_reach_it_in_any_case(cell, skip):
    assert 0.1 < first_to_eighth(cell, skip, spread_evenly=False) < 10


@CELL
@DIRECTIONS
@pytest.mark.parametrize("skip", ["none", "residual", "dense"])
def test_what_is_turned_on_for_training_is_off_in_use(cell, bidirectional, skip):
    plain = encoder(cell, num_layers=2, bidirectional=bidirectional, skip=skip)
    ours = encoder(
        cell, num_layers=2, bidirectional=bidirectional, skip=skip, dropout=0.5, variational=True, weight_drop=0.5
    )
    given, lengths = inputs(2, 6), torch.tensor([6, 4])
    assert torch.equal(ours(given, lengths).states, plain(given, lengths).states)
    ours.train()
    assert not torch.equal(ours(given, lengths).states, plain(given, lengths).states)


@CELL
def test_dropout_stands_between_layers_only(cell):
    ours = encoder(cell, num_layers=2, dropout=0.5)
    given, lengths = inputs(2, 6), torch.tensor([6, 4])
    still = ours(given, lengths)
    ours.train()
    noisy = [ours(given, lengths) for _ in range(2)]
    assert not torch.equal(noisy[0].states, noisy[1].states)
    assert torch.equal(noisy[0].state["hidden"][:, 0], still.state["hidden"][:, 0])
    single = encoder(cell, dropout=0.5).train()
    assert torch.equal(single(given, lengths).states, single(given, lengths).states)


def read_by_the_second_layer(ours, given, lengths) -> tuple[Tensor, Tensor]:
    """What the first layer gave and what the second one read, `(T, B, H)`."""
    seen = []
    first, second = (layer[0] for layer in ours.layers)
    for one_way in (first, second):
        run = one_way.run

        def watched(inputs, state, weights, run=run):
            outputs = run(inputs, state, weights)
            seen.append((inputs, outputs[0]))
            return outputs

        one_way.run = watched
    ours(given, lengths)
    return seen[0][1], seen[1][0]


@pytest.mark.parametrize("variational", [False, True])
def test_dropout_takes_the_share_that_it_is_told(variational):
    """The second layer's input is what the first gave with a third of it cleared and the rest scaled by 3/2."""
    ours = encoder("gru", hidden_size=40, num_layers=2, dropout=1 / 3, variational=variational).train()
    gave, read = read_by_the_second_layer(ours, inputs(60, 7), torch.full((60,), 7))
    cleared = read == 0
    assert cleared.double().mean().item() == pytest.approx(1 / 3, abs=0.03)
    torch.testing.assert_close(read[~cleared], gave[~cleared] * 1.5, rtol=1e-4, atol=0)
    same_at_all_steps = bool((cleared == cleared[:1]).all())
    assert same_at_all_steps == variational
    assert not (cleared == cleared[:, :1]).all()  # rows have masks of their own


@CELL
def test_weight_drop_clears_its_share_of_the_recurrent_weights_only(cell):
    ours = encoder(cell, hidden_size=60, weight_drop=0.4)
    (layer,) = ours.layers[0]
    assert layer.weights().recurrent is layer.weight_hh
    ours.train()
    weights, others = layer.weights(), layer.weights()
    cleared = weights.recurrent == 0
    assert cleared.double().mean().item() == pytest.approx(0.4, abs=0.03)
    torch.testing.assert_close(weights.recurrent[~cleared], layer.weight_hh[~cleared] / 0.6, rtol=1e-4, atol=0)
    assert not torch.equal(cleared, others.recurrent == 0)
    assert weights.inputs is layer.weight_ih
    assert weights.input_bias is layer.bias_ih


@CELL
def test_weight_drop_is_the_layer_of_torch_with_those_weights_missing(cell):
    ours = encoder(cell, weight_drop=0.5).train()
    given, (layer,) = inputs(2, 9), ours.layers[0]
    torch.manual_seed(3)
    weights = layer.weights()
    torch.manual_seed(3)
    states = ours(given, torch.tensor([9, 9])).states
    twin = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell](D, H, batch_first=True).double()
    with torch.no_grad():
        for theirs, mine in zip(twin.parameters(), weights, strict=True):
            theirs.copy_(mine)
    torch.testing.assert_close(states, twin(given)[0], rtol=1e-10, atol=1e-12)
    states.sum().backward()
    missing = weights.recurrent == 0
    assert not layer.weight_hh.grad[missing].any()
    assert layer.weight_hh.grad[~missing].all()
