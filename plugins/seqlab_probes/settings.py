"""Settings of the probes. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge
from typing_extensions import Doc

from seqlab import ReaderSettings


@dataclass(frozen=True)
class TicketsSettings(ReaderSettings):
    """What was the first thing on her list? Four things in random order, then other words, then the question.

    Single words and pairs of words tell nothing: whoever counts them alone is right in 1/4 of the sentences.
    """

    fillers: Annotated[int, Ge(0), Doc("words between the list and the end of the sentence")] = 30

    @property
    def target(self) -> Literal["labels"]:
        """The first thing."""
        return "labels"


@dataclass(frozen=True)
class CopyMemorySettings(ReaderSettings):
    """Letters to repeat after a delay (Hochreiter and Schmidhuber 1997, as in Arjovsky et al. 2016, section 5.1).

    Whoever forgets them is right about `_`, and in 1/8 of the letters.
    """

    symbols: Annotated[int, Ge(4), Doc("letters to repeat, each one of eight")] = 5
    delay: Annotated[int, Ge(0), Doc("steps between the letters and their repetition")] = 20

    @property
    def target(self) -> Literal["tags"]:
        """What is to be said at each step."""
        return "tags"


@dataclass(frozen=True)
class ParitySettings(ReaderSettings):
    """Bits, each tagged with the parity of all up to it; whoever has not read one of them is right in 1/2."""

    length: Annotated[int, Ge(12), Doc("most bits of a sequence; the shortest has half as many")] = 20

    @property
    def target(self) -> Literal["tags"]:
        """Odd or even, at each bit."""
        return "tags"


@dataclass(frozen=True)
class AddingSettings(ReaderSettings):
    """The sum of the two marked numbers (Hochreiter and Schmidhuber 1997, experiment 4, as in Le et al. 2015).

    Each step is a number, even between 0 and 1, and a mark: 1 at one step of each half, else 0. Whoever always says 1 has a
    mean squared error of 1/6, the variance of such a sum; whoever knows one of the two numbers has 1/12.
    """

    length: Annotated[int, Ge(2), Doc("steps of a sequence")] = 100

    @property
    def inputs(self) -> Mapping[str, Literal["features"]]:
        """Vectors: number and mark."""
        return {"main": "features"}

    @property
    def target(self) -> Literal["number"]:
        """The sum."""
        return "number"


@dataclass(frozen=True)
class CountingSettings(ReaderSettings):
    """Blocks a^n b^n one after the other, for language models; n is drawn anew for each block, evenly from 1 to `longest`.

    Only n is random, so no model can be better than log(longest) / (longest + 1) nats per letter, and only one that
    counts is as good.
    """

    longest: Annotated[int, Ge(3), Doc("largest n")] = 10
    blocks: Annotated[int, Ge(4), Doc("blocks of a sequence")] = 6
