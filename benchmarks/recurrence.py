"""One epoch of a BiLSTM over sentences of unequal length: how batches are made and run.

    python benchmarks/recurrence.py [--threads 2] [--hidden-size 128]

Random or length-sorted batches; packed (`pack_padded_sequence`) or padded through the encoder `lstm`. All of them give
the same states (tests/plugins/seqlab_rnn). Lengths are drawn like those of a web treebank: 1 to 80 words, 16 on average.
"""

from __future__ import annotations

import argparse

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import numpy as np
import torch
from pairs import measure
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seqlab.data.batching import plan_batches
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

SENTENCES, WIDTH, ROWS = 640, 100, 32


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    stream = np.random.default_rng(0)
    lengths = np.clip(stream.lognormal(2.45, 0.8, SENTENCES).astype(np.int64), 1, 80)
    order = stream.permutation(SENTENCES)
    random = [order[start : start + ROWS] for start in range(0, SENTENCES, ROWS)]
    by_length = plan_batches(lengths, ROWS * int(lengths.mean()), None, np.random.default_rng(1))
    print(f"{SENTENCES} sentences, {lengths.sum()} words, threads {options.threads}, hidden {options.hidden_size} x 2")
    for name, batches in (("random", random), ("by length", by_length)):
        padded = sum(len(rows) * lengths[rows].max() for rows in batches)
        print(f"{name} batches: {len(batches)}, padded positions per word {padded / lengths.sum():.2f}")

    packed = nn.LSTM(WIDTH, options.hidden_size, batch_first=True, bidirectional=True)
    encoder = LSTMEncoder(LSTMSettings(hidden_size=options.hidden_size, bidirectional=True), WIDTH)

    def run_packed(inputs: Tensor, sizes: Tensor) -> Tensor:
        states, _ = packed(pack_padded_sequence(inputs, sizes, batch_first=True, enforce_sorted=False))
        return pad_packed_sequence(states, batch_first=True)[0]

    def run_padded(inputs: Tensor, sizes: Tensor) -> Tensor:
        return encoder(inputs, sizes).states

    def epoch(batches, run):
        inputs = [torch.randn(len(rows), int(lengths[rows].max()), WIDTH) for rows in batches]
        sizes = [torch.from_numpy(lengths[rows]) for rows in batches]

        def go() -> None:
            for vectors, size in zip(inputs, sizes, strict=True):
                run(vectors, size).sum().backward()

        return go

    measure(
        {
            "random, packed": epoch(random, run_packed),
            "random, padded": epoch(random, run_padded),
            "by length, packed": epoch(by_length, run_packed),
            "by length, padded": epoch(by_length, run_padded),
        }
    )


if __name__ == "__main__":
    main()
