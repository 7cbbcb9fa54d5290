"""Sums over all paths and their gradients, against every path written out, finite differences and logarithms."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab_tagger import chain
from seqlab_tagger.chain import log_partition, marginals
from seqlab_tagger.viterbi import IMPOSSIBLE


def drawn(lengths, size, seed, scale=1.0, dtype=torch.float64):
    """Emissions one step longer than needed, transitions, start, end, lengths."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((len(lengths), max(lengths) + 1, size), (size, size), (size,), (size,))
    parts = [scale * torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
    return *parts, torch.tensor(lengths)


def scores_of_paths(emissions, transitions, start, end, length):
    """Every path of one row with its score."""
    emissions, transitions, start, end = (each.detach() for each in (emissions, transitions, start, end))
    return {
        path: float(
            start[path[0]]
            + end[path[-1]]
            + sum(emissions[t, s] for t, s in enumerate(path))
            + sum(transitions[a, b] for a, b in pairwise(path))
        )
        for path in product(range(len(start)), repeat=length)
    }


LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@settings(max_examples=60)
@given(LENGTHS, st.integers(1, 4), st.integers(0, 2**31), st.sampled_from([0.1, 1.0, 8.0]))
def test_sums_and_marginals_are_those_of_all_paths(lengths, size, seed, scale):
    *parts, given_lengths = drawn(lengths, size, seed, scale)
    totals, shares = log_partition(*parts, given_lengths), marginals(*parts, given_lengths)
    for row, length in enumerate(lengths):
        scored = scores_of_paths(parts[0][row], *parts[1:], length)
        total = float(np.logaddexp.reduce(list(scored.values())))
        assert float(totals[row]) == pytest.approx(total, rel=1e-12, abs=1e-12)
        by_hand = np.zeros(shares.shape[1:])
        for path, score in scored.items():
            by_hand[range(length), path] += np.exp(score - total)
        assert shares[row].numpy() == pytest.approx(by_hand, abs=1e-10)


@pytest.mark.parametrize("scale", [1.0, 400.0], ids=["scaled", "by logarithms"])
def test_gradients_equal_finite_differences(scale):
    """In float64, each row with a weight of its own."""
    *parts, lengths = drawn([3, 1, 4], 3, 5)
    if scale > 1:
        parts[1][0, 0] = -scale  # too wide a range for the scaled form
    for each in parts:
        each.requires_grad_()
    weights = torch.tensor([0.5, -2.0, 1.0], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda *given: (weights * log_partition(*given, lengths)).sum(), parts)


@settings(max_examples=30)
@given(LENGTHS, st.integers(2, 4), st.integers(0, 2**31))
def test_both_forms_agree(lengths, size, seed):
    *parts, given_lengths = drawn(lengths, size, seed, 4.0)
    for each in parts:
        each.requires_grad_()
    scaled, by_logarithms = log_partition(*parts, given_lengths), chain._by_logarithms(*parts, given_lengths)
    assert type(scaled.grad_fn) is not type(by_logarithms.grad_fn)
    assert torch.allclose(scaled, by_logarithms, rtol=1e-12, atol=0)
    gradients = [torch.autograd.grad(of.sum(), parts, materialize_grads=True) for of in (scaled, by_logarithms)]
    for one, other in zip(*gradients, strict=True):
        assert torch.allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [1e3, 1e4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_huge_scores_stay_numbers(size, dtype):
    """The sum over paths is the best path, whose states have the marginal 1."""
    *parts, lengths = drawn([7, 1, 4], 5, 3, size, dtype)
    for each in parts:
        each.requires_grad_()
    totals = log_partition(*parts, lengths)
    best = [max(scores_of_paths(parts[0][row], *parts[1:], length).values()) for row, length in ((1, 1), (2, 4))]
    assert totals[1:].tolist() == pytest.approx(best, rel=1e-6)
    gradients = torch.autograd.grad(totals.sum(), parts)
    assert all(torch.isfinite(each).all() for each in gradients)
    assert gradients[0].sum().item() == pytest.approx(7 + 1 + 4)
    assert gradients[1].sum().item() == pytest.approx(6 + 3)


def test_a_thousand_steps_do_not_underflow():
    """With equal scores there are K to the T paths."""
    zeros = [torch.zeros(shape) for shape in ((1, 1000, 9), (9, 9), (9,), (9,))]
    assert log_partition(*zeros, torch.tensor([1000])).item() == pytest.approx(1000 * np.log(9), rel=1e-12)


def test_a_forbidden_step_stands_in_no_path():
    *parts, lengths = drawn([4, 1], 3, 11)
    parts[1][0, 1] = parts[2][2] = IMPOSSIBLE
    totals = log_partition(*parts, lengths)
    for row, length in enumerate((4, 1)):
        allowed = [s for s in scores_of_paths(parts[0][row], *parts[1:], length).values() if s > IMPOSSIBLE / 2]
        assert totals[row].item() == pytest.approx(np.logaddexp.reduce(allowed), rel=1e-12)
    parts[1].requires_grad_()
    assert torch.autograd.grad(log_partition(*parts, lengths).sum(), parts[1])[0][0, 1] == 0


def test_a_row_without_any_allowed_path_is_a_number():
    *parts, lengths = drawn([3, 2], 2, 1)
    parts[2][:] = IMPOSSIBLE
    assert torch.isfinite(log_partition(*parts, lengths)).all()
    assert marginals(*parts, lengths).sum(dim=2)[:, 0].tolist() == pytest.approx([1, 1])


def test_marginals_are_given_in_inference_mode():
    with torch.inference_mode():
        *parts, lengths = drawn([3], 2, 1)
        assert marginals(*parts, lengths)[0, :3].sum(dim=1).tolist() == pytest.approx([1, 1, 1])
