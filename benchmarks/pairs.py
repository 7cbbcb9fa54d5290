"""Paired, interleaved timing: what every benchmark here measures with. Believe the ratios, not the seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def measure(
    systems: Mapping[str, Callable[[], object]], rounds: int = 7, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Time systems in turn, A B C A B C ..., and print medians and the ratios to the first of them, pair by pair.

    Args:
        systems: What to run, by name; the first is what the others are compared with.
        rounds: How often each is run, after one run that is not counted.
        clock: `time.process_time` for what runs in one thread, beside other work.

    Returns:
        The median seconds of each.
    """
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(rounds + 1):
        for name, run in systems.items():
            start = clock()
            run()
            if number:
                seconds[name].append(clock() - start)
    first = next(iter(systems))
    width = max(map(len, systems))
    for name, times in seconds.items():
        ratios = sorted(before / after for before, after in zip(seconds[first], times, strict=True))
        print(
            f"{name:<{width}}  {1000 * statistics.median(times):9.2f} ms   "
            f"speed against '{first}': {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    return {name: statistics.median(times) for name, times in seconds.items()}
