"""Texts that a saved model goes on with, or answers inputs with, as they grow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from seqlab.interfaces.decoding import Decoding
from seqlab.model.generation import generate, generate_steps
from seqlab.runs.generators import Asked, SavedGenerator
from seqlab.runs.wording import GrowingText


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Args:
        prompts: What the texts begin with, or the inputs that they answer.
        decoding: How they are made.
        count: Texts of each prompt; of a beam search there are `decoding.n_best` instead.
        seed: Of what is drawn; text k is a function of the seed, k, its prompt and the decoding.
        allow_unknown: Whether `<unk>` may be written.
        name: What stands for the prompts' file in messages.
    """

    prompts: tuple[str, ...]
    decoding: Decoding
    count: int = 1
    seed: int = 0
    allow_unknown: bool = False
    name: str = "prompt"


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is done.

    Args:
        prompt: What it begins with, as it was given; or the input that it answers.
        text: All of it, what it begins with as the model read it.
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
        text: Characters; for the first piece of a text what it begins with.
        written: The whole text, with its last piece; else None.
    """

    text: str
    written: Written | None = None


def write_texts(saved: SavedGenerator, request: Request) -> Iterator[Piece]:
    """Go on with the prompts, `request.count` times each, in their order.

    Texts grow side by side: the first that has not ended is given as it grows, those after it when it is their turn.

    Raises:
        DataError: If an input is not what it should be.
        RunError: SL617 if nothing can be chosen.
    """
    asked = list(saved.asked(request.prompts, request.name))
    if request.decoding.beam is not None:
        yield from _searched(saved, request, asked)
        return
    each_time = [each for each in asked for _ in range(request.count)]
    for first in range(0, len(each_time), saved.rows):
        yield from _grown(saved, request, each_time[first : first + saved.rows], first)


class _Text:
    """A text while it grows, and what of it was not given yet."""

    def __init__(self, saved: SavedGenerator, asked: Asked) -> None:
        self.wording = saved.wording
        self.prompt = asked.prompt
        self.read = asked.tokens
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


def _grown(saved: SavedGenerator, request: Request, asked: Sequence[Asked], first: int) -> Iterator[Piece]:
    """Texts that are drawn, or the likeliest token by token."""
    texts = [_Text(saved, each) for each in asked]
    yield from texts[0].pieces()
    shown = 0
    banned = saved.banned(request.allow_unknown)
    with saved.begun(asked) as prefix:
        steps = generate_steps(
            prefix, request.decoding, end=saved.end, banned=banned, seed=request.seed, first_row=first
        )
        for number, chosen in enumerate(steps, 1):
            for row, id_, log_prob in zip(chosen.rows, chosen.ids, chosen.log_probs, strict=True):
                texts[row].add(saved.vocabulary.item(id_), log_prob, id_ == saved.end)
                texts[row].done |= number == request.decoding.max_length
            while shown < len(texts):
                yield from texts[shown].pieces()
                if not texts[shown].done:
                    break
                shown += 1


def _searched(saved: SavedGenerator, request: Request, asked: Sequence[Asked]) -> Iterator[Piece]:
    """The best texts that a beam search finds, prompt by prompt."""
    rows = max(1, saved.rows // (request.decoding.beam or 1))
    banned = saved.banned(request.allow_unknown)
    for first in range(0, len(asked), rows):
        some = asked[first : first + rows]
        with saved.begun(some) as prefix:
            found = generate(prefix, request.decoding, end=saved.end, banned=banned, first_row=first)
        for each, texts in zip(some, found, strict=True):
            start = saved.wording.text(each.tokens)
            for made in texts:
                tokens = tuple(map(saved.vocabulary.item, made.ids))
                text = saved.wording.text([*each.tokens, *tokens])
                yield Piece(start)
                written = Written(each.prompt, text, tokens, made.log_probs, made.ended, made.score)
                yield Piece(text.removeprefix(start), written)
