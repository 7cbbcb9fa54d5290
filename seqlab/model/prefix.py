"""Prefix: where generation goes on from, with a language model or a decoder; reading prompts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from seqlab.interfaces.decoder import Decoder, Step
from seqlab.interfaces.encoder import Encoding
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.state import State, select
from seqlab.interfaces.vocabulary import IGNORED

Stepper: TypeAlias = Callable[[Tensor, State], Step]
"""`(B,)` last tokens and the state before them -> the next step. Each row of what it gives hangs on its row only."""

_MEMORY_ROW = "<row of the memory>"
"""Name in the state of what tells a decoder's rows which row of the memory is theirs; no name that a decoder gives."""


class Prefix(NamedTuple):
    """Rows of tokens that were read, as far as a model remembers them. Generation goes on from here.

    Args:
        step: Reads one token further: `step` of a language model.
        state: What was read before `previous`.
        previous: `(B,)`, the last tokens, which are not read yet.
    """

    step: Stepper
    state: State
    previous: Tensor

    def select(self, rows: Tensor) -> Prefix:
        """Some rows, in their order. Many samples of one prompt need not read it many times: a row may be repeated.

        Args:
            rows: `(N,)` row numbers.
        """
        return Prefix(self.step, select(self.state, rows), self.previous.index_select(0, rows))


def begin_decoding(decoder: Decoder, memory: Encoding, begin: int) -> Prefix:
    """A decoder before its first token.

    Rows leave the batch when they have ended, and beams repeat them. Which row of the memory belongs to each stands in
    the state, where it is selected with everything else; the memory is copied only when the rows change.

    Args:
        decoder: What generates.
        memory: What is decoded, B rows.
        begin: Id of `<s>`.
    """
    every = torch.arange(len(memory.lengths))
    held, held_rows = memory, every

    def step(previous: Tensor, state: State) -> Step:
        nonlocal held, held_rows
        rows = state[_MEMORY_ROW]
        if not torch.equal(rows, held_rows):
            held, held_rows = _select_memory(memory, rows), rows
        own = {name: tensor for name, tensor in state.items() if name != _MEMORY_ROW}
        taken = decoder.step(previous, own, held)
        return taken._replace(state={**taken.state, _MEMORY_ROW: rows})

    state = {**decoder.start(memory), _MEMORY_ROW: every}
    return Prefix(step, state, torch.full_like(every, begin))


@torch.no_grad()
def read_prompts(source: LanguageModel | Prefix, prompts: Sequence[Sequence[int]]) -> Prefix:
    """Read what stands before that which is generated.

    Args:
        source: A language model, which reads a whole prompt in one call of `score`; or a prefix, which is stepped on.
        prompts: Ids for each row, as many as the prefix has rows. They may be of different lengths, and empty.
    """
    return _stepped(source, prompts) if isinstance(source, Prefix) else _at_once(source, prompts)


def _at_once(model: LanguageModel, prompts: Sequence[Sequence[int]]) -> Prefix:
    empty = [row for row, prompt in enumerate(prompts) if not len(prompt)]
    filled = [row for row, prompt in enumerate(prompts) if len(prompt)]
    if not filled:
        return _unread(model, len(empty))
    lengths = torch.tensor([len(prompts[row]) for row in filled])
    ids = torch.full((len(filled), int(lengths.max())), IGNORED)
    for place, row in enumerate(filled):
        ids[place, : len(prompts[row])] = torch.tensor(prompts[row])
    unread = _unread(model, len(filled))
    _, state = model.score(unread.previous, ids, lengths, unread.state)
    read = Prefix(model.step, state, ids.gather(1, lengths.unsqueeze(1) - 1).squeeze(1))
    return _joined([read, _unread(model, len(empty))], [*filled, *empty]) if empty else read


def _unread(model: LanguageModel, rows: int) -> Prefix:
    return Prefix(model.step, model.start(rows), torch.full((rows,), model.begin))


def _stepped(prefix: Prefix, prompts: Sequence[Sequence[int]]) -> Prefix:
    if len(prompts) != len(prefix.previous):
        raise ValueError(f"{len(prompts)} prompts for {len(prefix.previous)} rows")
    order = sorted(range(len(prompts)), key=lambda row: -len(prompts[row]))  # those that read on are the first rows
    reading = prefix.select(torch.tensor(order, dtype=torch.long))
    parts: list[Prefix] = []
    for place in range(len(prompts[order[0]]) if order else 0):
        before, rest = len(reading.previous), sum(len(prompt) > place for prompt in prompts)
        if rest < before:
            parts.insert(0, reading.select(torch.arange(rest, before)))
            reading = reading.select(torch.arange(rest))
        state = reading.step(reading.previous, reading.state).state
        reading = Prefix(prefix.step, state, torch.tensor([prompts[row][place] for row in order[:rest]]))
    return _joined([reading, *parts], order)


def _joined(parts: Sequence[Prefix], order: Sequence[int]) -> Prefix:
    """One prefix of several, whose rows, one after the other, shall get the numbers of `order`."""
    state = {name: torch.cat([part.state[name] for part in parts]) for name in parts[0].state}
    whole = Prefix(parts[0].step, state, torch.cat([part.previous for part in parts]))
    return whole.select(torch.tensor(order, dtype=torch.long).argsort())


def _select_memory(memory: Encoding, rows: Tensor) -> Encoding:
    states, final, lengths = (tensor.index_select(0, rows) for tensor in memory[:3])
    return Encoding(states, final, lengths, select(memory.state, rows))
