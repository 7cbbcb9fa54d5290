"""How long the bootstrap takes, and why its weights are drawn as they are.

Run: python benchmarks/bootstrap.py
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from seqlab.evaluation.bootstrap import draw, resample
from seqlab.evaluation.metrics import Accuracy, MacroF1
from seqlab.interfaces.records import Tags

EXAMPLES, RESAMPLES, CLASSES, SYSTEMS, REPEATS = 2077, 10_000, 17, 5, 5


def seconds(work: Callable[[], object]) -> str:
    """Median and range of several repeats, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return f"{statistics.median(times):.3f} s ({min(times):.3f} to {max(times):.3f})"


def by_multinomial() -> None:
    """Draw the same weights with `Generator.multinomial`."""
    generator = np.random.default_rng(0)
    for _ in range(0, RESAMPLES, 1000):
        generator.multinomial(EXAMPLES, np.full(EXAMPLES, 1 / EXAMPLES), size=1000)


def main() -> None:
    """Print all measurements."""
    generator = np.random.default_rng(0)
    accuracy, macro = Accuracy(None), MacroF1(None)
    macro.prepare([Tags(tuple(f"class{number}" for number in range(CLASSES)))])
    counts = {
        f"system{number}": [
            np.stack((generator.integers(0, 12, EXAMPLES), np.full(EXAMPLES, 12)), axis=1).astype(float),
            generator.integers(0, 3, (EXAMPLES, 3 * CLASSES)).astype(float),
        ]
        for number in range(SYSTEMS)
    }
    fractional = {system: [each + 0.5 for each in of] for system, of in counts.items()}
    print(f"numpy {np.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, {REPEATS} repeats")
    print(f"{RESAMPLES} resamples of {EXAMPLES} examples, {SYSTEMS} systems, {CLASSES} classes")
    print("weights, integers counted:   ", seconds(lambda: list(map(len, draw(EXAMPLES, RESAMPLES, 0, np.float32)))))
    print("weights, multinomial:        ", seconds(by_multinomial))
    print("accuracy and macro F1:       ", seconds(lambda: resample(counts, [accuracy, macro], 0, RESAMPLES)))
    print("the same in float64:         ", seconds(lambda: resample(fractional, [accuracy, macro], 0, RESAMPLES)))


if __name__ == "__main__":
    main()
