"""Time and memory of an update by how far its gradient goes back: windows of 100 steps, cut every 1 to 100; windows of 25.

    python benchmarks/through_time.py

Each form runs in a process of its own. Memory is what the process's peak grew by from before its first update.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time

ROWS, WIDTH = 32, 256
UPDATES = 10
FORMS = ((100, 1), (100, 5), (100, 25), (100, 100), (25, 25), (400, 400))
"""Steps of a window, and after how many of them the gradient is cut."""


def measure(window: int, length: int) -> None:
    """Print milliseconds (median) and mebibytes of an update as JSON."""
    import torch

    from seqlab.model.through_time import Truncation, encode
    from seqlab_rnn.lstm import LSTMEncoder
    from seqlab_rnn.settings import LSTMSettings

    torch.set_num_threads(1)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=WIDTH), WIDTH)
    inputs, lengths = torch.randn(ROWS, window, WIDTH), torch.full((ROWS,), window)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(UPDATES):
        start = time.process_time()
        encode(encoder, inputs, lengths, None, Truncation("truncated", length)).states.square().sum().backward()
        seconds.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB on Linux
    print(json.dumps([1000 * statistics.median(seconds), peak / 1024]))


def main() -> None:
    """Print a line for each form."""
    print(f"LSTM of {WIDTH} units, {ROWS} rows, 1 thread, {UPDATES} updates, CPU time")
    print("window  cut every  ms an update  ms a step  MiB")
    for window, length in FORMS:
        told = subprocess.run(
            [sys.executable, __file__, str(window), str(length)], capture_output=True, text=True, check=True
        ).stdout
        milliseconds, memory = json.loads(told)
        print(f"{window:6}  {length:9}  {milliseconds:12.1f}  {milliseconds / window:9.2f}  {memory:3.0f}")


if __name__ == "__main__":
    if sys.argv[1:]:
        measure(*map(int, sys.argv[1:]))
    else:
        main()
