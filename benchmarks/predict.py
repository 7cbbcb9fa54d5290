"""Tokens per second of `seqlab predict` without its start, for several sizes of its chunks.

    python benchmarks/predict.py RUN TOKENS_FILE

Each size is measured in turn, five times over; printed are the median and the spread.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from seqlab.training.processes import prepare_for_torch, use_threads

prepare_for_torch()

from seqlab.data.textfile import text_lines
from seqlab.plugins import load_plugins
from seqlab.runs import predict
from seqlab.runs.find import find_model
from seqlab.runs.saved_model import load_model

SIZES = (2_000, 5_000, 20_000, 50_000, 200_000)


def main(run: str, file: str) -> None:
    """Measure and print."""
    plugins = load_plugins()
    resolved, learner = load_model(find_model(run)[0], plugins)
    threads = int(resolved.pipeline.threads or 1)
    use_threads(threads)
    predictor = predict.Predictor(resolved.pipeline, learner, plugins, predict.Form(input="tokens"))
    tokens = sum(len(line.split()) for line in text_lines(Path(file)))
    rates: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(5):
        for size in SIZES:
            predict.CHUNK_TOKENS = size
            start = time.perf_counter()
            for _ in predictor.answers(text_lines(Path(file)), file):
                pass
            rates[size].append(tokens / (time.perf_counter() - start))
    print(f"{run}, {tokens:,} tokens, {threads} threads")
    for size, found in rates.items():
        print(
            f"  chunk {size:>7,}: {statistics.median(found):9,.0f} tokens/s  ({min(found):,.0f} to {max(found):,.0f})"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
