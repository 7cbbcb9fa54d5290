"""Embedders of characters over the distinct words of a batch: all at once, or shorter and longer words apart.

    SEQLAB_DATA=... python benchmarks/characters.py [--threads 2]

Batches of 1,000 running words of UD English-EWT. All ways give the same vectors (tests/plugins/seqlab_embed).
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import numpy as np
import torch
from pairs import measure
from torch.nn import functional

import seqlab_embed.characters
from seqlab import Embedded, Embedder, Vocabulary, text_lines
from seqlab_embed.char_cnn import CharCNNEmbedder
from seqlab_embed.char_rnn import CharRNNEmbedder
from seqlab_embed.char_settings import CharCNNSettings, CharRNNSettings

BATCHES, TOKENS = 10, 1000


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    path = Path(os.environ["SEQLAB_DATA"]) / "ud-english-ewt" / "en_ewt-ud-train.conllu.gz"
    running = [line.split("\t")[1] for line in text_lines(path) if line[:1].isdigit() and line.split("\t")[0].isdigit()]
    vocabulary = Vocabulary.of_inputs(Counter(running))
    starts = np.random.default_rng(0).integers(0, len(running) - TOKENS, BATCHES)
    batches = [running[start : start + TOKENS] for start in starts]
    sizes = [len(word) + 2 for batch in batches for word in set(batch)]
    longest = np.mean([max(map(len, batch)) + 2 for batch in batches])
    print(
        f"{BATCHES} batches of {TOKENS} words, {len(sizes) / BATCHES:.0f} distinct, {np.mean(sizes):.1f} characters long "
        f"with their ends, the longest of a batch {longest:.1f}; threads {options.threads}; forward and backward"
    )
    embedders = {
        "char_rnn": CharRNNEmbedder(CharRNNSettings(), vocabulary),
        "char_cnn": CharCNNEmbedder(CharCNNSettings(), vocabulary),
    }
    for name, embedder in embedders.items():
        ways = {f"{name}, {way}": run(embedder, batches, share) for way, share in WAYS.items()}
        if isinstance(embedder, CharCNNEmbedder):
            ways["char_cnn by torch's convolution, 80% apart"] = run(Convolution(embedder), batches, 0.8)
        measure(ways, options.rounds)


class Convolution(Embedder):
    """The same as `char_cnn`, by torch's convolution."""

    def __init__(self, ours: CharCNNEmbedder) -> None:
        super().__init__(ours.config, None)
        self.ours = ours

    def features(self, items):
        """Those of `char_cnn`."""
        return self.ours.features(items)

    def forward(self, features, index, lengths):
        """Vectors `(B, T, D)`."""
        words = seqlab_embed.characters.read_by_length(features, self.read)
        return Embedded(functional.embedding(index, words), lengths)

    def read(self, features):
        """`(N, D)` from the features of N words."""
        sizes, config = features[:, :1], self.config
        longest = max(int(sizes.max()), *config.widths)
        read = functional.embedding(features[:, 1 : 1 + longest], self.ours.vectors, padding_idx=0).transpose(1, 2)
        largest = []
        for width, filters in zip(config.widths, self.ours.filters, strict=True):
            weight = filters.weight.view(config.filters, width, config.embedding_size).transpose(1, 2)
            answers = functional.conv1d(read, weight, filters.bias)  # (N, filters, places)
            beyond = torch.arange(answers.shape[2]) > (sizes - width).clamp(min=0)
            largest.append(answers.masked_fill(beyond.unsqueeze(1), -torch.inf).max(dim=2).values)
        return torch.cat(largest, dim=1).relu()


WAYS = {"all at once": 0.0, "60% apart": 0.6, "80% apart": 0.8, "90% apart": 0.9}


def run(embedder: Embedder, batches: list[list[str]], share: float):
    """One pass over all batches, with this share of the words in the shorter group."""
    prepared = []
    for batch in batches:
        words, index = np.unique(batch, return_inverse=True)
        features = embedder.features(words.tolist())
        prepared.append((features, torch.from_numpy(index).unsqueeze(0), torch.tensor([len(batch)])))

    def go() -> None:
        seqlab_embed.characters.SHORT_SHARE = share
        for features, index, lengths in prepared:
            embedder(features, index, lengths).vectors.sum().backward()

    return go


if __name__ == "__main__":
    main()
