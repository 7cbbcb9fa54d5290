"""Scheduled sampling: now and then a language model reads what it would have written itself, not what stands in train.

Bengio et al. 2015, "Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks", section 2.4. The tokens are
drawn step by step without a gradient; the update then reads the mixed text in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from seqlab.interfaces.head import NextTokenHead
from seqlab.interfaces.records import Batch, InputBatch
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import UNKNOWN, Vocabulary
from seqlab.model.network import InputStack, Network


class ScheduledSampling:
    """Mixes a model's own tokens into what it reads.

    Args:
        network: With one input, `main`, and a `NextTokenHead`.
        vocabulary: What it predicts.
    """

    def __init__(self, network: Network, vocabulary: Vocabulary) -> None:
        stack, head = network.inputs["main"], network.head
        assert isinstance(stack, InputStack)
        assert isinstance(head, NextTokenHead)
        self.network = network
        self.stack = stack
        self.head = head
        self.features = stack.features([*vocabulary.items, UNKNOWN])

    def mixed(self, batch: Batch, states: Mapping[str, State], rate: float) -> Batch:
        """The batch with some inputs replaced.

        Each input but the first of a row is, with probability `rate`, drawn from what the network predicts after all that
        it has read before, its own tokens among them.

        Args:
            batch: Of a stream or of lines, `(B, T)`.
            states: By input name, what the window before left.
            rate: Between 0 and 1.
        """
        main = batch.inputs["main"]
        table = tuple(torch.cat(pair) for pair in zip(main.features, self.features, strict=True))  # (U + V + 1, ...)
        own = torch.rand(main.index.shape) < rate  # (B, T)
        index, offset = main.index.clone(), len(main.features[0])
        was_training = self.network.training
        self.network.eval()
        with torch.no_grad():
            state = states.get("main")
            for step in range(1, index.shape[1]):
                if not bool(own[:, step:].any()):
                    break
                column = _input(table, index[:, step - 1 : step], torch.ones_like(main.lengths))
                encoding, _ = self.stack(column, state or None)
                state = encoding.state
                log_probs = self.head.output.log_probs(self.head.hidden(encoding.states)[:, 0])  # (B, V)
                drawn = offset + torch.multinomial(log_probs.exp(), 1).squeeze(1)
                index[:, step] = torch.where(own[:, step], drawn, index[:, step])
        self.network.train(was_training)
        return replace(batch, inputs={"main": _input(table, index, main.lengths)})


def _input(table: tuple[Tensor, ...], index: Tensor, lengths: Tensor) -> InputBatch:
    """Rows of a table, each distinct one once."""
    distinct, positions = torch.unique(index, return_inverse=True)
    return InputBatch(tuple(each.index_select(0, distinct) for each in table), positions, lengths)
