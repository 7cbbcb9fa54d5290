"""What each regulariser of AWD-LSTM costs: updates of a word language model, with each of them turned on alone.

    python benchmarks/regularisers.py [--threads 1] [--vocabulary 2000] [--rounds 60]

Two LSTM layers of 256, 20 rows, windows of 35, a softmax whose weights are the embedder's table, gradients clipped at 0.25,
SGD. A run is 140 steps of a stream, with the state carried on: 4 updates, or as many as windows of varied length take.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from seqlab.training.processes import prepare_for_torch

prepare_for_torch()

import numpy as np
import torch
from pairs import measure
from torch.nn import functional

from seqlab import Vocabulary
from seqlab.config.pipeline import TrainingSection
from seqlab.data.streams import varied_length
from seqlab.training.averaging import WeightAverage
from seqlab.training.gradients import clip_norm
from seqlab.training.optimizers import sgd
from seqlab.training.settings import SGDSettings
from seqlab_embed.settings import WordSettings
from seqlab_embed.word import WordEmbedder
from seqlab_rnn.lstm import LSTMEncoder
from seqlab_rnn.settings import LSTMSettings

SIZE, ROWS, WINDOW, STEPS = 256, 20, 35, 140


def main() -> None:
    """Print settings, then medians and paired ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--vocabulary", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    text = np.random.default_rng(0).zipf(1.1, (ROWS, STEPS + 1)) % options.vocabulary + 2
    print(f"threads {options.threads}, LSTM 2 x {SIZE}, {ROWS} rows, {STEPS} steps, {options.vocabulary} words")
    ids = torch.from_numpy(text)
    dropped = {"dropout": 0.4, "variational": True}
    measure(
        {
            "none": training(ids, options.vocabulary),
            "embedding_dropout 0.1": training(ids, options.vocabulary, {"embedding_dropout": 0.1}),
            "dropout 0.4": training(ids, options.vocabulary, {"dropout": 0.4}, {"dropout": 0.4}),
            "dropout 0.4, variational": training(ids, options.vocabulary, dropped, dropped),
            "weight_drop 0.5": training(ids, options.vocabulary, encoder={"weight_drop": 0.5}),
            "activation_penalty 2": training(ids, options.vocabulary, encoder={"activation_penalty": 2.0}),
            "temporal_penalty 1": training(ids, options.vocabulary, encoder={"temporal_penalty": 1.0}),
            "average_after": training(ids, options.vocabulary, average=True),
            "vary_window": training(ids, options.vocabulary, varied=True),
        },
        options.rounds,
    )


def training(
    ids: torch.Tensor,
    words: int,
    embedder: dict[str, Any] | None = None,
    encoder: dict[str, Any] | None = None,
    average: bool = False,
    varied: bool = False,
) -> Callable[[], None]:
    """One pass over `(B, T + 1)` ids, as a function."""
    random = np.random.default_rng(1)
    vocabulary = Vocabulary.of_inputs({str(word): 1 for word in range(words)})
    embed = WordEmbedder(WordSettings(size=SIZE, word_dropout=0, **(embedder or {})), vocabulary).train()
    encode = LSTMEncoder(LSTMSettings(hidden_size=SIZE, num_layers=2, **(encoder or {})), SIZE).train()
    parameters = [*embed.parameters(), *encode.parameters()]
    optimizer = sgd(SGDSettings(lr=1.0), parameters)
    mean = WeightAverage(TrainingSection(epochs=1, average_last=int(average)))

    def go() -> None:
        state, start = None, 0
        while start < STEPS:
            stop = min(start + (varied_length(WINDOW, random) if varied else WINDOW), STEPS)
            features, index = torch.unique(ids[:, start:stop], return_inverse=True)
            lengths = torch.full((ROWS,), stop - start)
            encoding = encode(embed(features, index, lengths).vectors, lengths, state)
            scores = encoding.states.flatten(0, 1) @ embed.vectors.T
            loss = functional.cross_entropy(scores, ids[:, start + 1 : stop + 1].flatten()) + encoding.penalty
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            clip_norm(parameters, 0.25)
            optimizer.step()
            mean.update([parameter.data for parameter in parameters], 0)
            state, start = {name: tensor.detach() for name, tensor in encoding.state.items()}, stop

    return go


if __name__ == "__main__":
    main()
