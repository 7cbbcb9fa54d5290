"""Calls side by side give what they give one after the other, and their gradients."""

import threading

import pytest
import torch
from torch import Tensor

from seqlab import side_by_side
from seqlab.model.side_by_side import threads_for_calls


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def product(inputs: Tensor, weight: Tensor) -> tuple[Tensor, ...]:
    hidden = torch.tanh(inputs @ weight)
    return hidden, hidden.sum(dim=1)


def arguments(dtype=torch.float64):
    generator = torch.Generator().manual_seed(13)
    return [
        torch.randn(*shape, generator=generator, dtype=dtype, requires_grad=True) for shape in ((5, 4), (4, 3), (4, 3))
    ]


def in_turn(inputs: Tensor, left: Tensor, right: Tensor) -> list[tuple[Tensor, ...]]:
    return [product(inputs, left), product(inputs, right)]


def at_once(inputs: Tensor, left: Tensor, right: Tensor) -> list[tuple[Tensor, ...]]:
    return side_by_side([(product, (inputs, left)), (product, (inputs, right))])


def total(outputs: list[tuple[Tensor, ...]]) -> Tensor:
    return sum(
        (output * (number + 1)).pow(2).sum() for number, output in enumerate(o for each in outputs for o in each)
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_outputs_and_gradients_are_the_same_bits(dtype):
    given = arguments(dtype)
    expected, found = in_turn(*given), at_once(*given)
    for ours, theirs in zip(found, expected, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert all(
        torch.equal(a, b)
        for a, b in zip(
            torch.autograd.grad(total(found), given), torch.autograd.grad(total(expected), given), strict=True
        )
    )


def test_gradients_match_finite_differences():
    assert torch.autograd.gradcheck(lambda *given: total(at_once(*given)), arguments())


def test_what_needs_no_gradient_gets_none():
    inputs, left, right = arguments()
    inputs = inputs.detach()
    right = right.detach()
    ((hidden, _), (_, sums)) = side_by_side([(product, (inputs, left)), (product, (inputs, right))])
    (hidden.sum() + sums.sum()).backward()
    assert left.grad is not None
    assert inputs.grad is None
    assert right.grad is None


def test_an_output_that_the_loss_does_not_use_is_fine():
    inputs, left, right = arguments()
    (hidden, _), _ = at_once(inputs, left, right)
    hidden.sum().backward()
    expected = torch.autograd.grad(product(inputs, left)[0].sum(), left)[0]
    torch.testing.assert_close(left.grad, expected)
    assert not right.grad.any()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradients_no_graph_is_made(mode):
    with mode():
        outputs = at_once(*arguments())
    assert not any(output.requires_grad for each in outputs for output in each)
    assert all(output.is_inference() == (mode is torch.inference_mode) for each in outputs for output in each)


def test_the_calls_run_at_the_same_time_in_threads_of_one_torch_thread():
    together = threading.Barrier(2, timeout=20)  # passed only if both are inside at once
    seen = []

    def meet(inputs: Tensor) -> tuple[Tensor, ...]:
        together.wait()
        seen.append(torch.get_num_threads())
        return (inputs,)

    side_by_side([(meet, (torch.ones(1),)), (meet, (torch.ones(1),))])
    assert seen == [1, 1]
    assert torch.get_num_threads() == 2


def assert_they_run_here_one_after_the_other() -> None:
    seen = []

    def note(inputs: Tensor) -> tuple[Tensor, ...]:
        seen.append((threading.current_thread(), float(inputs)))
        return (inputs,)

    side_by_side([(note, (torch.tensor(1.0),)), (note, (torch.tensor(2.0),))])
    assert seen == [(threading.current_thread(), 1.0), (threading.current_thread(), 2.0)]


def test_with_one_thread_they_run_here_one_after_the_other():
    torch.set_num_threads(1)
    assert_they_run_here_one_after_the_other()


def test_threads_can_be_for_calls_alone():
    torch.set_num_threads(3)  # for which there are no workers yet
    together = threading.Barrier(2, timeout=20)

    def meet(inputs: Tensor) -> tuple[Tensor, ...]:
        together.wait()
        return (inputs,)

    for _ in range(2):  # the first time makes the workers
        with threads_for_calls(), threads_for_calls():
            side_by_side([(meet, (torch.ones(1),)), (meet, (torch.ones(1),))])
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 3


def test_after_an_error_threads_are_for_everything_again():
    with pytest.raises(ValueError, match="wrong"), threads_for_calls():
        raise ValueError("wrong")
    assert torch.get_num_threads() == 2
    torch.set_num_threads(1)
    assert_they_run_here_one_after_the_other()


def test_an_error_in_a_call_is_raised():
    def fails(inputs: Tensor) -> tuple[Tensor, ...]:
        raise ValueError("the input is wrong")

    with pytest.raises(ValueError, match="the input is wrong"):
        side_by_side([(product, tuple(arguments()[:2])), (fails, (torch.ones(1),))])
