"""Word language models: updates of the shipped pipelines against the default shape of PyTorch's example `word_language_model`.

    python benchmarks/language_models.py [--threads 1] [--rounds 7] [--updates 3]

Every update reads 20 rows of 35 tokens, drawn by Zipf's law, so that no data set is needed. The example's model is written
from its description (github.com/pytorch/examples, word_language_model: embeddings and two LSTM layers of 200, dropout 0.2, a
full softmax, its gradient clipped at 0.25, plain SGD at 20).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import numpy as np
import torch
from pairs import measure
from torch import nn
from torch.nn import functional

from seqlab import Corpus, Example, Tokens
from seqlab.config.load import load_pipeline
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import build_learner

ROWS, STEPS = 20, 35
PIPELINES = Path(__file__).parent.parent / "pipelines"
SHIPPED = {"word_lm_ptb": 10_000, "word_lm_wikitext2": 33_000}
"""Pipelines with the size of the vocabulary of their corpus."""


def main() -> None:
    """Print settings, medians and paired ratios for both sizes of vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--updates", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    tokens = ROWS * STEPS * options.updates
    for name, size in SHIPPED.items():
        print(f"\nV {size:,}, {ROWS} rows of {STEPS} tokens, {options.updates} updates, threads {options.threads}")
        systems = {"word_language_model": _example(size), name: _shipped(name, size)}
        seconds = measure({each: _repeated(run, options.updates) for each, run in systems.items()}, options.rounds)
        for each, median in seconds.items():
            print(f"{each:<20} {tokens / median:10,.0f} tokens/s")


def _repeated(run: Callable[[], object], times: int) -> Callable[[], None]:
    def several() -> None:
        for _ in range(times):
            run()

    return several


def _drawn(size: int, count: int) -> np.ndarray:
    random = np.random.default_rng(13)
    shares = 1 / np.arange(1, size + 1)
    return random.choice(size, count, p=shares / shares.sum())


def _shipped(name: str, size: int) -> Callable[[], object]:
    """An update of a pipeline that is as it is shipped but for its data."""
    plugins = load_plugins()
    resolved = load_pipeline(PIPELINES / f"{name}.yaml", plugins, ["threads=1"], environment={})
    ids = np.concatenate([np.arange(size - 2), _drawn(size - 2, 2_000_000)])  # every word once, besides </s> and <unk>
    items = tuple(f"w{each}" for each in ids.tolist())
    head = resolved.pipeline.model.settings.head_settings
    corpus = Corpus.of([Example("1", "drawn", {"main": Tokens(items)}, Tokens(items))], head.ends)
    learner = build_learner(resolved, plugins, fit_vocabularies(corpus, head))
    updates = learner.fit(corpus, corpus)
    return lambda: next(updates)


class _WordLanguageModel(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.2)
        self.embedding = nn.Embedding(size, 200)
        self.lstm = nn.LSTM(200, 200, 2, dropout=0.2)
        self.output = nn.Linear(200, size)

    def forward(
        self, ids: torch.Tensor, state: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
        states, state = self.lstm(self.dropout(self.embedding(ids)), state)
        return functional.log_softmax(self.output(self.dropout(states)).flatten(0, 1), dim=1), state


def _example(size: int) -> Callable[[], object]:
    torch.manual_seed(13)
    model = _WordLanguageModel(size)
    ids = torch.from_numpy(_drawn(size, (STEPS + 1) * ROWS)).view(STEPS + 1, ROWS)
    kept = [torch.zeros(2, ROWS, 200), torch.zeros(2, ROWS, 200)]

    def update() -> None:
        model.zero_grad()
        log_probs, state = model(ids[:-1], tuple(each.detach() for each in kept))
        functional.nll_loss(log_probs, ids[1:].flatten()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        for parameter in model.parameters():
            assert parameter.grad is not None
            parameter.data.add_(parameter.grad, alpha=-20 / 100)  # so that random targets do not blow it up
        kept[:] = state

    return update


if __name__ == "__main__":
    main()
