"""The output layer `full`: torch's cross-entropy, its weights shared with an embedder or not."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from seqlab import IGNORED, Vocabulary
from seqlab.testing import check_output
from seqlab_lm.full_output import FullOutput
from seqlab_lm.output_settings import FullSettings

SYMBOLS = Vocabulary.of_outputs({f"w{rank:03}": 500 - rank for rank in range(150)}, ("<unk>", "</s>"))
WIDTH = 5


def layer(embedding=None, vocabulary=SYMBOLS, width=WIDTH, dtype=torch.float64, **config) -> FullOutput:
    torch.manual_seed(13)
    made = FullOutput(FullSettings(**config), width, vocabulary, embedding)
    if made.bias is not None:
        nn.init.normal_(made.bias)  # a bias of 0 would hide a mistake
    return made.to(dtype)


def batch(rows=40, width=WIDTH, dtype=torch.float64):
    torch.manual_seed(7)
    targets = torch.randint(len(SYMBOLS), (rows,))
    targets[1::3] = IGNORED
    return torch.randn(rows, width, dtype=dtype, requires_grad=True), targets


@pytest.mark.parametrize("config", [{}, {"bias": False}, {"label_smoothing": 0.2}, {"tied": True}])
@pytest.mark.parametrize("vocabulary", [None, SYMBOLS], ids=["63 symbols", "152 symbols"])
def test_it_keeps_the_laws_of_every_output_layer(config, vocabulary):
    kept = check_output(FullOutput, FullSettings(**config), vocabulary=vocabulary)
    assert "a shared embedding is the layer's own weight" in kept.laws


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("rows", [4, 40], ids=["few rows", "many rows"])
def test_its_loss_in_training_is_that_of_torch(rows, smoothing):
    ours = layer(label_smoothing=smoothing).train()
    hidden, targets = batch(rows)
    loss = ours.loss(hidden, targets)
    logits = functional.linear(hidden, ours.weight, ours.bias)
    expected = functional.cross_entropy(
        logits, targets, ignore_index=IGNORED, reduction="sum", label_smoothing=smoothing
    )
    assert loss.count == int((targets != IGNORED).sum())
    torch.testing.assert_close(loss.sum, expected, rtol=1e-12, atol=0)
    of = (hidden, ours.weight, ours.bias)
    mine, theirs = torch.autograd.grad(loss.sum / loss.count, of), torch.autograd.grad(expected / loss.count, of)
    for found, gradient in zip(mine, theirs, strict=True):
        torch.testing.assert_close(found, gradient, rtol=1e-10, atol=1e-14)


def test_labels_are_smoothed_in_training_only():
    ours, sharp = layer(label_smoothing=0.3), layer()
    hidden, targets = batch()
    with torch.no_grad():
        plain = sharp.eval().loss(hidden, targets).sum
        assert ours.eval().loss(hidden, targets).sum == plain
        assert not torch.isclose(ours.train().loss(hidden, targets).sum, plain)


def test_a_smoothed_target_costs_its_cross_entropy():
    """Of 2 symbols with the scores 2 and 0 and a smoothing of 0.3, the target counts 0.85 and the other 0.15."""
    ours = layer(vocabulary=Vocabulary.of_outputs({"a": 2, "b": 1}), width=1, label_smoothing=0.3, bias=False).train()
    with torch.no_grad():
        ours.weight.copy_(torch.tensor([[2.0], [0.0]]))
    loss = ours.loss(torch.ones(1, 1, dtype=torch.float64), torch.tensor([1])).sum.item()
    normaliser = math.log1p(math.exp(2.0))
    assert loss == pytest.approx(0.85 * normaliser + 0.15 * (normaliser - 2.0), rel=1e-12)


def test_nothing_to_score_is_a_loss_of_0_that_can_be_trained_on():
    ours = layer(label_smoothing=0.1).train()
    hidden, targets = batch()
    loss = ours.loss(hidden, torch.full_like(targets, IGNORED))
    loss.sum.backward()
    assert (loss.sum.item(), loss.count) == (0.0, 0)
    assert not hidden.grad.any()
    assert not ours.weight.grad.any()


def test_rows_that_are_not_scored_are_not_multiplied():
    """Not even by what is no number."""
    ours = layer()
    hidden, targets = batch()
    poisoned = hidden.detach().clone()
    poisoned[targets == IGNORED] = math.nan
    assert ours.loss(poisoned, targets).sum.item() == ours.loss(hidden, targets).sum.item()
    torch.testing.assert_close(ours.target_log_probs(poisoned, targets), ours.target_log_probs(hidden, targets))


@pytest.mark.parametrize("extra", [0, 1, 2])
@pytest.mark.parametrize("rows", [4, 40], ids=["few rows", "many rows"])
def test_a_shared_table_is_read_in_its_last_rows(extra, rows):
    """The gradient of a table that is read at both ends of the network is the sum of both."""
    size = len(SYMBOLS)
    torch.manual_seed(3)
    table = nn.Parameter(torch.randn(size + extra, WIDTH, dtype=torch.float64))
    ours = layer(table, tied=True)
    assert ours.weight is table
    hidden, targets = batch(rows)
    read = torch.arange(rows) % len(table)

    def gradient(loss_of):
        states = hidden.detach() * functional.embedding(read, table)
        return torch.autograd.grad(loss_of(states), table)[0]

    found = gradient(lambda states: ours.loss(states, targets).sum)
    expected = gradient(
        lambda states: functional.cross_entropy(
            states @ table[extra:].t() + ours.bias, targets, ignore_index=IGNORED, reduction="sum"
        )
    )
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)
    own = layer(tied=True)
    with torch.no_grad():
        own.weight.copy_(table[extra:])
        own.bias.copy_(ours.bias)
        assert torch.equal(own.log_probs(hidden), ours.log_probs(hidden))
        assert torch.equal(own.target_log_probs(hidden, targets), ours.target_log_probs(hidden, targets))


def test_a_shared_table_is_saved_once_and_has_one_name():
    table = nn.Parameter(torch.randn(len(SYMBOLS) + 2, WIDTH))
    ours = layer(table)
    assert [name for name, _ in ours.named_parameters()] == ["weight", "bias"]
    assert list(ours.state_dict()) == ["weight", "bias"]


def test_without_a_bias_there_is_none():
    assert [name for name, _ in layer(bias=False).named_parameters()] == ["weight"]


@pytest.mark.parametrize(
    "shape, words",
    [
        ((len(SYMBOLS), 7), "cannot share an embedding 7 wide with states 5 wide"),
        ((len(SYMBOLS) - 1, WIDTH), "cannot share 151 vectors among 152 symbols"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(shape, words):
    with pytest.raises(ValueError, match=words):
        layer(nn.Parameter(torch.zeros(shape)))


@pytest.mark.parametrize("scale", [0.1, 0.01])
def test_first_weights_have_the_size_that_is_asked_for(scale):
    ours = FullOutput(FullSettings(initial_scale=scale), 300, SYMBOLS)
    assert ours.weight.std().item() == pytest.approx(scale, rel=0.05)
    assert not ours.bias.any()
