"""The softmax in chunks is that of torch, with its gradient, and the table (N, V) never stands in memory."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from seqlab_lm import chunked_cross_entropy
from seqlab_lm.chunked_cross_entropy import log_probs, summed_cross_entropy, target_log_probs

ROWS, MANY, SYMBOLS, WIDTH = 3, 11, 13, 2
"""Chunks of 3, 3, 3 and 2 rows; too many logits for the plain form."""


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(chunked_cross_entropy, "ROWS", ROWS)
    monkeypatch.setattr(chunked_cross_entropy, "ELEMENTS", 1)


def drawn(rows=MANY, size=SYMBOLS, width=WIDTH, dtype=torch.float64, extra=0, seed=7):
    """Hidden states, a table, a bias, and targets."""
    torch.manual_seed(seed)
    shapes = [(rows, width), (extra + size, width), (size,)]
    numbers = [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]
    return *numbers, torch.randint(size, (rows,))


def plain(hidden, table, bias, targets, size, smoothing=0.0):
    logits = functional.linear(hidden, table[len(table) - size :], bias)
    return functional.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing)


def gradients(loss, *of):
    """Of the mean, as in a training step."""
    return torch.autograd.grad(loss / MANY, of)


class Allocated(TorchDispatchMode):
    """Remembers every tensor with so many numbers, or more, that an operation gives."""

    def __init__(self, least: int) -> None:
        super().__init__()
        self.least = least
        self.kept: list[Tensor] = []  # kept, so that no memory is used twice

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        found = function(*args, **(kwargs or {}))
        for each in found if isinstance(found, tuple) else (found,):
            if isinstance(each, Tensor) and each.numel() >= self.least:
                self.kept.append(each)
        return found

    @property
    def tables(self) -> set[int]:
        return {each.untyped_storage().data_ptr() for each in self.kept}


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("extra", [0, 2])
def test_its_hand_written_gradient_is_exact(smoothing, extra):
    hidden, table, bias, targets = drawn(extra=extra)
    mean = lambda *of: 0.37 * summed_cross_entropy(*of, targets, SYMBOLS, smoothing)  # noqa: E731
    assert torch.autograd.gradcheck(mean, (hidden, table, bias))
    assert torch.autograd.gradcheck(lambda *of: mean(*of, None), (hidden, table))


@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@given(
    rows=st.integers(0, 12),
    size=st.integers(1, 30),
    width=st.integers(1, 5),
    extra=st.integers(0, 2),
    smoothing=st.sampled_from([0.0, 0.1, 0.5]),
    biased=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=60)
def test_it_is_the_cross_entropy_of_torch(dtype, tolerance, rows, size, width, extra, smoothing, biased, seed):
    hidden, table, bias, targets = drawn(rows, size, width, dtype, extra, seed)
    weights = (hidden, table, bias) if biased else (hidden, table)
    bias = bias if biased else None
    found = summed_cross_entropy(hidden, table, bias, targets, size, smoothing)
    expected = plain(hidden, table, bias, targets, size, smoothing)
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    for mine, theirs in zip(gradients(found, *weights), gradients(expected, *weights), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=tolerance)


def test_without_gradients_it_is_the_same():
    hidden, table, bias, targets = drawn()
    with torch.no_grad():
        found = summed_cross_entropy(hidden, table, bias, targets, SYMBOLS, 0.1)
    assert not found.requires_grad
    torch.testing.assert_close(found, plain(hidden, table, bias, targets, SYMBOLS, 0.1))


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_what_is_frozen_gets_no_gradient_and_the_rest_does(frozen):
    *numbers, targets = drawn()
    numbers[frozen].requires_grad_(False)
    moving = [each for each in numbers if each.requires_grad]
    summed_cross_entropy(*numbers, targets, SYMBOLS).backward()
    expected = torch.autograd.grad(plain(*numbers, targets, SYMBOLS), moving)
    assert numbers[frozen].grad is None
    for each, gradient in zip(moving, expected, strict=True):
        torch.testing.assert_close(each.grad, gradient)


def test_scores_of_thousands_do_not_overflow():
    """A symbol that is 2,000 nats ahead has all the probability; one that is behind has minus 2,000 nats."""
    hidden = torch.full((MANY, 1), 1000.0)
    table = torch.zeros(SYMBOLS, 1)
    table[4] = 2.0
    hidden.requires_grad_()
    table.requires_grad_()
    targets = torch.tensor([4] * (MANY - 1) + [5])
    loss = summed_cross_entropy(hidden, table, None, targets, SYMBOLS)
    loss.backward()
    assert loss.item() == 2000.0
    assert hidden.grad.flatten().tolist() == [0.0] * (MANY - 1) + [2.0]
    assert table.grad[4].item() == 1000.0
    assert table.grad[5].item() == -1000.0


def test_a_target_far_behind_is_not_minus_infinity():
    hidden, table = torch.full((MANY, 1), 100.0), torch.tensor([[3.0], [0.0], [0.0]])
    with torch.no_grad():
        assert target_log_probs(hidden, table, None, torch.ones(MANY, dtype=torch.int64)).tolist() == [-300.0] * MANY


@pytest.mark.parametrize("tracked", [False, True], ids=["without gradient", "with gradient"])
def test_log_probs_are_those_of_torch(tracked):
    hidden, table, bias, targets = drawn()
    expected = functional.linear(hidden, table, bias).log_softmax(dim=1)
    with torch.set_grad_enabled(tracked):
        torch.testing.assert_close(log_probs(hidden, table, bias), expected)
        found = target_log_probs(hidden, table, bias, targets)
    torch.testing.assert_close(found, expected.gather(1, targets.unsqueeze(1)).squeeze(1))
    assert found.requires_grad == tracked


def test_the_gradient_of_log_probs_of_targets_is_exact():
    hidden, table, bias, targets = drawn()
    assert torch.autograd.gradcheck(lambda *of: target_log_probs(*of, targets), (hidden, table, bias))


def test_one_buffer_serves_all_chunks_forward_and_backward():
    *numbers, targets = drawn()
    with Allocated(ROWS * SYMBOLS) as allocated:
        summed_cross_entropy(*numbers, targets, SYMBOLS).backward()
    assert max(each.numel() for each in allocated.kept) == ROWS * SYMBOLS
    assert len(allocated.tables) == 1


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_scoring_needs_one_buffer(smoothing):
    *numbers, targets = drawn()
    for score in (
        lambda: target_log_probs(*numbers, targets),
        lambda: summed_cross_entropy(*numbers, targets, SYMBOLS, smoothing),
    ):
        with torch.no_grad(), Allocated(ROWS * SYMBOLS) as allocated:
            score()
        assert max(each.numel() for each in allocated.kept) == ROWS * SYMBOLS
        assert len(allocated.tables) == 1


def test_all_log_probs_stand_in_memory_once():
    hidden, table, bias, _ = drawn()
    with torch.no_grad(), Allocated(ROWS * SYMBOLS + 1) as allocated:
        found = log_probs(hidden, table, bias)
    assert allocated.tables == {found.untyped_storage().data_ptr()}


def test_log_probs_of_targets_with_gradient_never_fill_a_table():
    *numbers, targets = drawn()
    with Allocated(ROWS * SYMBOLS + 1) as allocated:
        target_log_probs(*numbers, targets).sum().backward()
    assert not allocated.kept
