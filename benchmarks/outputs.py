"""Output layers: the plain cross-entropy of torch, `full` in chunks, and `adaptive`; seconds and memory of an update.

    python benchmarks/outputs.py [--threads 1] [--sizes 65 10000 33000] [--rows 700] [--width 256] [--rounds 7]

Loss and gradients of one batch, targets drawn by Zipf's law. `full` gives the numbers of the plain form, `adaptive` those of
torch's adaptive softmax (tests/plugins/seqlab_lm). Memory is what the peak of a process of its own grows by in one update,
with the gradients of the weights, which all forms need.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from collections.abc import Callable
from pathlib import Path

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import torch
from pairs import measure
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Vocabulary
from seqlab_lm.adaptive_output import AdaptiveOutput
from seqlab_lm.full_output import FullOutput
from seqlab_lm.output_settings import AdaptiveSettings, FullSettings

TOKENS = 2_000_000
WORK = 2_000_000_000
"""A small layer makes so many updates in one run that this many products are multiplied in its logits."""


def main() -> None:
    """Print settings, then medians, paired ratios and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[65, 10_000, 33_000])
    parser.add_argument("--rows", type=int, default=700)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    for size in options.sizes:
        given = (size, options.rows, options.width)
        calls = math.ceil(WORK / math.prod(given))
        print(f"\nV {size:,}, {options.rows} states {options.width} wide, {calls} updates, threads {options.threads}")
        measure({name: _repeated(_update(name, *given), calls) for name in FORMS}, options.rounds)
        for name in FORMS:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(f"{name:<16}  peak of an update {pool.apply(_peak, (name, options.threads, *given)):7.0f} MB")


def _plain(width: int, vocabulary: Vocabulary) -> tuple[nn.Module, Callable[[Tensor, Tensor], Tensor]]:
    layer = nn.Linear(width, len(vocabulary))
    return layer, lambda hidden, targets: functional.cross_entropy(layer(hidden), targets, reduction="sum")


def _full(width: int, vocabulary: Vocabulary) -> tuple[nn.Module, Callable[[Tensor, Tensor], Tensor]]:
    layer = FullOutput(FullSettings(), width, vocabulary)
    return layer, lambda hidden, targets: layer.loss(hidden, targets).sum


def _adaptive(width: int, vocabulary: Vocabulary) -> tuple[nn.Module, Callable[[Tensor, Tensor], Tensor]]:
    layer = AdaptiveOutput(AdaptiveSettings(), width, vocabulary)
    return layer, lambda hidden, targets: layer.loss(hidden, targets).sum


def _torch_adaptive(width: int, vocabulary: Vocabulary) -> tuple[nn.Module, Callable[[Tensor, Tensor], Tensor]]:
    cutoffs = AdaptiveOutput(AdaptiveSettings(), width, vocabulary).cutoffs
    layer = nn.AdaptiveLogSoftmaxWithLoss(width, len(vocabulary), list(cutoffs))
    return layer, lambda hidden, targets: -layer(hidden, targets).output.sum()


FORMS = {"plain": _plain, "full": _full, "adaptive": _adaptive, "torch's adaptive": _torch_adaptive}


def _update(name: str, size: int, rows: int, width: int) -> Callable[[], None]:
    torch.manual_seed(0)
    harmonic = sum(1 / rank for rank in range(1, size + 1))
    counts = {f"w{rank}": max(1, int(TOKENS / harmonic / rank)) for rank in range(1, size + 1)}
    vocabulary = Vocabulary.of_outputs(counts)
    layer, loss = FORMS[name](width, vocabulary)
    hidden = torch.randn(rows, width, requires_grad=True)
    targets = torch.multinomial(torch.tensor(vocabulary.counts, dtype=torch.float32), rows, replacement=True)

    def go() -> None:
        layer.zero_grad(set_to_none=True)
        hidden.grad = None
        (loss(hidden, targets) / rows).backward()

    return go


def _repeated(run: Callable[[], None], calls: int) -> Callable[[], None]:
    def go() -> None:
        for _ in range(calls):
            run()

    return go


def _peak(name: str, threads: int, size: int, rows: int, width: int) -> float:
    """Megabytes by which one update raises the peak of this process."""
    torch.set_num_threads(threads)
    _update(name, 8, rows, width)()  # what torch itself loads on the first call
    update = _update(name, size, rows, width)
    before = _highest()
    update()
    return (_highest() - before) / 1024


def _highest() -> int:
    """The most memory of this process so far, in kilobytes; Linux only. `getrusage` would give its parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
