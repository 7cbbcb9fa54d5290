"""How likely a saved model finds texts, each by itself; or targets, each given its input."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from seqlab.evaluation.vocabulary import coverage
from seqlab.interfaces.evaluation import Coverage
from seqlab.interfaces.vocabulary import END
from seqlab.runs.generators import Asked, SavedGenerator

CHUNK_LINES = 1_000
"""Lines that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """A line, or the target of a pair, and how likely it is.

    Args:
        line: The number of the line or the pair, counted from 1.
        text: The line, or the target.
        tokens: Its tokens, with the `</s>` that is predicted after them.
        log_probs: Of each token given those before it, in nats; NaN where it cannot be predicted.
        known: For each token whether it is in the vocabulary.
        input: That of a pair, as it is shown.
    """

    line: int
    text: str
    tokens: tuple[str, ...]
    log_probs: tuple[float, ...]
    known: tuple[bool, ...]
    input: str | None = None

    @property
    def outside(self) -> int:
        """Tokens that are not in the vocabulary."""
        return self.known.count(False)

    @property
    def scored(self) -> int:
        """Tokens that have a probability."""
        return sum(not math.isnan(value) for value in self.log_probs)

    @property
    def log_prob(self) -> float:
        """The sum of the log-probabilities of all tokens that have one."""
        return math.fsum(value for value in self.log_probs if not math.isnan(value))

    @property
    def per_token(self) -> float:
        """The mean log-probability of a token; NaN without one."""
        return self.log_prob / self.scored if self.scored else math.nan

    def as_json(self) -> dict[str, Any]:
        """As `seqlab score --json` prints it."""
        return {
            "line": self.line,
            **({} if self.input is None else {"input": self.input}),
            "text": self.text,
            "tokens": list(self.tokens),
            "log_probs": [_number(value) for value in self.log_probs],
            "log_prob": self.log_prob,
            "per_token": _number(self.per_token),
            "perplexity": _number(perplexity(self.per_token)),
            "outside": self.outside,
        }


class Total:
    """All lines together.

    Args:
        saved: What they are scored by.
    """

    def __init__(self, saved: SavedGenerator) -> None:
        self._vocabulary = saved.vocabulary
        self.lines = self.tokens = self.scored = self.outside = 0
        self.log_prob = 0.0

    def add(self, line: ScoredLine) -> None:
        """Count a line."""
        self.lines += 1
        self.tokens += len(line.tokens)
        self.scored += line.scored
        self.outside += line.outside
        self.log_prob += line.log_prob

    @property
    def per_token(self) -> float:
        """The mean log-probability of a token; NaN without one."""
        return self.log_prob / self.scored if self.scored else math.nan

    @property
    def coverage(self) -> Coverage:
        """Unit and size of the vocabulary, and what is outside it."""
        return coverage(self._vocabulary, self.tokens, self.outside)

    def as_json(self) -> dict[str, Any]:
        """As `seqlab score --json` prints it."""
        return {
            "lines": self.lines,
            "log_prob": self.log_prob,
            "per_token": _number(self.per_token),
            "perplexity": _number(perplexity(self.per_token)),
            "vocabulary": asdict(self.coverage),
        }


def score_lines(saved: SavedGenerator, lines: Iterable[str], at_once: bool = False) -> Iterator[ScoredLine]:
    """Score each line as if nothing stood before it.

    A line is scored as it stands: its end counts where the model predicts `</s>`, and not otherwise. One without a token
    is passed over.

    Args:
        saved: What scores them.
        lines: Without line ends.
        at_once: Answer after every line; else after so many that they fill batches.
    """
    numbered = enumerate(saved.asked(lines, "lines"), 1)
    filled = ((number, each) for number, each in numbered if each.tokens and not each.text.isspace())
    while chunk := list(islice(filled, 1 if at_once else CHUNK_LINES)):
        yield from _scored(saved, chunk)


def score_pairs(saved: SavedGenerator, file: Path) -> Iterator[ScoredLine]:
    """Score each target of a file given its input, and the `</s>` after it; of several targets of an input each.

    Args:
        saved: What scores them; it takes an input.
        file: In the form of the run's reader.

    Raises:
        DataError: If the file is not what it should be.
    """
    numbered = enumerate(saved.pairs(file), 1)
    while chunk := list(islice(numbered, CHUNK_LINES)):
        yield from _scored(saved, chunk)


def ranked(lines: Sequence[ScoredLine]) -> list[ScoredLine]:
    """The likeliest first; of equal ones the first."""
    return sorted(lines, key=lambda line: -line.log_prob)


def perplexity(per_token: float) -> float:
    """E to minus the mean log-probability; infinite where that is too large for a float."""
    try:
        return math.exp(-per_token)
    except OverflowError:
        return math.inf


def _scored(saved: SavedGenerator, chunk: Sequence[tuple[int, Asked]]) -> Iterator[ScoredLine]:
    end = () if saved.end is None else (END,)
    log_probs = saved.log_probs([each for _, each in chunk])
    for (number, each), found in zip(chunk, log_probs, strict=True):
        every = (*each.tokens, *end)
        known = tuple(token in saved.vocabulary for token in every)
        yield ScoredLine(number, each.text, every, found, known, each.input)


def _number(value: float) -> float | None:
    """JSON has neither NaN nor infinity."""
    return value if math.isfinite(value) else None
