"""Embedder `char_rnn`: a word's vector from an LSTM over its characters, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Dropout, Embedded, Embedder, Vocabulary, side_by_side
from seqlab_embed.char_settings import CharRNNSettings
from seqlab_embed.characters import PADDING, Characters, first_vectors, read_by_length


class CharRNNEmbedder(Embedder):
    """The last state of an LSTM that reads a word forward, beside that of one that reads it backward.

    Each distinct word of a batch is read once. Words are padded on the right and each direction is one call of the
    fused kernel, without packing or masks: the state after the last character does not see the padding that follows
    it, and the backward direction reads the ids reversed within the word's length. Ling et al. 2015, section 2.2.
    """

    config: CharRNNSettings

    def __init__(self, config: CharRNNSettings, vocabulary: Vocabulary | None) -> None:
        super().__init__(config, vocabulary)
        if vocabulary is None:
            raise ValueError("embedder 'char_rnn' reads tokens only")
        self.characters = Characters(vocabulary, config.min_count, config.max_length)
        self.output_size = config.size
        self.vectors = nn.Parameter(first_vectors(len(self.characters), config.embedding_size))
        self.forward_lstm = _lstm(config.embedding_size, config.size // 2)
        self.backward_lstm = _lstm(config.embedding_size, config.size // 2)
        self.dropout = Dropout(config.dropout, config.variational)

    def features(self, items: Sequence[str]) -> Tensor:
        """`(N, 1 + 2 L)`: the length, the ids of the characters, and the same reversed within the length."""
        ids, lengths = self.characters.spell(items)
        mirrored = lengths.unsqueeze(1) - 1 - torch.arange(ids.shape[1])  # (N, L)
        backward = ids.gather(1, mirrored.clamp(min=0)).masked_fill(mirrored < 0, PADDING)
        return torch.cat([lengths.unsqueeze(1), ids, backward], dim=1)

    def forward(self, features: Tensor, index: Tensor, lengths: Tensor) -> Embedded:
        """Vectors `(B, T, size)`; see `Embedder.forward`."""
        words = read_by_length(features, self._read)  # (U, size)
        return Embedded(self.dropout(functional.embedding(index, words)), lengths)

    def _read(self, features: Tensor) -> Tensor:
        """`(N, size)` from the features of N words."""
        steps = (features.shape[1] - 1) // 2
        longest = int(features[:, 0].max())
        last = features[:, 0].long() - 1
        states = side_by_side(
            [
                (_last_state, (features[:, start : start + longest], last, self.vectors, *_weights(lstm)))
                for lstm, start in ((self.forward_lstm, 1), (self.backward_lstm, 1 + steps))
            ]
        )
        return torch.cat([state for (state,) in states], dim=1)


def _weights(lstm: nn.LSTM) -> list[Tensor]:
    """Its weights in torch's order, as they stand under their names now."""
    return [cast(Tensor, getattr(lstm, f"{name}_l0")) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


def _last_state(ids: Tensor, last: Tensor, vectors: Tensor, *weights: Tensor) -> tuple[Tensor]:
    """`(N, H)`: the state after the character at `last` `(N,)` of ids `(N, L)`, by an LSTM's weights in torch's order."""
    inputs = functional.embedding(ids, vectors)  # (N, L, D)
    start = inputs.new_zeros(1, len(ids), weights[1].shape[1])
    states = torch.lstm(inputs, (start, start), list(weights), True, 1, 0.0, True, False, True)[0]  # (N, L, H)
    rows = torch.arange(len(ids)) * ids.shape[1]
    return (states.flatten(0, 1).index_select(0, rows + last),)


def _lstm(input_size: int, hidden_size: int) -> nn.LSTM:
    """One direction: orthogonal from state to state, and gates that remember at first (Jozefowicz et al. 2015)."""
    lstm = nn.LSTM(input_size, hidden_size, batch_first=True)
    for name, parameter in lstm.named_parameters():
        if name.startswith("bias"):
            nn.init.zeros_(parameter)
            continue
        for gate in parameter.detach().chunk(4):
            (nn.init.orthogonal_ if name.startswith("weight_hh") else nn.init.xavier_uniform_)(gate)
    nn.init.ones_(dict(lstm.named_parameters())["bias_ih_l0"].detach()[hidden_size : 2 * hidden_size])  # forget gate
    return lstm
