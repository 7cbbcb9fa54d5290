"""Independent parts of a network, each in a thread of its own, forward and backward.

The two directions of a recurrent layer do not wait for each other. Two kernels of one thread each do 1.8 to 2.1 times the
updates of one kernel after the other with two threads each, and they do not starve beside a busy process, since nothing
inside a kernel waits (`benchmarks/README.md`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeAlias

import torch
from torch import Tensor

Call: TypeAlias = tuple[Callable[..., tuple[Tensor, ...]], tuple[Tensor, ...]]

_spared: ContextVar[int | None] = ContextVar("spared", default=None)
"""How many threads there are for calls alone."""


@contextmanager
def threads_for_calls(alone: bool = True) -> Iterator[None]:
    """All of torch's threads are for calls side by side, and whatever else is done takes one, for as long as it is entered.

    Where most of the work is in the calls, threads that also share the small operations between them lose more in waking
    up than they gain, the more so on a busy machine (`benchmarks/README.md`).

    Args:
        alone: False leaves the threads to everything, as they are.
    """
    if not alone:
        yield
        return
    threads = torch.get_num_threads()
    token = _spared.set(_spared.get() or threads)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        _spared.reset(token)


def side_by_side(calls: Sequence[Call]) -> list[tuple[Tensor, ...]]:
    """Make calls that do not depend on each other, at the same time where torch may use several threads.

    The same bits whichever ends first: each call runs by itself, and what they share is summed in their order.

    Args:
        calls: Functions with their arguments, all of them tensors, and every parameter that shall get a gradient among
            them. A function gives a tuple of tensors of floating point, and draws no random numbers.

    Returns:
        What each call gave.
    """
    threads = _spared.get() or torch.get_num_threads()
    if threads == 1 or len(calls) == 1:
        return [function(*arguments) for function, arguments in calls]
    workers = _workers(min(len(calls), threads), threads)
    if not torch.is_grad_enabled():
        mode = torch.is_inference_mode_enabled()
        return list(workers.map(lambda call: _without_gradient(mode, *call), calls))
    functions = [function for function, _ in calls]
    sizes = [len(arguments) for _, arguments in calls]
    flat = [argument for _, arguments in calls for argument in arguments]
    shapes: list[int] = []
    outputs = _SideBySide.apply(workers, functions, sizes, shapes, *flat)  # type: ignore[no-untyped-call]
    return _split(outputs, shapes)


class _SideBySide(torch.autograd.Function):
    """A graph of its own for each call, made and walked back in a worker."""

    @staticmethod
    def forward(
        ctx: Any,
        workers: ThreadPoolExecutor,
        functions: Sequence[Callable[..., tuple[Tensor, ...]]],
        sizes: Sequence[int],
        shapes: list[int],
        *flat: Tensor,
    ) -> tuple[Tensor, ...]:
        given = [
            tuple(argument.detach().requires_grad_(needed) for argument, needed in zip(arguments, needs, strict=True))
            for arguments, needs in zip(_split(flat, sizes), _split(ctx.needs_input_grad[4:], sizes), strict=True)
        ]
        made = list(workers.map(_with_gradient, functions, given))
        shapes += [len(outputs) for outputs in made]
        ctx.workers, ctx.given, ctx.made = workers, given, made
        return tuple(output.detach() for outputs in made for output in outputs)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        per_call = _split(gradients, [len(outputs) for outputs in ctx.made])
        found = ctx.workers.map(_gradients, ctx.made, ctx.given, per_call)
        return (None, None, None, None, *(gradient for each in found for gradient in each))


def _without_gradient(
    inference: bool, function: Callable[..., tuple[Tensor, ...]], arguments: tuple[Tensor, ...]
) -> tuple[Tensor, ...]:
    with torch.inference_mode(inference), torch.no_grad():
        return function(*arguments)


def _with_gradient(function: Callable[..., tuple[Tensor, ...]], arguments: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    with torch.enable_grad():
        return function(*arguments)


def _gradients(outputs: Sequence[Tensor], inputs: Sequence[Tensor], gradients: Sequence[Tensor]) -> list[Tensor | None]:
    """The gradient of each input; None for those that need none."""
    reached = [(output, gradient) for output, gradient in zip(outputs, gradients, strict=True) if output.requires_grad]
    wanted = [number for number, tensor in enumerate(inputs) if tensor.requires_grad]
    answer: list[Tensor | None] = [None] * len(inputs)
    if reached and wanted:
        found = torch.autograd.grad(
            [output for output, _ in reached],
            [inputs[number] for number in wanted],
            [gradient for _, gradient in reached],
            retain_graph=True,  # it goes with the outer one, which may be walked twice
            allow_unused=True,
        )
        for number, gradient in zip(wanted, found, strict=True):
            answer[number] = gradient
    return answer


def _split(flat: Sequence[Any], sizes: Sequence[int]) -> list[tuple[Any, ...]]:
    parts, start = [], 0
    for size in sizes:
        parts.append(tuple(flat[start : start + size]))
        start += size
    return parts


@lru_cache
def _workers(count: int, threads: int) -> ThreadPoolExecutor:
    """Threads that stay, with their share of torch's threads each."""
    before = torch.get_num_threads()
    workers = ThreadPoolExecutor(count, "side_by_side")
    together = threading.Barrier(count)

    def settle() -> None:
        together.wait()  # so that every worker gets one of these
        torch.get_num_threads()  # else this thread would take the number of the process at its first kernel
        torch.set_num_threads(max(1, threads // count))

    for settled in [workers.submit(settle) for _ in range(count)]:
        settled.result()
    torch.set_num_threads(before)  # a worker's setting is that of threads to come as well
    return workers
