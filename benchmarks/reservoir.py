"""What an untrained recurrent network still holds of a word 36 steps back: a linear classifier on its last state.

    python benchmarks/reservoir.py

The task is that of the pipeline `tickets` with 30 fillers; embedder and encoder stay at their first weights.
"""

from __future__ import annotations

import torch
from sklearn.linear_model import LogisticRegression

from seqlab import Example, Labels, Tokens, Vocabulary
from seqlab.data.catalogue import find
from seqlab_probes.settings import TicketsSettings
from seqlab_probes.tickets import Tickets
from seqlab_rnn.rnn import RNNEncoder
from seqlab_rnn.settings import RNNSettings

FILLERS, TRAIN, SEEDS = 30, 4000, (13, 14, 15)
WIDTH, HIDDEN, SCALE = 32, 64, 0.1  # those of pipelines/tickets.yaml; 0.1 is the embedder's first standard deviation
STARTS = ("orthogonal", "uniform")


def words_of(example: Example) -> tuple[str, ...]:
    """The sentence."""
    tokens = example.inputs["main"]
    assert isinstance(tokens, Tokens)
    return tokens.items


def label_of(example: Example) -> str:
    """The first thing."""
    assert isinstance(example.target, Labels)
    return example.target.items[0]


def main() -> None:
    """Print a line for each way to begin."""
    torch.set_num_threads(1)
    files, reader = find("seeds"), Tickets(TicketsSettings(fillers=FILLERS))
    splits = {split: list(reader.read(files[split], split)) for split in ("train", "test")}
    train, test = splits["train"][:TRAIN], splits["test"]
    known = Vocabulary.of_inputs({word: 1 for example in train for word in words_of(example)})

    def states(examples: list[Example], table: torch.Tensor, encoder: RNNEncoder) -> torch.Tensor:
        ids = torch.tensor([known.ids(words_of(example)) for example in examples])
        with torch.no_grad():
            return encoder(table[ids], torch.full((len(ids),), ids.shape[1])).final  # (N, HIDDEN)

    print(
        f"tanh network of {HIDDEN} units, untrained; logistic regression on {TRAIN:,} last states, {len(test):,} in test"
    )
    print("recurrent_init  test accuracy by seed")
    for start in STARTS:
        found = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            table = SCALE * torch.randn(len(known), WIDTH)
            encoder = RNNEncoder(RNNSettings(hidden_size=HIDDEN, recurrent_init=start), WIDTH)
            readout = LogisticRegression(C=1e4, max_iter=5000)
            readout.fit(states(train, table, encoder).numpy(), [label_of(example) for example in train])
            found.append(readout.score(states(test, table, encoder).numpy(), [label_of(example) for example in test]))
        print(f"{start:14}  {'  '.join(f'{100 * each:.2f}%' for each in found)}")


if __name__ == "__main__":
    main()
