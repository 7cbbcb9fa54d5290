"""What the verbs `generate` and `score` ask of a saved model: a language model, or one that answers an input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from seqlab.interfaces.records import Example
from seqlab.interfaces.vocabulary import END, Vocabulary
from seqlab.model.prefix import Prefix
from seqlab.runs.wording import Wording

ROWS = 32
"""Texts that grow, or are scored, side by side."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A text that a model is to go on with, or to score.

    Args:
        text: The text.
        tokens: Its tokens.
        example: Whose input it answers; None for a language model.
        input: That input, as it is shown.
    """

    text: str
    tokens: tuple[str, ...]
    example: Example | None = None
    input: str | None = None

    @property
    def prompt(self) -> str:
        """What was given: the input, or the text."""
        return self.text if self.input is None else self.input


class SavedGenerator(ABC):
    """A model of a run that says which token comes next.

    Args:
        name: `model`, the key of a baseline, or `variant: KEY`.
        folder: Of the run's model.
        vocabulary: What it can generate.
        wording: How text becomes tokens, and tokens text.

    Attributes:
        takes_input: Whether its texts answer an input, which then must be given.
    """

    takes_input: ClassVar[bool] = False

    def __init__(self, name: str, folder: Path, vocabulary: Vocabulary, wording: Wording) -> None:
        self.name = name
        self.folder = folder
        self.vocabulary = vocabulary
        self.wording = wording

    @property
    def end(self) -> int | None:
        """Id of `</s>`, at which a text ends; None where it has no end."""
        return self.vocabulary.id(END) if END in self.vocabulary else None

    @property
    def rows(self) -> int:
        """How many texts may grow side by side."""
        return ROWS

    def banned(self, allow_unknown: bool) -> tuple[int, ...]:
        """Ids that are never written."""
        return () if allow_unknown else (self.vocabulary.unknown,)

    def outside(self, text: str) -> tuple[str, ...]:
        """The distinct tokens of a text to go on with that are not in the vocabulary."""
        return ()

    @abstractmethod
    def asked(self, lines: Iterable[str], name: str) -> Iterator[Asked]:
        """What is to be gone on with.

        Args:
            lines: One text, or one input, each.
            name: What stands for their file in places.

        Raises:
            DataError: If an input is not what it should be.
        """

    def pairs(self, file: Path) -> Iterator[Asked]:
        """The targets of a file with their inputs, of a model that takes some: what it scores.

        Raises:
            DataError: If the file is not what it should be.
        """
        raise NotImplementedError(f"{type(self).__name__} takes no input")

    @abstractmethod
    def begun(self, asked: Sequence[Asked]) -> AbstractContextManager[Prefix]:
        """The texts as far as they are read, a row for each; for as long as the context is entered."""

    @abstractmethod
    def log_probs(self, asked: Sequence[Asked]) -> Iterator[tuple[float, ...]]:
        """Of each text, how likely its tokens are, each given all before it, and then `</s>` where it is predicted.

        Returns:
            In nats; NaN for a token that cannot be predicted.
        """
