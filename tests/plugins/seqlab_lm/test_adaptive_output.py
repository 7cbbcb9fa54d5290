"""The output layer `adaptive`: torch's adaptive softmax, with cutoffs from the counts of the vocabulary."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seqlab import IGNORED, Vocabulary
from seqlab.testing import check_output
from seqlab_lm import chunked_cross_entropy
from seqlab_lm.adaptive_output import AdaptiveOutput, cutoffs_for
from seqlab_lm.output_settings import AdaptiveSettings

WIDTH, SIZE = 16, 300
SYMBOLS = Vocabulary.of_outputs({f"w{rank:03}": 1000 // (rank + 1) for rank in range(SIZE - 2)}, ("<unk>", "</s>"))


def layer(dtype=torch.float64, vocabulary=SYMBOLS, width=WIDTH, **config) -> AdaptiveOutput:
    torch.manual_seed(13)
    return AdaptiveOutput(AdaptiveSettings(**config), width, vocabulary).to(dtype)


def batch(rows=50, dtype=torch.float64, size=SIZE):
    torch.manual_seed(7)
    targets = torch.randint(size, (rows,))
    targets[1::3] = IGNORED
    return torch.randn(rows, WIDTH, dtype=dtype, requires_grad=True), targets


def twin_of(ours: AdaptiveOutput) -> nn.AdaptiveLogSoftmaxWithLoss:
    """Torch's layer with the same weights."""
    config = ours.config
    twin = nn.AdaptiveLogSoftmaxWithLoss(
        WIDTH, len(ours.vocabulary), list(ours.cutoffs), config.div_value, config.head_bias
    ).to(ours.head.weight.dtype)
    with torch.no_grad():
        for theirs, mine in zip(twin.parameters(), ours.parameters(), strict=True):
            theirs.copy_(mine)
    return twin


@pytest.mark.parametrize("config", [{}, {"head_bias": True}, {"cutoffs": (10, 30, 50)}, {"cutoffs": (50,)}])
def test_it_keeps_the_laws_of_every_output_layer(config):
    kept = check_output(AdaptiveOutput, AdaptiveSettings(**config))
    assert "a shared embedding is the layer's own weight" not in kept.laws  # it has none to share


@pytest.mark.parametrize("rows", [384, 3], ids=["one chunk", "many chunks"])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize(
    "config",
    [{}, {"cutoffs": (20,)}, {"cutoffs": (20, 60, 200), "div_value": 2.0}, {"cutoffs": (1, 290), "head_bias": True}],
)
def test_it_is_the_layer_of_torch(config, dtype, tolerance, rows, monkeypatch):
    monkeypatch.setattr(chunked_cross_entropy, "ROWS", rows)
    monkeypatch.setattr(chunked_cross_entropy, "ELEMENTS", 1)
    ours = layer(dtype, **config)
    twin = twin_of(ours)
    hidden, targets = batch(dtype=dtype)
    targets[0], targets[2] = 0, SIZE - 1  # both ends, so that the head and the last cluster have a target
    scored = targets != IGNORED
    expected = twin(hidden[scored], targets[scored]).output
    loss, found = ours.loss(hidden, targets), ours.target_log_probs(hidden, targets)
    assert loss.count == len(expected)
    torch.testing.assert_close(loss.sum, -expected.sum(), rtol=tolerance, atol=0)
    torch.testing.assert_close(found[scored], expected, rtol=tolerance, atol=tolerance)
    assert not found[~scored].any()
    torch.testing.assert_close(ours.log_probs(hidden), twin.log_prob(hidden), rtol=tolerance, atol=tolerance)
    mine = torch.autograd.grad(loss.sum, (hidden, *ours.parameters()))  # every cluster has a target
    theirs = torch.autograd.grad(-expected.sum(), (hidden, *twin.parameters()))
    for gradient, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(gradient, other, rtol=tolerance, atol=tolerance)


def test_log_probs_without_gradient_are_those_with_it():
    ours = layer(cutoffs=(20, 60))
    hidden, _ = batch(1000)
    with torch.no_grad():
        found = ours.log_probs(hidden)
    torch.testing.assert_close(found, ours.log_probs(hidden), rtol=1e-12, atol=1e-12)


def test_only_clusters_that_hold_a_target_are_trained():
    ours = layer(cutoffs=(20, 60, 200))
    hidden, _ = batch(4)
    ours.loss(hidden, torch.tensor([3, 70, IGNORED, 199])).sum.backward()
    moved = [name for name, parameter in ours.named_parameters() if parameter.grad is not None]
    assert moved == ["head.weight", "tail.1.down.weight", "tail.1.out.weight"]


def test_nothing_to_score_is_a_loss_of_0_that_can_be_trained_on():
    ours = layer()
    hidden, targets = batch()
    loss = ours.loss(hidden, torch.full_like(targets, IGNORED))
    loss.sum.backward()
    assert (loss.sum.item(), loss.count) == (0.0, 0)
    assert not hidden.grad.any()


def test_rows_that_are_not_scored_are_not_multiplied():
    """Not even by what is no number."""
    ours = layer()
    hidden, targets = batch()
    poisoned = hidden.detach().clone()
    poisoned[targets == IGNORED] = math.nan
    assert ours.loss(poisoned, targets).sum.item() == ours.loss(hidden, targets).sum.item()
    torch.testing.assert_close(ours.target_log_probs(poisoned, targets), ours.target_log_probs(hidden, targets))


def test_each_cluster_is_narrower_than_the_one_before_and_never_empty():
    assert [each.down.out_features for each in layer(cutoffs=(20, 60, 200)).clusters] == [4, 1, 1]
    assert [each.down.out_features for each in layer(cutoffs=(20, 60, 200), div_value=2.0).clusters] == [8, 4, 2]
    assert [each.down.out_features for each in layer(cutoffs=(20, 60), div_value=1.0).clusters] == [16, 16]


def test_cutoffs_cover_so_many_tokens_of_train():
    """Each symbol is counted once more: of 100 tokens, 35 + 35 stand before the first cutoff, 10 + 10 more before the next."""
    assert cutoffs_for([34, 34, 9, 9, 8, 0]) == (2, 4)
    assert cutoffs_for([33, 34, 10, 9, 8, 0]) == (3, 4)
    assert cutoffs_for([98, 0, 0]) == (1,)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_cutoffs_are_the_least_that_cover_so_many(counts):
    total = sum(counts) + len(counts)

    def share(symbols):
        return Fraction(sum(counts[:symbols]) + symbols, total)

    least = {
        next(n for n in range(1, len(counts) + 1) if share(n) >= covered)
        for covered in (Fraction("0.7"), Fraction("0.9"))
    }
    assert cutoffs_for(counts) == tuple(sorted(least - {len(counts)}))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_vocabulary_too_small_for_clusters_has_a_plain_softmax(size):
    ours = layer(vocabulary=Vocabulary.of_outputs({f"w{rank}": 5 for rank in range(size)}), head_bias=True)
    hidden, _ = batch()
    assert ours.cutoffs == ()
    torch.testing.assert_close(ours.log_probs(hidden), ours.head(hidden).log_softmax(dim=1))
    targets = torch.arange(50) % size
    torch.testing.assert_close(
        ours.loss(hidden, targets).sum, nn.functional.cross_entropy(ours.head(hidden), targets) * 50
    )


def test_cutoffs_beyond_the_vocabulary_are_refused():
    with pytest.raises(ValueError, match=r"last of the 'cutoffs' of output 'adaptive' is 300, but .* no more than 300"):
        layer(cutoffs=(20, 300))
    assert layer(cutoffs=(20, 299)).tail[1].size == 1


@pytest.mark.parametrize("cutoffs", [(0, 10), (10, 10), (20, 10), (-1,)])
def test_cutoffs_that_do_not_rise_are_refused(cutoffs):
    with pytest.raises(ValueError, match="each larger than the one before"):
        AdaptiveSettings(cutoffs=cutoffs)


def test_it_shares_no_embedding():
    with pytest.raises(ValueError, match="'adaptive' cannot share an embedding"):
        AdaptiveOutput(AdaptiveSettings(), WIDTH, SYMBOLS, nn.Parameter(torch.zeros(SIZE, WIDTH)))
