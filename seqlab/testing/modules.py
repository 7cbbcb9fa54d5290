"""Laws of everything that is a torch module: encoders, embedders, poolers, decoders, heads, output layers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from seqlab.testing.closeness import all_same, finite
from seqlab.testing.laws import Broken, Laws

Tensors = Mapping[str, Tensor]

SEED = 13
ROWS = 5
"""A number that is unlikely to be a number of layers: a state whose layers stand first shows."""
STEPS = (1, 2, 37)
TRAINING_STEPS = 12
UPDATES = 20
DIFFERENCE = 1e-6
"""Step of the finite differences, in float64."""

BUILT = "it is built from its settings"
REPEATS = "the same call gives the same answer"
SHARES = "calls share no state"
UNTOUCHED = "what it is given stays as it was"
TRAINS = "20 updates can be made"
GRADIENT = "every parameter gets a gradient"
SEEDED = "the same seed gives the same weights and answers"
SAVED = "save and load give the same answers"
DIFFERENCES = "gradients match finite differences"
COMPARABLE = (UNTOUCHED, REPEATS, SHARES)
"""Without these it makes no sense to compare two calls."""


@dataclass(frozen=True)
class Subject:
    """What is checked, seen as a function of named tensors.

    Args:
        build: A fresh module, drawn from torch's generator.
        given: What it is given for a number of steps, a type and a seed; what is 0 there is not perturbed.
        call: Calls a module and names what it gives.
    """

    build: Callable[[], nn.Module]
    given: Callable[[int, torch.dtype, int], Tensors]
    call: Callable[[Any, Tensors], Tensors]


@dataclass(frozen=True)
class Trial:
    """One module in eval mode, and one kind of input for it.

    Args:
        subject: What is checked.
        module: With its weights in `dtype`.
        dtype: float32 or float64.
        weights: `fresh weights` or `weights after 20 updates`.
        steps: T.
    """

    subject: Subject
    module: Any
    dtype: torch.dtype
    weights: str
    steps: int

    @property
    def where(self) -> str:
        """The same in words."""
        return f"T = {self.steps}, {str(self.dtype).removeprefix('torch.')}, {self.weights}"

    def given(self, seed: int = SEED) -> Tensors:
        """What the module is given."""
        return self.subject.given(self.steps, self.dtype, seed)

    def call(self, given: Tensors) -> Tensors:
        """What it gives for that, without gradient."""
        with torch.no_grad():
            return self.subject.call(self.module, given)


@contextmanager
def own_random() -> Iterator[None]:
    """Draw from torch's generator without anybody noticing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        yield


def lengths_for(steps: int) -> Tensor:
    """`(ROWS,)`: unsorted, with the longest and the shortest that there is."""
    return torch.tensor([(steps + 1) // 2, steps, 1, steps, steps // 3 + 1])


def real(lengths: Tensor, steps: int) -> Tensor:
    """`(B, T)`: True on real positions."""
    return torch.arange(steps) < lengths.unsqueeze(1)


def numbers(shape: tuple[int, ...], dtype: torch.dtype, seed: int) -> Tensor:
    """Normal numbers; the same in both types but for rounding."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def trials(laws: Laws, subject: Subject) -> Iterator[Trial]:
    """Fresh and trained weights, in float32 and float64, on inputs of 1, 2 and 37 steps."""
    fresh: nn.Module | None = None
    with laws.law(
        BUILT, "the constructor does not take what its kind is given, or forgets to call that of its base class"
    ):
        torch.manual_seed(SEED)
        fresh = subject.build().eval()
        if not isinstance(fresh, nn.Module):
            raise Broken(f"it is a {type(fresh).__name__}, not a torch module")
    if fresh is None or not laws.holds(BUILT):
        return
    trained = copy.deepcopy(fresh)
    if any(parameter.requires_grad for parameter in fresh.parameters()):
        with laws.law(TRAINS, "loss or gradient overflows, or a tensor that the gradient needs is changed in place"):
            _train(laws, subject, trained)
    for module, weights in ((fresh, "fresh weights"), (trained, "weights after 20 updates")):
        if module is trained and not (laws.holds(TRAINS) and any(True for _ in module.parameters())):
            return
        for dtype in (torch.float32, torch.float64):
            typed = copy.deepcopy(module).to(dtype)
            for steps in STEPS:
                yield Trial(subject, typed, dtype, weights, steps)


def check_calls(laws: Laws, trial: Trial) -> bool:
    """What every call keeps; says whether it makes sense to compare further calls."""
    given = trial.given()
    kept = {name: tensor.clone() for name, tensor in given.items()}
    first = trial.call(given)
    cause = "an operation in place (`masked_fill_`, `+=`, `tensor[...] =`) on an argument"
    with laws.law(UNTOUCHED, cause, trial.where):
        all_same(given, kept, "after the call", "before")
    if not laws.holds(UNTOUCHED):
        return False
    with laws.law(REPEATS, "dropout or noise that does not heed `self.training`; uninitialised memory", trial.where):
        torch.manual_seed(SEED + 1)
        all_same(trial.call(given), first, "in a second call", "in the first")
        with torch.enable_grad():
            tracked = {name: t.detach() for name, t in trial.subject.call(trial.module, given).items()}
        all_same(tracked, first, "with gradients", "without")
    if not laws.holds(REPEATS):
        return False
    with laws.law(SHARES, "something of a call is kept on `self` and read by the next", trial.where):
        trial.call(trial.given(SEED + 2))
        all_same(trial.call(given), first, "after a call with another batch", "before")
    return laws.holds(SHARES)


def note_on(laws: Laws) -> str:
    """What was left out, and why; empty if nothing was."""
    if all(laws.holds(law) for law in COMPARABLE):
        return ""
    return "Whatever compares two calls was left out after that: mend it first, and check again."


def check_weights(laws: Laws, subject: Subject) -> None:
    """Seeds, saving and loading, finite differences: once, since they do not depend on the input."""
    if not all(laws.holds(law) for law in (BUILT, *COMPARABLE)):
        return
    given = subject.given(TRAINING_STEPS, torch.float32, SEED)
    torch.manual_seed(SEED)
    module = subject.build().eval()
    with laws.law(SEEDED, "weights or dropout drawn from another generator than torch's, or from the clock"):
        torch.manual_seed(SEED)
        twin = subject.build().eval()
        all_same(_weights(twin), _weights(module), "in a second instance", "in the first")
        all_same(_call(subject, twin, given), _call(subject, module, given), "in a second instance", "in the first")
        torch.manual_seed(SEED)
        noisy = _call(subject, module.train(), given)
        torch.manual_seed(SEED)
        all_same(_call(subject, module, given), noisy, "in training mode, from the same seed", "before")
        module.eval()
    with laws.law(
        SAVED, "what is learnt is neither a parameter nor a buffer, or a buffer that matters is not persistent"
    ):
        torch.manual_seed(SEED + 7)
        other = subject.build().eval()
        content = load(save({name: tensor.contiguous() for name, tensor in _weights(module).items()}))
        with torch.no_grad():
            for name, target in _weights(other).items():
                target.copy_(content[name])
        all_same(_call(subject, other, given), _call(subject, module, given), "after loading", "before saving")
    with laws.law(
        DIFFERENCES, "a `detach`, `.data`, `.item()` or `no_grad` on the way, or a backward of its own that is wrong"
    ):
        _check_differences(subject)


def objective(outputs: Tensors, seed: int) -> Tensor:
    """One number that depends on every output: their sums, with weights drawn at random."""
    total = torch.zeros((), dtype=torch.float64)
    for place, tensor in enumerate(outputs.values()):
        if tensor.is_floating_point():
            weights = numbers(tuple(tensor.shape), tensor.dtype, seed + place)
            total = total + (weights * tensor).sum().to(torch.float64) / max(tensor.numel(), 1) ** 0.5
    return total


def _train(laws: Laws, subject: Subject, module: nn.Module) -> None:
    """Twenty updates in training mode; on the way, see which parameters get a gradient."""
    moved = {name: False for name, parameter in module.named_parameters() if parameter.requires_grad}
    optimizer = torch.optim.Adam([p for p in module.parameters() if p.requires_grad], lr=0.01)
    module.train()
    for number in range(UPDATES):
        optimizer.zero_grad(set_to_none=True)
        loss = objective(subject.call(module, subject.given(TRAINING_STEPS, torch.float32, number)), number)
        if not loss.requires_grad:
            break
        loss.backward()  # type: ignore[no-untyped-call]
        for name, parameter in module.named_parameters():
            if parameter.grad is not None:
                parameter.grad = _dense(parameter.grad)
                finite(f"the gradient of '{name}'", parameter.grad, f"at update {number + 1}")
                moved[name] = moved[name] or bool(parameter.grad.any())
        optimizer.step()
    module.eval().zero_grad(set_to_none=True)
    with laws.law(GRADIENT, "it is not used, stands behind a `detach`, or is multiplied by something that is always 0"):
        still = [name for name, has_moved in moved.items() if not has_moved]
        if still:
            named = ", ".join(f"'{name}' {tuple(dict(module.named_parameters())[name].shape)}" for name in still)
            raise Broken(f"no gradient, or nothing but zeros, in {UPDATES} updates for {named}")


def _check_differences(subject: Subject) -> None:
    torch.manual_seed(SEED)
    module = subject.build().eval().double()
    given = {name: tensor.clone() for name, tensor in subject.given(3, torch.float64, SEED).items()}
    changed = {f"the input '{name}'": tensor for name, tensor in given.items() if tensor.is_floating_point()}
    inputs = list(changed)
    changed |= {f"the parameter '{name}'": p for name, p in module.named_parameters() if p.requires_grad}
    for tensor in changed.values():
        tensor.requires_grad_()
    value = objective(subject.call(module, given), SEED)
    if not value.requires_grad:
        return  # nothing trains, and nothing below it
    gradients = torch.autograd.grad(value, list(changed.values()), allow_unused=True)
    for place, ((name, tensor), gradient) in enumerate(zip(changed.items(), gradients, strict=True)):
        direction = numbers(tuple(tensor.shape), torch.float64, SEED + place)
        moved = torch.zeros_like(tensor) if gradient is None or name in inputs else _dense(gradient)
        direction = direction * ((tensor.detach() != 0) | (moved != 0))  # padding, and the vector of padding, are 0
        analytic = 0.0 if gradient is None else float((_dense(gradient) * direction).sum())
        with torch.no_grad():
            kept = tensor.clone()
            tensor.copy_(kept + DIFFERENCE * direction)
            above = float(objective(subject.call(module, given), SEED))
            tensor.copy_(kept - DIFFERENCE * direction)
            below = float(objective(subject.call(module, given), SEED))
            tensor.copy_(kept)
        numeric = (above - below) / (2 * DIFFERENCE)
        if abs(analytic - numeric) > 1e-6 + 1e-5 * abs(numeric):
            raise Broken(
                f"along a random direction of {name} {tuple(tensor.shape)} the gradient is {analytic:.6g}, "
                f"finite differences say {numeric:.6g}"
            )


def _dense(gradient: Tensor) -> Tensor:
    """The gradient with its zeros: an embedding may give the rows that it used alone."""
    return gradient.to_dense() if gradient.is_sparse else gradient


def _weights(module: nn.Module) -> dict[str, Tensor]:
    """What a run saves: every parameter once, and the persistent buffers."""
    kept = module.state_dict(keep_vars=True)
    named = dict(module.named_parameters()) | {n: b for n, b in module.named_buffers() if n in kept}
    return {name: tensor.detach() for name, tensor in named.items()}


def _call(subject: Subject, module: nn.Module, given: Tensors) -> Tensors:
    with torch.no_grad():
        return subject.call(module, given)
