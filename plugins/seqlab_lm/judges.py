"""Judges of generated texts: does Python read it, does all close that was opened, was it copied?"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab import Corpus, Judge
from seqlab_lm.balance import unclosed
from seqlab_lm.judge_settings import CopiedSettings

_STATEMENT = re.compile(r"\n(?=[^\s#)\]}])")


class PythonParses(Judge):
    """Whether the first statement of the text is Python, a function or a class with all its lines.

    It reaches to the next line that begins at the margin. One that the text does not end counts up to its last whole line.
    """

    def share(self, text: str, tokens: Sequence[str]) -> float:
        """1 if `ast.parse` takes it, else 0."""
        pieces = _STATEMENT.split(text.lstrip("\n"), maxsplit=1)
        first = pieces[0] if len(pieces) > 1 else text.rpartition("\n")[0]
        if not first.strip():
            return 0.0
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an odd escape is no mistake
                ast.parse(first + "\n")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return 0.0
        return 1.0


class BalancedLatex(Judge):
    r"""Whether every brace and every environment is closed by its own end, up to the end of the first document.

    A text in which the document does not end is judged as far as it goes: what is still open may be closed yet.
    """

    def share(self, text: str, tokens: Sequence[str]) -> float:
        """1 if nothing is closed that was not the last to be opened, else 0."""
        return float(unclosed(text, first=True) is not None)


class Copied(Judge):
    """Share of the n-grams of a text that stand in train, as tokens of the model: what it has by heart, and what is common.

    The n-grams of a text that was never seen tell what is common; compare with `kneser_ney`, which can only combine.
    """

    higher_is_better = False
    config: CopiedSettings

    def __init__(self, config: CopiedSettings) -> None:
        super().__init__(config)
        self._numbers: dict[str, int] = {}
        self._hashes: NDArray[np.uint64] = np.zeros(0, np.uint64)

    def prepare(self, train: Corpus) -> None:
        """Hash all n-grams of train."""
        self._numbers = {token: number for number, token in enumerate(train.types)}
        self._hashes = np.unique(_rolled(np.asarray(train.targets(0, train.size)), self.config.length))

    def share(self, text: str, tokens: Sequence[str]) -> float:
        """n-grams of the text that are among those of train, by all of its n-grams; 0 for a text shorter than one."""
        unseen = len(self._numbers)
        own = _rolled(np.array([self._numbers.get(token, unseen) for token in tokens], np.int64), self.config.length)
        return float(np.isin(own, self._hashes).mean()) if len(own) else 0.0


def _rolled(numbers: NDArray[Any], length: int) -> NDArray[np.uint64]:
    """64 bits for each run of `length` numbers: a polynomial modulo 2^64, whose collisions are too rare to matter."""
    count = len(numbers) - length + 1
    hashes = np.zeros(max(count, 0), np.uint64)
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    for place in range(length if count > 0 else 0):
        hashes = hashes * np.uint64(0xBF58476D1CE4E5B9) + mixed[place : place + count]
    return hashes
