"""A network with a causal encoder and a head for the next token, as a `LanguageModel`."""

from __future__ import annotations

import torch
from torch import Tensor

from seqlab.interfaces.decoder import Step
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.head import NextTokenHead
from seqlab.interfaces.records import InputBatch
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import END, IGNORED, UNKNOWN, Vocabulary
from seqlab.model.network import InputStack, Network


class NetworkLanguageModel:
    """See `LanguageModel`. Its state is that of the encoder; whether a gradient is kept is the caller's choice.

    Args:
        network: With one input, `main`, and a `NextTokenHead`; in the mode in which it is to be used.
        vocabulary: What it predicts.

    Attributes:
        output: Hidden states -> log-probabilities.
    """

    def __init__(self, network: Network, vocabulary: Vocabulary) -> None:
        stack, head = network.inputs["main"], network.head
        assert isinstance(stack, InputStack)
        if not isinstance(head, NextTokenHead):
            raise TypeError(f"{type(head).__name__} is no NextTokenHead, so the network is no language model")
        self.network = network
        self.stack = stack
        self.head = head
        self.output = head.output
        self.vocabulary = vocabulary
        self.begin = vocabulary.id(END) if END in vocabulary else IGNORED
        self.features = stack.features([*vocabulary.items, UNKNOWN])  # each (V + 1, ...)

    def start(self, rows: int) -> State:
        """Zeros, as every row of a batch starts with."""
        encoding = self._encode(torch.full((1, 1), self.begin), torch.ones(1, dtype=torch.int64), {})
        return {name: tensor.new_zeros(rows, *tensor.shape[1:]) for name, tensor in encoding.state.items()}

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token; see `LanguageModel.step`."""
        hidden, state = self.read(previous.unsqueeze(1), torch.ones_like(previous), state)
        return Step(self.output.log_probs(hidden[:, 0]), state, hidden[:, 0])

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens; see `LanguageModel.score`."""
        hidden, state = self.read(torch.cat([previous.unsqueeze(1), ids[:, :-1]], dim=1), lengths, state)
        return self.target_log_probs(hidden, ids, lengths), state

    def read(self, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Read tokens.

        Args:
            ids: `(B, T)`; what is not in the vocabulary is read as `<unk>`.
            lengths: `(B,)`, how many of each row are real.
            state: What was read before.

        Returns:
            What the output layer sees after each, `(B, T, H)`, and the state after the last real one.
        """
        encoding = self._encode(ids, lengths, state)
        return self.head.hidden(encoding.states), encoding.state

    def target_log_probs(self, hidden: Tensor, ids: Tensor, lengths: Tensor) -> Tensor:
        """Log-probabilities `(B, T)` of the tokens `ids` that follow hidden states `(B, T, H)`, as `score` gives them."""
        padding = torch.arange(ids.shape[1]) >= lengths.unsqueeze(1)
        targets = ids.masked_fill(padding, IGNORED)
        return self.output.target_log_probs(hidden.flatten(0, 1), targets.flatten()).view_as(ids)

    def _encode(self, ids: Tensor, lengths: Tensor, state: State) -> Encoding:
        distinct, index = torch.unique(ids.where(ids >= 0, len(self.vocabulary)), return_inverse=True)
        features = tuple(each.index_select(0, distinct) for each in self.features)
        encoding, _ = self.stack(InputBatch(features, index, lengths), state or None)
        assert isinstance(encoding, Encoding)
        return encoding
