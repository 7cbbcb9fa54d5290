"""Decoder `rnn_decoder`: recurrent layers over the tokens so far, with or without attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqlab import Decoder, Dropout, Encoding, OutputLayer, State, Step, Vocabulary
from seqlab_generate.attention import Attention
from seqlab_generate.settings import RNNDecoderSettings

CELLS: dict[str, Callable[..., nn.RNNBase]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
CARRIED = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}
"""Names of the states that go from step to step, as encoders of the same cell have them."""

FED = "fed"
"""Name in the state of what was told to the output layer, where it is read at the next step."""


class RNNDecoder(Decoder):
    """Reads one token after the other and says which comes next.

    The state of the last layer looks at the memory; what it finds and the state itself are told to the output layer as
    `tanh(W [context; state])` (Luong et al. 2015, equation 5). Without attention the state is told as it is, or by a
    linear map where the output layer is of another width.

    All steps run in one call of the recurrent layers, and look at the memory in one product, unless `input_feeding` makes
    each step wait for the one before. The state holds `hidden` (and the LSTM's `cell`), each `(B, num_layers, H)`.

    Args:
        config: The decoder's settings.
        memory_size: M, width of the encoder's states.
        vocabulary: What can be generated, with `<s>` among it.
        output: Its output layer.

    Raises:
        ValueError: If there is no `<s>`, or the output layer has no weights `(V, H)` to share.
    """

    config: RNNDecoderSettings

    def __init__(
        self, config: RNNDecoderSettings, memory_size: int, vocabulary: Vocabulary, output: OutputLayer
    ) -> None:
        super().__init__(config, memory_size, vocabulary, output)
        if "<s>" not in vocabulary:
            raise ValueError("decoder 'rnn_decoder' begins with <s>, which the output vocabulary does not have")
        self.begin = vocabulary.id("<s>")
        size, width = config.hidden_size, config.output_size
        self.vectors = self._shared() if config.tied else self._own()
        self.names = CARRIED[config.cell]
        self.layers = CELLS[config.cell](
            config.embedding_size + memory_size * config.context + width * config.input_feeding,
            size,
            config.num_layers,
            batch_first=True,
            dropout=config.dropout if config.num_layers > 1 else 0.0,
        )
        self.bridges = nn.ModuleDict({name: nn.Linear(memory_size, config.num_layers * size) for name in self.names})
        self.attention = None if config.attention == "none" else Attention(config.attention, size, memory_size)
        self.combination: nn.Module | None = None
        if self.attention is not None:
            self.combination = nn.Sequential(nn.Linear(memory_size + size, width, bias=False), nn.Tanh())
        elif width != size:
            self.combination = nn.Linear(size, width, bias=False)
        self.dropout = Dropout(config.dropout)
        self._begin_well()

    def start(self, memory: Encoding) -> State:
        """The encoder's last state, or what the bridge makes of its final vector; see `Decoder.start`."""
        rows, size, layers = len(memory.lengths), self.config.hidden_size, self.config.num_layers
        given = [memory.state.get(name) for name in self.names]
        is_same = self.memory_size == size and all(
            each is not None and each.shape[1:] == (layers, size) for each in given
        )
        state: dict[str, Tensor] = {}
        for name, tensor in zip(self.names, given, strict=True):
            if is_same and tensor is not None:
                state[name] = tensor
            else:
                state[name] = self.bridges[name](memory.final).tanh().view(rows, layers, size)
        if self.config.input_feeding:
            state[FED] = memory.final.new_zeros(rows, self.config.output_size)
        return state

    def step(self, previous: Tensor, state: State, memory: Encoding) -> Step:
        """One token further; see `Decoder.step`."""
        ran = self._run(self._read(previous.unsqueeze(1), memory), state, memory, self._keys(memory))
        hidden = ran.hidden[:, 0]
        attention = None if ran.attention is None else ran.attention[:, 0]
        return Step(self.output.log_probs(hidden), ran.state, hidden, attention)

    def teacher_force(
        self, targets: Tensor, memory: Encoding, sampling_rate: float = 0.0
    ) -> tuple[Tensor, Tensor | None]:
        """All steps at once with the right tokens before them; see `Decoder.teacher_force`."""
        begin = torch.full_like(targets[:, :1], self.begin)
        previous = torch.cat([begin, targets[:, :-1]], dim=1).clamp(min=0)  # (B, T)
        if sampling_rate:
            previous = self._mixed(previous, memory, sampling_rate)
        inputs, state, keys = self._read(previous, memory), self.start(memory), self._keys(memory)
        if not self.config.input_feeding:
            ran = self._run(inputs, state, memory, keys)
            return ran.hidden, ran.attention
        steps: list[_Ran] = []
        for column in inputs.unbind(dim=1):
            steps.append(self._run(column.unsqueeze(1), state, memory, keys))
            state = steps[-1].state
        hidden = torch.cat([step.hidden for step in steps], dim=1)  # (B, T, output_size)
        weights = [step.attention for step in steps if step.attention is not None]
        return hidden, torch.cat(weights, dim=1) if weights else None

    def _keys(self, memory: Encoding) -> Tensor | None:
        return None if self.attention is None else self.attention.keys(memory)

    def _read(self, previous: Tensor, memory: Encoding) -> Tensor:
        """What the layers read at each step, `(B, T, D)`, but for what is fed."""
        vectors: Tensor = self.dropout(functional.embedding(previous, self.vectors))  # (B, T, embedding_size)
        if not self.config.context:
            return vectors
        final = memory.final.unsqueeze(1).expand(-1, vectors.shape[1], -1)
        return torch.cat([vectors, final], dim=2)  # (B, T, embedding_size + M)

    def _run(self, inputs: Tensor, state: State, memory: Encoding, keys: Tensor | None) -> _Ran:
        """So many steps as the inputs have; only one where what is told is fed."""
        if self.config.input_feeding:
            inputs = torch.cat([inputs, state[FED].unsqueeze(1)], dim=2)
        carried = [state[name].transpose(0, 1).contiguous() for name in self.names]  # (num_layers, B, H)
        states, last = self.layers(inputs, tuple(carried) if len(carried) > 1 else carried[0])  # (B, T, H)
        parts = last if len(carried) > 1 else (last,)
        after = {name: part.transpose(0, 1) for name, part in zip(self.names, parts, strict=True)}
        attention = None
        told = states
        if self.attention is not None:
            assert keys is not None
            contexts, attention = self.attention(states, keys, memory)
            told = torch.cat([contexts, states], dim=2)  # (B, T, M + H)
        if self.combination is not None:
            told = self.combination(told)  # (B, T, output_size)
        told = self.dropout(told)
        if self.config.input_feeding:
            after[FED] = told[:, -1]
        return _Ran(told, after, attention)

    @torch.no_grad()
    def _mixed(self, previous: Tensor, memory: Encoding, rate: float) -> Tensor:
        """The tokens before each step, each but the first drawn from the decoder itself with the probability `rate`.

        They are drawn one after the other without a gradient and without dropout; the update reads them in one pass.
        """
        own = torch.rand(previous.shape) < rate  # (B, T)
        mixed = previous.clone()
        was_training = self.training
        self.eval()
        state = self.start(memory)
        for place in range(1, previous.shape[1]):
            if not bool(own[:, place:].any()):
                break
            step = self.step(mixed[:, place - 1], state, memory)
            drawn = torch.multinomial(step.log_probs.exp(), 1).squeeze(1)
            mixed[:, place] = torch.where(own[:, place], drawn, previous[:, place])
            state = step.state
        self.train(was_training)
        return mixed

    def _own(self) -> nn.Parameter:
        return nn.Parameter(torch.randn(len(self.vocabulary), self.config.embedding_size) * 0.1)

    def _shared(self) -> nn.Parameter:
        wanted = (len(self.vocabulary), self.config.output_size)
        weight = next((each for each in self.output.parameters() if each.shape == wanted), None)
        if weight is None:
            raise ValueError("the output layer has no weights that a decoder could read tokens by: write tied: false")
        return weight

    def _begin_well(self) -> None:
        """Orthogonal recurrent weights for each gate, and forget gates that begin by remembering, as in encoders."""
        size = self.config.hidden_size
        for name, parameter in self.layers.named_parameters():
            if name.startswith("weight"):
                for gate in parameter.data.chunk(len(parameter) // size):
                    (nn.init.orthogonal_ if "_hh_" in name else nn.init.xavier_uniform_)(gate)
            else:
                nn.init.zeros_(parameter)
                if self.config.cell == "lstm" and name.startswith("bias_ih"):
                    nn.init.ones_(parameter.data[size : 2 * size])


class _Ran(NamedTuple):
    """What some steps gave.

    Args:
        hidden: What the output layer sees, `(B, T, output_size)`.
        state: After the last of them.
        attention: `(B, T, S)`, or None.
    """

    hidden: Tensor
    state: State
    attention: Tensor | None
