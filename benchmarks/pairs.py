"""Paired, interleaved timing: what every benchmark here measures with. Believe the ratios, not the seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def measure(systems: Mapping[str, Callable[[], object]], rounds: int = 7) -> None:
    """Time systems in turn, A B C A B C ..., and print medians and the ratios to the first of them, pair by pair.

    Args:
        systems: What to run, by name; the first is what the others are compared with.
        rounds: How often each is run, after one run that is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(rounds + 1):
        for name, run in systems.items():
            start = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - start)
    first = next(iter(systems))
    width = max(map(len, systems))
    for name, times in seconds.items():
        ratios = sorted(before / after for before, after in zip(seconds[first], times, strict=True))
        print(
            f"{name:<{width}}  {1000 * statistics.median(times):9.2f} ms   "
            f"speed against '{first}': {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
