"""What the core does with a carried state: select rows, cut the gradient, clear rows, scale the gradient."""

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from seqlab.interfaces.state import detach, reset, scale_gradient, select


@pytest.fixture
def state() -> Mapping[str, Tensor]:
    generator = torch.Generator().manual_seed(13)
    return {
        "hidden": torch.randn(4, 2, 3, generator=generator, requires_grad=True),
        "age": torch.randn(4, generator=generator, requires_grad=True),
    }


def weighted_sum(state: Mapping[str, Tensor]) -> Tensor:
    """A sum in which every element has a gradient of its own: 1, 2, 3, ..."""
    return sum((weights(tensor) * tensor).sum() for tensor in state.values())


def weights(tensor: Tensor) -> Tensor:
    return torch.arange(1.0, tensor.numel() + 1).view_as(tensor)


def test_select_takes_rows_in_the_order_asked_for_even_twice(state):
    chosen = select(state, torch.tensor([3, 0, 3]))
    for name, tensor in state.items():
        assert torch.equal(chosen[name], torch.stack([tensor[3], tensor[0], tensor[3]]))


def test_select_sums_the_gradients_of_a_row_that_stands_twice(state):
    select(state, torch.tensor([1, 1, 2]))["age"].sum().backward()
    assert state["age"].grad.tolist() == [0, 2, 1, 0]


def test_detach_keeps_values_and_cuts_the_gradient(state):
    cut = detach(state)
    for name, tensor in state.items():
        assert torch.equal(cut[name], tensor)
        assert not cut[name].requires_grad


def test_reset_clears_the_rows_that_start_afresh_and_their_gradient(state):
    kept = reset(state, torch.tensor([True, False, True, False]))
    for name, tensor in state.items():
        assert torch.equal(kept[name][[0, 2]], tensor[[0, 2]])
        assert not kept[name][[1, 3]].any()
    weighted_sum(kept).backward()
    for tensor in state.values():
        assert torch.equal(tensor.grad[[0, 2]], weights(tensor)[[0, 2]])
        assert not tensor.grad[[1, 3]].any()


def test_reset_clears_even_what_is_not_a_number():
    kept = reset({"hidden": torch.tensor([[float("nan")], [1.0]])}, torch.tensor([False, True]))
    assert kept["hidden"].tolist() == [[0], [1]]


def test_reset_with_nothing_to_clear_gives_the_same_state(state):
    assert reset(state, torch.ones(4, dtype=torch.bool)) is state


@pytest.mark.parametrize("factor", [0.0, 0.25, 3.0])
def test_scale_gradient_keeps_values_and_multiplies_the_gradient(state, factor):
    scaled = scale_gradient(state, factor)
    for name, tensor in state.items():
        assert torch.equal(scaled[name], tensor)
    weighted_sum(scaled).backward()
    for tensor in state.values():
        assert torch.equal(tensor.grad, factor * weights(tensor))


def test_scale_gradient_takes_a_factor_for_each_row(state):
    factors = torch.tensor([0.0, 2.0, 1.0, 0.5])
    weighted_sum(scale_gradient(state, factors)).backward()
    assert torch.equal(state["hidden"].grad, factors.view(4, 1, 1) * weights(state["hidden"]))
    assert torch.equal(state["age"].grad, factors * weights(state["age"]))
