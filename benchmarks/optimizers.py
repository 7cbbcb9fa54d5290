"""An Adam update of a large embedding table: torch's loop against its fused kernel.

python benchmarks/optimizers.py [--threads 2]
"""

from __future__ import annotations

import argparse

from seqlab.training.processes import wait_passively

wait_passively()  # before torch is loaded

import torch
from pairs import measure
from torch import nn

ROWS, WIDTH = 50_000, 100


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"table {ROWS} x {WIDTH}, threads {options.threads}")

    def update(fused: bool):
        table = nn.Parameter(torch.randn(ROWS, WIDTH))
        table.grad = torch.randn(ROWS, WIDTH)
        return torch.optim.Adam([table], fused=fused).step

    measure({"loop": update(fused=False), "fused": update(fused=True)})


if __name__ == "__main__":
    main()
