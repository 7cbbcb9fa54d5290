"""Decoder: generates tokens from an encoding, a conditional language model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from torch import Tensor, nn

from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.output import OutputLayer
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import Vocabulary


class Step(NamedTuple):
    """One step of generation.

    Args:
        log_probs: `(B, V)`, log-probabilities of the next token.
        state: What the next step needs.
        hidden: `(B, H)`, what the output layer saw; None where there is no such thing.
        attention: `(B, S)`, weights over the memory; None without attention.
    """

    log_probs: Tensor
    state: State
    hidden: Tensor | None = None
    attention: Tensor | None = None


class Decoder(nn.Module, ABC):
    """Generates tokens given a memory. The memory stays outside the state, so that beams never copy it.

    Args:
        config: The decoder's settings.
        memory_size: Width of the memory's states.
        vocabulary: What can be generated, with `<s>` and `</s>`.
        output: States -> log-probabilities; `config.output_size` tells its input size before the decoder is built.
    """

    output: OutputLayer

    def __init__(self, config: Any, memory_size: int, vocabulary: Vocabulary, output: OutputLayer) -> None:
        super().__init__()
        self.config = config
        self.memory_size = memory_size
        self.vocabulary = vocabulary
        self.output = output

    @abstractmethod
    def start(self, memory: Encoding) -> State:
        """The state before the first token: `memory.state` where names and shapes agree, else a bridge from
        `memory.final`.
        """

    @abstractmethod
    def step(self, previous: Tensor, state: State, memory: Encoding) -> Step:
        """One token further.

        Args:
            previous: `(B,)` ids of the tokens before.
            state: What `start` or the step before gave.
            memory: What is decoded, rows as in `previous`.
        """

    @abstractmethod
    def teacher_force(
        self, targets: Tensor, memory: Encoding, sampling_rate: float = 0.0
    ) -> tuple[Tensor, Tensor | None]:
        """All steps at once with the right tokens before them.

        Args:
            targets: `(B, T)` ids; `<s>` is shifted in, row t of the answer predicts `targets[:, t]`.
            memory: What is decoded.
            sampling_rate: Share of the tokens before that are drawn from the model itself (scheduled sampling, Bengio
                et al. 2015).

        Returns:
            Hidden states `(B, T, H)` for the output layer, and attention `(B, T, S)` or None.
        """
