"""Words per second of `seqlab run` beside one busy process, against one thread.

    SEQLAB_DATA=folder/of/datasets python benchmarks/busy.py [PIPELINE]

Every case is a process of its own, in turn; the busy process is a Python that only counts. Nothing else should run.
`waiting.py` measures the same of a bare LSTM, by how threads wait.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
ENVIRONMENT = dict(os.environ)  # as the user has it, before seqlab settles how threads wait

from compare import spread
from with_seqlab import rates, read_data, tags, train

from seqlab.plugins import load_plugins

CASES: tuple[tuple[str, int | str | None, bool], ...] = (
    ("1 thread, free machine", 1, False),
    ("as it comes, free machine", None, False),
    ("1 thread, beside the busy one", 1, True),
    ("as it comes, beside the busy one", None, True),
    ("threads: auto, beside the busy one", "auto", True),
)
"""Name, `threads:` (None: the cores, at most 4), beside a busy process."""


@contextmanager
def neighbour(busy: bool) -> Iterator[None]:
    """A process that keeps one core busy meanwhile, where one is asked for."""
    if not busy:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", nargs="?", default="pos_ewt", help="YAML file or name")
    parser.add_argument("--limit", type=int, default=4000, help="sentences of train")
    parser.add_argument("--passes", type=int, default=4, help="over train; the first is not timed")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    plugins = load_plugins()
    found: dict[str, list[float]] = {name: [] for name, _, _ in CASES}
    words = 0
    print(f"{given.pipeline}, {given.limit} sentences, {given.passes} passes; load average {os.getloadavg()[0]:.2f}")
    for _ in range(given.rounds):
        for name, threads, busy in CASES:
            overrides = [f"data.limit={given.limit}", f"training.epochs={given.passes}"]
            overrides += [] if threads is None else [f"threads={threads}"]
            with tempfile.TemporaryDirectory() as folder, neighbour(busy):
                run = Path(folder) / "run"
                train(given.pipeline, run, overrides, ENVIRONMENT)
                words = words or sum(map(len, tags(read_data(run, plugins).train)))
                found[name].append(rates(run, words).later)
            print(f"{name}: {found[name][-1]:,.0f} words/s", flush=True)
    print("\n| threads and machine | words/s | against 1 thread, free | against 1 thread, beside the busy one |")
    print("|---|---|---|---|")
    references = [found[CASES[0][0]], found[CASES[2][0]]]
    for name, values in found.items():
        ratios = [spread([a / b for a, b in zip(values, of, strict=True)], ".2f") for of in references]
        print(f"| {name} | {spread(values, ',.0f')} | {' | '.join(ratios)} |")


if __name__ == "__main__":
    main()
