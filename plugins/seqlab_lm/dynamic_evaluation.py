"""Variant `dynamic_evaluation`: a model that goes on learning from what it has just read."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from seqlab import Corpus, LanguageModel, NetworkLanguageModel, PipelineError, Problem, State, Step, Variant
from seqlab_lm.variant_settings import DynamicEvaluationSettings

LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""From which the learning rate is chosen."""


class DynamicEvaluation(Variant):
    """Gradient descent on the text that is scored, after it is scored (Mikolov et al. 2010; Krause et al. 2018).

    See `DynamicModel`. The learning rate is chosen on the beginning of dev, read as one text. The weights of the run are
    left as they are.
    """

    config: DynamicEvaluationSettings

    def __init__(self, config: DynamicEvaluationSettings) -> None:
        super().__init__(config)
        self.learning_rate = config.learning_rate or math.nan

    def fit(
        self,
        model: LanguageModel,
        baselines: Mapping[str, LanguageModel],
        dev: Corpus,
        score: Callable[[LanguageModel], object],
    ) -> None:
        """Choose the learning rate, if it is not given; see `Variant.fit`.

        Raises:
            PipelineError: SL324 if the model is no network.
        """
        network = _network(model)
        if self.config.learning_rate is not None:
            return
        targets = np.asarray(dev.targets(0, self.config.dev_tokens))
        ids = torch.from_numpy(dev.lookup(network.vocabulary)[targets]).unsqueeze(0)  # (1, N)
        previous, lengths = torch.tensor([network.begin]), torch.tensor([ids.shape[1]])
        sums = {}
        for rate in LEARNING_RATES:
            trial = DynamicModel(network, self.config.window, rate, self.config.decay)
            log_probs, _ = trial.score(previous, ids, lengths, trial.start(1))
            sums[rate] = float(log_probs.double().sum().nan_to_num(-math.inf))  # one that is far too large diverges
        self.learning_rate = max(sums, key=sums.__getitem__)

    def language_model(self, model: LanguageModel, baselines: Mapping[str, LanguageModel]) -> DynamicModel:
        """The model with a copy of its weights.

        Raises:
            PipelineError: SL324 if it is no network.
        """
        return DynamicModel(_network(model), self.config.window, self.learning_rate, self.config.decay)

    def chosen(self) -> Mapping[str, float]:
        """The learning rate."""
        return {"learning_rate": self.learning_rate}

    def restore(self, chosen: Mapping[str, float]) -> None:
        """Take the learning rate."""
        self.learning_rate = float(chosen["learning_rate"])


@dataclass
class _Row:
    """One text while it is read; its weights are those of the network.

    Args:
        network: State of the encoder before the window that is not full yet, tensors of `(1, ...)`.
        unlearnt: `(n,)`, what was read of that window.
    """

    network: State
    unlearnt: Tensor


class DynamicModel:
    """A network that learns from each window of a text once it is scored, as a `LanguageModel`.

    With theta_0 the trained weights, and L_s the mean of -ln p over the tokens of window s under theta_(s-1), whose state is
    carried over from the window before without a gradient:

        theta_s  =  theta_(s-1) - learning_rate * gradient of L_s + decay * (theta_0 - theta_(s-1))

    This is the form with plain stochastic gradient descent (Krause et al. 2018, equation 4). Dropout is off. The network that
    is given is never changed; a copy of it works.

    Weights are part of the state, each row's own: as `change`, `(B, P)`, their distance from the trained ones, so that a
    state of zeros is the trained network. A window that is not full is `unlearnt`, `(B, window)`, its length is `count`. So a
    state is as large as the network, and rows are read one after the other.

    Args:
        model: The trained network.
        window: Tokens of a window.
        learning_rate: Of each step.
        decay: How much of the way back to the trained weights is gone at each step.

    Attributes:
        memory: Infinite; see `score_text`.
    """

    memory = math.inf

    def __init__(self, model: NetworkLanguageModel, window: int, learning_rate: float, decay: float) -> None:
        self.window = window
        self.learning_rate = learning_rate
        self.decay = decay
        self.vocabulary = model.vocabulary
        self.begin = model.begin
        with _gradients():
            self.model = NetworkLanguageModel(copy.deepcopy(model.network).eval(), model.vocabulary)
            self.weights: list[Tensor] = [each for each in self.model.network.parameters() if each.requires_grad]
            self.trained = [weight.detach().clone() for weight in self.weights]

    def start(self, rows: int) -> State:
        """The trained weights, and nothing read."""
        network = {f"network.{name}": tensor for name, tensor in self.model.start(rows).items()}
        total = sum(weight.numel() for weight in self.weights)
        return network | {
            "change": self.trained[0].new_zeros(1, total).expand(rows, -1),
            "unlearnt": torch.zeros(rows, self.window, dtype=torch.int64),
            "count": torch.zeros(rows, dtype=torch.int64),
        }

    def step(self, previous: Tensor, state: State) -> Step:
        """Read one token; see `LanguageModel.step`."""
        steps, states = [], []
        with _gradients():
            for number in range(len(previous)):
                token = previous[number : number + 1].clone()
                row = self._row(state, number)
                tokens = torch.cat([row.unlearnt, token])
                if len(tokens) > self.window:
                    self._learn(row, tokens)
                    tokens = token
                row.unlearnt = tokens
                with torch.no_grad():
                    hidden, _ = self.model.read(tokens.unsqueeze(0), _length(tokens), row.network)
                    steps.append((self.model.output.log_probs(hidden[:, -1]), hidden[:, -1]))
                states.append(self._state(row))
        log_probs, hidden = (torch.cat(each) for each in zip(*steps, strict=True))
        return Step(log_probs, _joined(states), hidden)

    def score(self, previous: Tensor, ids: Tensor, lengths: Tensor, state: State) -> tuple[Tensor, State]:
        """Log-probabilities of given tokens; see `LanguageModel.score`."""
        with _gradients():
            found, states = torch.zeros(ids.shape, dtype=self.trained[0].dtype), []
            for number, length in enumerate(lengths.tolist()):
                row = self._row(state, number)
                tokens = torch.cat([row.unlearnt, previous[number : number + 1].clone(), ids[number, :length].clone()])
                found[number, :length] = self._read(row, tokens)[-length:]
                states.append(self._state(row))
        return found, _joined(states)

    def _read(self, row: _Row, tokens: Tensor) -> Tensor:
        """Score all tokens but the first, window by window: `(N - 1,)`."""
        found = []
        while len(tokens) > self.window:
            found.append(self._learn(row, tokens[: self.window + 1]))
            tokens = tokens[self.window :]
        row.unlearnt = tokens[:-1]
        if len(tokens) > 1:
            with torch.no_grad():
                ids = tokens[1:].unsqueeze(0)
                found.append(self.model.score(tokens[:1], ids, _length(ids[0]), row.network)[0][0])
        return torch.cat(found)

    def _learn(self, row: _Row, tokens: Tensor) -> Tensor:
        """Score the last tokens of a full window `(window + 1,)`, then learn from them."""
        targets = tokens[1:]
        hidden, network = self.model.read(tokens[:-1].unsqueeze(0), _length(targets), row.network)
        row.network = {name: tensor.detach() for name, tensor in network.items()}
        loss = self.model.output.loss(hidden[0], targets)
        slopes = torch.autograd.grad(loss.sum / max(loss.count, 1), self.weights, allow_unused=True)
        with torch.no_grad():
            log_probs = self.model.output.target_log_probs(hidden[0], targets)
            if self.decay:
                torch._foreach_lerp_(self.weights, self.trained, self.decay)
            for weight, slope in zip(self.weights, slopes, strict=True):
                if slope is not None:
                    weight.add_(slope, alpha=-self.learning_rate)  # a sparse one, too
        return log_probs

    def _row(self, state: State, number: int) -> _Row:
        """A row of a state, its weights in the network."""
        each = {name: tensor[number : number + 1].clone() for name, tensor in state.items()}
        network = {name.removeprefix("network."): each[name] for name in each if name.startswith("network.")}
        with torch.no_grad():
            changes = torch.split(each["change"][0], [weight.numel() for weight in self.weights])
            for weight, trained, change in zip(self.weights, self.trained, changes, strict=True):
                torch.add(trained, change.view_as(weight), out=weight)
        return _Row(network, each["unlearnt"][0, : int(each["count"])])

    def _state(self, row: _Row) -> State:
        """The state of one row, whose weights are in the network."""
        with torch.no_grad():
            change = [(now - then).flatten() for now, then in zip(self.weights, self.trained, strict=True)]
        unlearnt = nn.functional.pad(row.unlearnt, (0, self.window - len(row.unlearnt)))
        return {f"network.{name}": tensor for name, tensor in row.network.items()} | {
            "change": torch.cat(change).unsqueeze(0),
            "unlearnt": unlearnt.unsqueeze(0),
            "count": _length(row.unlearnt),
        }


@contextmanager
def _gradients() -> Iterator[None]:
    """Gradients are kept, also where the caller keeps none; what is made in inference mode must be cloned here."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


def _joined(states: Sequence[State]) -> State:
    """The rows of all."""
    return {name: torch.cat([state[name] for state in states]) for name in states[0]}


def _length(row: Tensor) -> Tensor:
    return torch.tensor([len(row)])


def _network(model: LanguageModel) -> NetworkLanguageModel:
    if not isinstance(model, NetworkLanguageModel):
        message = f"variant 'dynamic_evaluation' trains a network, which a {type(model).__name__} is not"
        raise PipelineError(Problem("SL324", message, notes=("remove it under evaluation.variants",)))
    return model
