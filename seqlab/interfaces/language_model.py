"""LanguageModel: what generation, scoring, interpolation and caches speak to, and nothing else."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from seqlab.interfaces.decoder import Step
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import Vocabulary


class LanguageModel(Protocol):
    """A distribution over the next token: a causal encoder with its head, a decoder with its memory, Kneser-Ney, a
    numpy network, a mixture or a cache over any of them.
    """

    vocabulary: Vocabulary

    def start(self, rows: int) -> State:
        """The state of `rows` sequences before their first token."""

    def step(self, previous: Tensor, state: State) -> Step:
        """One token further: `previous` `(B,)` ids, the answer's log-probabilities `(B, V)`."""

    def score(self, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probability of given tokens: `ids` `(B, T)` -> `(B, T)`, 0 on padding, and the state after them."""
