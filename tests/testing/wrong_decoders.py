"""A right decoder, and decoders that each break a law."""

from dataclasses import dataclass

import torch
from torch import nn

from seqlab import Decoder, Step


@dataclass(frozen=True)
class Settings:
    """Width of the states."""

    output_size: int = 4


class Plain(Decoder):
    """Keeps all laws: one tanh layer, and the mean of the memory in every step."""

    def __init__(self, config, memory_size, vocabulary, output):
        super().__init__(config, memory_size, vocabulary, output)
        width = config.output_size
        self.embedding = nn.Embedding(len(vocabulary), width)
        self.bridge = nn.Linear(memory_size, width)
        self.context = nn.Linear(memory_size, width)
        self.onward = nn.Linear(width, width)

    def start(self, memory):
        return {"hidden": torch.tanh(self.bridge(memory.final))}

    def seen(self, memory):
        return memory.states.sum(dim=1) / memory.lengths.unsqueeze(1)

    def step(self, previous, state, memory):
        read = self.embedding(previous) + self.context(self.seen(memory)) + self.onward(state["hidden"])
        hidden = torch.tanh(read)
        return Step(self.output.log_probs(hidden), {"hidden": hidden}, hidden)

    def shifted(self, targets):
        start = torch.full_like(targets[:, :1], self.vocabulary.id("<s>"))
        return torch.cat([start, targets[:, :-1]], dim=1).clamp(min=0)

    def teacher_force(self, targets, memory, sampling_rate=0.0):
        state, found = self.start(memory), []
        for column in self.shifted(targets).unbind(dim=1):
            step = self.step(column, state, memory)
            state = step.state
            found.append(step.hidden)
        return torch.stack(found, dim=1), None


class Unshifted(Plain):
    """Reads the token that it has to predict."""

    def shifted(self, targets):
        return targets.clamp(min=0)


class WrongStart(Plain):
    """Shifts in the end instead of the beginning."""

    def shifted(self, targets):
        return super().shifted(targets).index_fill(1, torch.tensor([0]), self.vocabulary.id("</s>"))


class MemoryWithPadding(Plain):
    """Takes the mean over padding of the memory."""

    def seen(self, memory):
        return memory.states.mean(dim=1)


class LayersFirst(Plain):
    """Gives its state as torch's GRU does."""

    def start(self, memory):
        return {"hidden": super().start(memory)["hidden"].unsqueeze(0)}

    def step(self, previous, state, memory):
        step = super().step(previous, {"hidden": state["hidden"][0]}, memory)
        return step._replace(state={"hidden": step.state["hidden"].unsqueeze(0)})


class ReadsIgnored(Plain):
    """Looks up the id of a target that is none."""

    def shifted(self, targets):
        start = torch.full_like(targets[:, :1], self.vocabulary.id("<s>"))
        return torch.cat([start, targets[:, :-1]], dim=1)
