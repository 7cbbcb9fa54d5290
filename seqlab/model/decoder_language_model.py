"""A decoder with its memory, as a `LanguageModel` of the targets that it generates."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab.interfaces.decoder import Decoder, Step
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import BEGIN, IGNORED, Vocabulary
from seqlab.model.prefix import begin_decoding


class DecoderLanguageModel:
    """See `LanguageModel`. Its texts begin with what is decoded: row b of `start` is the target of row b of the memory.

    Args:
        decoder: What generates.
        memory: What is decoded, B rows.
        vocabulary: What it predicts, with `<s>` and `</s>`.
    """

    def __init__(self, decoder: Decoder, memory: Encoding, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.begin = vocabulary.id(BEGIN)
        self._rows = len(memory.lengths)
        self._prefix = begin_decoding(decoder, memory, self.begin)

    def start(self, rows: int) -> State:
        """The state before the first token of every target.

        Raises:
            ValueError: If the memory has another number of rows.
        """
        if rows != self._rows:
            raise ValueError(f"the memory has {self._rows} rows, not {rows}")
        return self._prefix.state

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token; see `LanguageModel.step`. What is not in the vocabulary is read as its first item, as in training."""
        return self._prefix.step(previous.clamp(min=0), state)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens, step by step; see `LanguageModel.score`."""
        columns: list[Tensor] = []
        for place, column in enumerate(ids.unbind(dim=1)):
            taken = self.step(previous, state)
            is_read = lengths > place
            found = taken.log_probs.gather(1, column.clamp(min=0).unsqueeze(1)).squeeze(1)  # (B,)
            columns.append(found.masked_fill(~is_read | (column == IGNORED), 0.0))
            state = {name: _where(is_read, after, state[name]) for name, after in taken.state.items()}
            previous = column
        return torch.stack(columns, dim=1), state  # (B, T)


def _where(chosen: Tensor, then: Tensor, otherwise: Tensor) -> Tensor:
    """By row, `(B, ...)`."""
    return torch.where(chosen.view(-1, *[1] * (then.dim() - 1)), then, otherwise)
