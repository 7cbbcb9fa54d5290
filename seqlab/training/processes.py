"""The process that trains: how its threads wait, how many there are, how it treats denormal numbers, what it keeps.

`prepare_for_torch` must run before torch is imported; importing this module does not import it.
"""

from __future__ import annotations

import os
import sys
import time

SPINS = "500"
"""How often libgomp's threads look again before they sleep."""

KEPT_KERNELS = "64"
"""How many kernels oneDNN keeps for the next batch of the same shape."""

MOST_THREADS = 4
"""More threads than this rarely help a recurrent network of a laptop's size."""


def prepare_for_torch() -> None:
    """Say what the libraries below torch read once, when it is imported, unless the user says otherwise.

    OpenMP's threads spin for an instant and then sleep while they wait for each other. Threads that wait actively starve
    each other on a busy machine; threads that sleep at once wake too slowly on a free one. A short spin keeps most of
    both (`benchmarks/README.md`, `benchmarks/waiting.py`).

    oneDNN keeps fewer of the kernels that it made for a shape. Batches of sentences hardly ever have a shape twice, so
    its usual thousand are memory and nothing else.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KEPT_KERNELS)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def default_threads() -> int:
    """The cores, at most 4."""
    return min(cores(), MOST_THREADS)


def use_threads(count: int) -> None:
    """Fix the number of threads, torch's and numpy's, and let denormal numbers be 0: vanishing states would slow kernels
    many times.

    What numpy's products give differs in its last bits with the number of threads, as torch's do.
    """
    prepare_for_torch()
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(count)
    torch.set_flush_denormal(True)
    threadpool_limits(count, user_api="blas")


def measure_threads(seconds: float = 0.3) -> int:
    """The number of threads that does most updates of a small LSTM per second, here and now.

    Args:
        seconds: How long each number is tried.
    """
    prepare_for_torch()
    import torch

    def updates(count: int) -> float:
        torch.set_num_threads(count)
        layer = torch.nn.LSTM(128, 128, batch_first=True)
        inputs = torch.randn(32, 20, 128)
        done, start = -2, time.perf_counter()
        while done < 1 or time.perf_counter() - start < seconds:
            layer(inputs)[0].sum().backward()
            done += 1
            if done == 0:
                start = time.perf_counter()
        return done / (time.perf_counter() - start)

    rates = {count: updates(count) for count in range(1, cores() + 1)}
    return max(rates, key=lambda count: rates[count])
