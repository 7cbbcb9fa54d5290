"""The recurrences of `gru` and `rnn` against torch's own layers, forward and backward.

    python benchmarks/cells.py [--threads 1] [--sizes 128 256] [--steps 17 35] [--rounds 15]

Torch fuses the LSTM only. `seqlab_rnn` writes the other two as one matrix product for all inputs, a loop in place, and a
gradient by hand. One layer, one direction, 32 rows, as wide an input as the state; both give the same states and
gradients (tests/plugins/seqlab_rnn).
"""

from __future__ import annotations

import argparse

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import torch
from pairs import measure
from torch import Tensor, nn

from seqlab_rnn.gru_recurrence import run_gru
from seqlab_rnn.rnn_recurrence import run_rnn

ROWS, CALLS = 32, 5


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256])
    parser.add_argument("--steps", type=int, nargs="+", default=[17, 35])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    for size in options.sizes:
        for steps in options.steps:
            print(f"\nthreads {options.threads}, {ROWS} rows, {size} units, {steps} steps, {CALLS} updates")
            inputs = torch.randn(steps, ROWS, size, requires_grad=True)
            start, weights = torch.zeros(ROWS, size), torch.randn(steps, ROWS, size)
            gru, rnn = nn.GRU(size, size), nn.RNN(size, size)

            def updates(run, given=inputs, weights=weights):
                def go() -> None:
                    for _ in range(CALLS):
                        run(given).backward(weights)

                return go

            def ours_gru(given: Tensor, start=start, gru=gru) -> Tensor:
                return run_gru(given, start, *gru.parameters())

            def ours_rnn(given: Tensor, start=start, rnn=rnn) -> Tensor:
                weight, recurrent, bias, other = rnn.parameters()
                return run_rnn(given, start, weight, recurrent, bias + other, rectified=False)

            gru_systems = {"nn.GRU": updates(lambda given, gru=gru: gru(given)[0]), "gru": updates(ours_gru)}
            rnn_systems = {"nn.RNN": updates(lambda given, rnn=rnn: rnn(given)[0]), "rnn": updates(ours_rnn)}
            for systems in (gru_systems, rnn_systems):
                measure(systems, options.rounds)


if __name__ == "__main__":
    main()
