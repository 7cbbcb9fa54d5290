"""Texts that a saved language model goes on with, as they grow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from seqlab.interfaces.decoding import Decoding
from seqlab.model.generation import generate, generate_steps
from seqlab.model.prefix import Prefix, read_prompts
from seqlab.runs.language_models import SavedLanguageModel
from seqlab.runs.wording import GrowingText

ROWS = 32
"""Texts that grow side by side."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Args:
        prompts: What the texts begin with.
        decoding: How they are made.
        count: Texts of each prompt; of a beam search there are `decoding.n_best` instead.
        seed: Of what is drawn; text k is a function of the seed, k, its prompt and the decoding.
        allow_unknown: Whether `<unk>` may be written.
    """

    prompts: tuple[str, ...]
    decoding: Decoding
    count: int = 1
    seed: int = 0
    allow_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is done.

    Args:
        prompt: What it begins with, as it was given.
        text: All of it, the prompt as the model read it.
        tokens: What was generated, without `</s>`.
        log_probs: Of each of these, and of `</s>` where the text has ended, in nats, under the model as it is.
        ended: Whether it ended by `</s>`; else it was cut at its longest length.
        score: What a beam search ranks by; without one the sum of the log-probabilities.
    """

    prompt: str
    text: str
    tokens: tuple[str, ...]
    log_probs: tuple[float, ...]
    ended: bool
    score: float

    def as_json(self) -> dict[str, Any]:
        """As `seqlab generate --json` prints it."""
        return {
            "prompt": self.prompt,
            "text": self.text,
            "tokens": list(self.tokens),
            "log_probs": list(self.log_probs),
            "log_prob": math.fsum(self.log_probs),
            "score": self.score,
            "ended": self.ended,
        }


class Piece(NamedTuple):
    """What a text has grown by. All pieces of a text come before those of the next one.

    Args:
        text: Characters; the prompt for the first piece of a text.
        written: The whole text, with its last piece; else None.
    """

    text: str
    written: Written | None = None


def write_texts(saved: SavedLanguageModel, request: Request) -> Iterator[Piece]:
    """Go on with the prompts, `request.count` times each, in their order.

    Texts grow side by side: the first that has not ended is given as it grows, those after it when it is their turn.

    Raises:
        RunError: SL617 if nothing can be chosen.
    """
    banned = () if request.allow_unknown else (saved.model.vocabulary.unknown,)
    if request.decoding.beam is not None:
        yield from _searched(saved, request, banned)
        return
    prompts = [prompt for prompt in request.prompts for _ in range(request.count)]
    rows = _rows(saved)
    for first in range(0, len(prompts), rows):
        yield from _grown(saved, request, prompts[first : first + rows], first, banned)


class _Text:
    """A text while it grows, and what of it was not given yet."""

    def __init__(self, saved: SavedLanguageModel, prompt: str) -> None:
        self.wording = saved.wording
        self.prompt = prompt
        self.read = saved.wording.tokens(prompt)
        self.growing = GrowingText(saved.wording, self.read)
        self.tokens: list[str] = []
        self.log_probs: list[float] = []
        self.ended = self.done = False
        self.waiting = [self.wording.text(self.read)]

    def add(self, token: str, log_prob: float, is_end: bool) -> None:
        self.log_probs.append(log_prob)
        if is_end:
            self.ended = self.done = True
        else:
            self.tokens.append(token)
            self.waiting.append(self.growing.add(token))

    def pieces(self) -> Iterator[Piece]:
        """What is new."""
        yield from map(Piece, self.waiting)
        self.waiting = []
        if self.done:
            text = self.wording.text([*self.read, *self.tokens])
            log_probs = tuple(self.log_probs)
            score = sum(log_probs)
            yield Piece("", Written(self.prompt, text, tuple(self.tokens), log_probs, self.ended, score))


def _grown(
    saved: SavedLanguageModel, request: Request, prompts: Sequence[str], first: int, banned: Sequence[int]
) -> Iterator[Piece]:
    """Texts that are drawn, or the likeliest token by token."""
    texts = [_Text(saved, prompt) for prompt in prompts]
    yield from texts[0].pieces()
    shown = 0
    item = saved.model.vocabulary.item
    steps = generate_steps(
        _read(saved, [text.read for text in texts]),
        request.decoding,
        end=saved.end,
        banned=banned,
        seed=request.seed,
        first_row=first,
    )
    for number, chosen in enumerate(steps, 1):
        for row, id_, log_prob in zip(chosen.rows, chosen.ids, chosen.log_probs, strict=True):
            texts[row].add(item(id_), log_prob, id_ == saved.end)
            texts[row].done |= number == request.decoding.max_length
        while shown < len(texts):
            yield from texts[shown].pieces()
            if not texts[shown].done:
                break
            shown += 1


def _searched(saved: SavedLanguageModel, request: Request, banned: Sequence[int]) -> Iterator[Piece]:
    """The best texts that a beam search finds, prompt by prompt."""
    rows = max(1, _rows(saved) // (request.decoding.beam or 1))
    for first in range(0, len(request.prompts), rows):
        some = request.prompts[first : first + rows]
        read = [saved.wording.tokens(prompt) for prompt in some]
        found = generate(_read(saved, read), request.decoding, end=saved.end, banned=banned, first_row=first)
        for prompt, before, texts in zip(some, read, found, strict=True):
            for each in texts:
                tokens = tuple(map(saved.model.vocabulary.item, each.ids))
                text = saved.wording.text([*before, *tokens])
                start = saved.wording.text(before)
                yield Piece(start)
                written = Written(prompt, text, tokens, each.log_probs, each.ended, each.score)
                yield Piece(text.removeprefix(start), written)


def _read(saved: SavedLanguageModel, prompts: Sequence[Sequence[str]]) -> Prefix:
    """Read each distinct prompt once."""
    distinct = list(dict.fromkeys(map(tuple, prompts)))
    prefix = read_prompts(saved.model, [saved.model.vocabulary.ids(prompt) for prompt in distinct])
    return prefix.select(torch.tensor([distinct.index(tuple(prompt)) for prompt in prompts]))


def _rows(saved: SavedLanguageModel) -> int:
    """A model that learns from all that it reads goes on with one text at a time."""
    return 1 if math.isinf(getattr(saved.model, "memory", 0)) else ROWS
