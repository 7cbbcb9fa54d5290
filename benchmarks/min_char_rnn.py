"""An update of `min_char_rnn`: the equations step by step, and with the products taken out of the loop over time.

    OMP_NUM_THREADS=1 python benchmarks/min_char_rnn.py [--hidden-size 100] [--window-length 25]

Forward, backward, clipping and Adagrad over windows of random characters. Both forms give the same gradient
(tests/plugins/seqlab_numpy_rnn). One thread; what is counted is the seconds of the processor, not of the wall.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike
from pairs import measure

from seqlab_numpy_rnn.adagrad import adagrad
from seqlab_numpy_rnn.hoisted import hoisted
from seqlab_numpy_rnn.parameters import draw, zeros
from seqlab_numpy_rnn.plain import plain

WINDOWS = 100
"""Updates in one measurement."""


def main() -> None:
    """Print settings, then medians, paired ratios and characters per second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden-size", type=int, default=100)
    parser.add_argument("--window-length", type=int, default=25)
    parser.add_argument("--vocabulary", type=int, default=65)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    random = np.random.default_rng(0)
    ids = random.integers(0, options.vocabulary, (WINDOWS, options.window_length + 1))
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    print(f"H {options.hidden_size}, T {options.window_length}, V {options.vocabulary}, {WINDOWS} updates, one row")
    print(f"numpy {np.__version__}, OMP_NUM_THREADS {threads}, load average {os.getloadavg()[0]:.2f}")

    def updates(form: Callable[..., tuple[float, np.ndarray]], dtype: DTypeLike) -> Callable[[], None]:
        weights, parameters = zeros(options.vocabulary, options.hidden_size, dtype)
        gradients, gradient = zeros(options.vocabulary, options.hidden_size, dtype)
        draw(parameters, np.random.default_rng(1))
        squares = np.zeros_like(weights)

        def run() -> None:
            state = np.zeros(options.hidden_size, dtype)
            for window in ids:
                _, state = form(parameters, window[:-1], window[1:], state, gradient)
                np.clip(gradients, -5, 5, out=gradients)
                adagrad(weights, gradients, squares, 0.1)

        return run

    medians = measure(
        {
            "plain, float64": updates(plain, np.float64),
            "plain, float32": updates(plain, np.float32),
            "hoisted, float64": updates(hoisted, np.float64),
            "hoisted, float32": updates(hoisted, np.float32),
        },
        options.rounds,
        time.process_time,
    )
    for name, seconds in medians.items():
        print(f"{name}: {WINDOWS * options.window_length / seconds:,.0f} characters/s")


if __name__ == "__main__":
    main()
