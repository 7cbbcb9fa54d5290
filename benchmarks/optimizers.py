"""An update of a large embedding table: torch's loop, its fused kernel, and the rows alone that a batch read.

python benchmarks/optimizers.py [--threads 2]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import torch
from pairs import measure
from torch import nn
from torch.nn import functional

from seqlab import SparseRows
from seqlab.training.optimizers import adam, sgd
from seqlab.training.settings import AdamSettings, SGDSettings

WIDTH, TOKENS = 100, 700


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    print(f"table {options.rows} x {WIDTH}, {TOKENS} tokens, threads {options.threads}; gradient and update")
    read = (options.rows * torch.rand(TOKENS) ** 3).long()  # some rows often, most never

    def update(make: Callable[[list[nn.Parameter]], torch.optim.Optimizer], kind: type[nn.Parameter]):
        table = kind(torch.randn(options.rows, WIDTH))
        optimizer = make([table])

        def go() -> None:
            optimizer.zero_grad(set_to_none=True)
            functional.embedding(read, table, sparse=kind is SparseRows).sum().backward()
            optimizer.step()

        return go

    measure(
        {
            "adam, loop": update(lambda of: torch.optim.Adam(of, fused=False, foreach=False), nn.Parameter),
            "adam, fused": update(lambda of: adam(AdamSettings(), of), nn.Parameter),
            "adam, sparse rows": update(lambda of: adam(AdamSettings(), of), SparseRows),
            "sgd, fused": update(lambda of: sgd(SGDSettings(), of), nn.Parameter),
            "sgd, sparse rows": update(lambda of: sgd(SGDSettings(), of), SparseRows),
        },
        options.rounds,
    )


if __name__ == "__main__":
    main()
