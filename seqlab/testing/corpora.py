"""Tiny corpora, generated: the same examples every time, for each kind of target. Nothing here imports torch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from seqlab.interfaces.records import Example, Labels, Number, Tags, Target, Tokens
from seqlab.interfaces.settings import HeadSettings, TargetKind

SEED = 13
LONGEST = 11

WORDS: dict[str, tuple[str, ...]] = {
    "DET": ("the", "a", "every"),
    "ADJ": ("good", "bad", "small", "Old"),
    "NOUN": ("cat", "dog", "play", "plan", "house"),
    "VERB": ("sees", "play", "plans", "likes"),
    "ADV": ("well", "badly"),
    "PUNCT": (".", "!"),
}
"""Words of each part of speech; some have two."""

UNSEEN: dict[str, tuple[str, ...]] = {"ADJ": ("gréat",), "NOUN": ("zebra", "Ünit"), "VERB": ("zaps",)}
"""Words that train does not have."""

_PATTERN = ("DET", "ADJ", "NOUN", "VERB", "DET", "NOUN", "ADV", "PUNCT")


@dataclass(frozen=True)
class TagsTask(HeadSettings):
    """A tag for each token."""

    target: ClassVar[TargetKind] = "tags"


@dataclass(frozen=True)
class LabelsTask(HeadSettings):
    """A label for each example."""

    target: ClassVar[TargetKind] = "labels"


@dataclass(frozen=True)
class NumberTask(HeadSettings):
    """A number for each example."""

    target: ClassVar[TargetKind] = "number"


@dataclass(frozen=True)
class TokensTask(HeadSettings):
    """A sequence of tokens."""

    target: ClassVar[TargetKind] = "tokens"

    @property
    def output_specials(self) -> tuple[str, ...]:
        """What every task of generation has."""
        return ("<unk>", "<s>", "</s>")


@dataclass(frozen=True)
class NextTokenTask(HeadSettings):
    """The next token of the input, and the end."""

    target: ClassVar[TargetKind] = "next_token"

    @property
    def output_specials(self) -> tuple[str, ...]:
        """Unknown words, and the end."""
        return ("<unk>", "</s>")


TASKS: dict[TargetKind, HeadSettings] = {
    "tags": TagsTask(), "labels": LabelsTask(), "number": NumberTask(), "tokens": TokensTask(), "next_token": NextTokenTask()
}  # fmt: skip
"""A head's settings for each kind of target."""


def examples(kind: TargetKind, count: int, split: str = "train", inputs: Sequence[str] = ("main",)) -> list[Example]:
    """Examples of 1 to 11 tokens; dev and test have words that train does not have.

    Args:
        kind: What they carry to be predicted.
        count: How many.
        split: Another one has other examples.
        inputs: Names of their inputs, each of tokens; the first is the one that tags belong to.
    """
    draws = random.Random(f"{SEED}/{split}")
    lengths = [1, LONGEST, *(draws.randint(1, LONGEST) for _ in range(count))][:count]
    return [example(kind, length, draws, number, split, inputs) for number, length in enumerate(lengths, 1)]


def example(
    kind: TargetKind,
    length: int,
    draws: random.Random,
    number: int = 1,
    split: str = "train",
    inputs: Sequence[str] = ("main",),
) -> Example:
    """One example of so many tokens.

    Tags are the parts of speech; the label says whether it has more good words than bad ones, the number how many
    more, less a tenth for each word; the tokens to generate
    are the source in capitals from its end to its beginning; for the next token there is no target beside the input.
    """
    start = draws.randrange(len(_PATTERN))
    tags = [_PATTERN[(start + place) % len(_PATTERN)] for place in range(length)]
    words = [_word(tag, draws, split) for tag in tags]
    others = {name: Tokens(tuple(_word("NOUN", draws, split) for _ in words)) for name in inputs[1:]}
    return Example(
        id=f"{split}-{number}",
        place=f"{split}.txt:{number}",
        inputs={inputs[0]: Tokens(tuple(words)), **others},
        target=_target(kind, words, tags),
    )


def _word(tag: str, draws: random.Random, split: str) -> str:
    known = WORDS[tag]
    return draws.choice(known if split == "train" else (*known, *UNSEEN.get(tag, ())))


def _target(kind: TargetKind, words: list[str], tags: list[str]) -> Target | None:
    if kind == "tags":
        return Tags(tuple(tags))
    good = sum((word in ("good", "well")) - (word in ("bad", "badly")) for word in words)
    if kind == "number":
        return Number(good - len(words) / 10)
    if kind == "labels":
        return Labels(("good" if good > 0 else "bad" if good < 0 else "neither",))
    if kind == "tokens":
        return Tokens(tuple(word.upper() for word in reversed(words)))
    return None
