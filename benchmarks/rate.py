"""What share of the machine's matrix-product rate a whole training run reaches.

    SEQLAB_DATA=folder/of/datasets python benchmarks/rate.py [PIPELINE]

The products of one pass over train are counted, forward and backward and with the padding, by torch's own counter; the
passes after it are timed in `seqlab run`, in turn with large float32 products. Element-wise work (gates, dropout, Adam)
takes its time, but counts for nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import torch
from torch.utils.flop_counter import FlopCounterMode
from with_seqlab import rates, tags, train

from seqlab.config.load import load_pipeline
from seqlab.data.load import load_dataset
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import build_learner

SIDE = 2048
"""Rows and columns of the products that the machine's rate is measured with."""
SECONDS = 2.0


def lstm_products(inputs: Any, input_weights: Any, hidden_weights: Any, *_: Any, **__: Any) -> int:
    """Of one fused LSTM layer in one direction, forward: `(T, B, D)`, `(4 H, D)` and `(4 H, H)`; 2 for each multiply-add."""
    steps, rows = inputs[0], inputs[1]
    return 2 * steps * rows * input_weights[0] * (input_weights[1] + hidden_weights[1])


def lstm_products_backward(*shapes: Any, **others: Any) -> int:
    """Backward: as many again for the inputs and for the weights."""
    return 2 * lstm_products(*shapes, **others)


FUSED = {
    torch.ops.aten.mkldnn_rnn_layer: lstm_products,
    torch.ops.aten.mkldnn_rnn_layer_backward: lstm_products_backward,
}
"""What torch's counter does not know."""


def count(pipeline: str, overrides: list[str]) -> tuple[int, int, dict[str, int]]:
    """Words of train, and the floating-point operations of the products of one pass over it, in all and by kind."""
    plugins = load_plugins()
    resolved = load_pipeline(pipeline, plugins, [*overrides, "threads=1"])  # the counter sees one process
    settings = resolved.pipeline.model.settings.head_settings
    data = load_dataset(resolved.pipeline.data, settings, resolved.pipeline.seed, plugins.registry.build)
    learner = build_learner(resolved, plugins, fit_vocabularies(data.train, settings))
    with FlopCounterMode(display=False, custom_mapping=FUSED) as counter:
        for progress in learner.fit(data.train, data.dev):
            if progress.epoch_ended:
                break
    kinds = {str(kind): found for kind, found in counter.get_flop_counts()["Global"].items()}
    return sum(map(len, tags(data.train))), counter.get_total_flops(), kinds


def product_rate() -> float:
    """GFLOP/s of large float32 products, by the median product of some seconds."""
    left, right = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    torch.mm(left, right)
    seconds: list[float] = []
    while sum(seconds) < SECONDS:
        start = time.perf_counter()
        torch.mm(left, right)
        seconds.append(time.perf_counter() - start)
    return 2 * SIDE**3 / statistics.median(seconds) / 1e9


def main() -> None:
    """Count, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipeline", nargs="?", default="pos_ewt", help="YAML file or name")
    parser.add_argument("--limit", type=int, default=4000, help="sentences of train")
    parser.add_argument("--passes", type=int, default=5, help="over train; the first is not timed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    overrides = [f"data.limit={given.limit}", f"training.epochs={given.passes}", f"threads={given.threads}"]
    torch.set_num_threads(given.threads)
    words, operations, kinds = count(given.pipeline, overrides)
    print(
        f"{given.pipeline}: {words:,} words, {given.passes} passes, {given.threads} threads, torch {torch.__version__}"
    )
    print(f"load average at the start {os.getloadavg()[0]:.2f}")
    shown = ", ".join(f"{kind} {100 * found / operations:.1f}%" for kind, found in kinds.items())
    print(f"{operations / words / 1e6:.2f} MFLOP of products per word ({shown})")
    shares = []
    for number in range(given.rounds):
        before = product_rate()
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder) / "run"
            train(given.pipeline, run, overrides)
            per_second = rates(run, words).later
        machine = (before + product_rate()) / 2
        reached = operations / words * per_second / 1e9
        shares.append(reached / machine)
        print(
            f"round {number + 1}: {per_second:,.0f} words/s, {reached:.1f} GFLOP/s; "
            f"products of {SIDE} x {SIDE}: {machine:.1f} GFLOP/s; share {100 * reached / machine:.0f}%"
        )
    print(f"share: {100 * statistics.median(shares):.0f}% ({100 * min(shares):.0f} to {100 * max(shares):.0f})")


if __name__ == "__main__":
    main()
