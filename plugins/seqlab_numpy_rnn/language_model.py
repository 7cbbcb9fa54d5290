"""Part 6, what comes next: the network as a `LanguageModel`, which is scored and drawn from as any other."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from seqlab import IGNORED, State, Step, Vocabulary
from seqlab_numpy_rnn.hoisted import read
from seqlab_numpy_rnn.parameters import Parameters
from seqlab_numpy_rnn.plain import log_softmax


class NumpyLanguageModel:
    """See `LanguageModel`. Its state is that of the network, `hidden`, `(B, H)`.

    Args:
        parameters: Of the network.
        vocabulary: V characters.
    """

    def __init__(self, parameters: Parameters, vocabulary: Vocabulary) -> None:
        self.parameters = parameters
        self.vocabulary = vocabulary
        self.begin = IGNORED

    def start(self, rows: int) -> State:
        """Zeros, as training starts with."""
        bias = self.parameters.hidden_bias
        return {"hidden": torch.from_numpy(np.zeros((rows, len(bias)), bias.dtype))}

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one character; see `LanguageModel.step`."""
        hidden = read(self.parameters, previous.numpy()[None], state["hidden"].numpy())[0]  # (B, H)
        log_probs = log_softmax(hidden @ self.parameters.hidden_to_output + self.parameters.output_bias)
        after = torch.from_numpy(hidden)
        return Step(torch.from_numpy(log_probs), {"hidden": after}, after)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given characters; see `LanguageModel.score`."""
        said = torch.cat([previous.unsqueeze(1), ids[:, :-1]], dim=1).T.numpy()  # (T, B)
        hidden = read(self.parameters, said, state["hidden"].numpy())  # (T, B, H)
        log_probs = log_softmax(hidden @ self.parameters.hidden_to_output + self.parameters.output_bias)
        every = torch.from_numpy(log_probs).transpose(0, 1)  # (B, T, V)
        found = every.gather(2, ids.clamp(min=0).unsqueeze(2)).squeeze(2)
        real = (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)) & (ids != IGNORED)
        last = hidden[lengths.numpy() - 1, np.arange(len(ids))]  # a state knows nothing of the padding after it
        return found.masked_fill(~real, 0.0), {"hidden": torch.from_numpy(last)}
