"""Updates of a BiLSTM layer: its two directions in turn, with two threads inside each kernel, against side by side.

    python benchmarks/directions.py

Both forms and one thread are measured in turn in one process, on the machine as it is and then beside one busy process,
which only counts.
"""

from __future__ import annotations

import subprocess
import sys

from seqlab.training.processes import use_threads

use_threads(2)

import torch
from pairs import measure
from torch import Tensor

from seqlab import side_by_side

ROWS, STEPS, WIDTH = 40, 20, 192
UPDATES = 20


def layer(inputs: Tensor, *weights: Tensor) -> tuple[Tensor, ...]:
    """One direction, in torch's fused kernel."""
    start = inputs.new_zeros(1, ROWS, weights[1].shape[1])
    return (torch.lstm(inputs, (start, start), list(weights), True, 1, 0.0, True, False, True)[0],)


def main() -> None:
    """Print updates per second for 128 and 256 units."""
    inputs = torch.randn(ROWS, STEPS, WIDTH, requires_grad=True)
    for units in (128, 256):
        directions = [torch.nn.LSTM(WIDTH, units)._flat_weights for _ in range(2)]

        def updates(threads: int, together: bool, directions: list[list[Tensor]] = directions) -> None:
            torch.set_num_threads(threads)
            for _ in range(UPDATES):
                if together:
                    outputs = side_by_side([(layer, (inputs, *weights)) for weights in directions])
                else:
                    outputs = [layer(inputs, *weights) for weights in directions]
                torch.autograd.backward([output for (output,) in outputs], [torch.ones_like(o) for (o,) in outputs])

        for title, busy in (("as it is", 0), ("beside one busy process", 1)):
            workers = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
            print(f"{units} units, {title}: {UPDATES} updates")
            try:
                measure(
                    {
                        "1 thread": lambda: updates(1, False),
                        "2 threads, in turn": lambda: updates(2, False),
                        "2 threads, side by side": lambda: updates(2, True),
                    }
                )
            finally:
                for worker in workers:
                    worker.kill()


if __name__ == "__main__":
    main()
