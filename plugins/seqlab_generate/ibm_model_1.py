"""Baseline `ibm_model_1`: word by word, by a table that was learnt from whole sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqlab import Baseline, Context, Example, Prediction, TokensPrediction
from seqlab_generate.pairs import Items, pairs_of, source_of
from seqlab_generate.settings import IBMModel1Settings

_FILE = "ibm_model_1.json"
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class TranslationTable:
    """`t(e | f)`, the probability of a target word given a source word, for all pairs that stand in one sentence pair.

    Every target word comes from one of the source words of its sentence, or from none (the empty word, number 0). The
    expectation is how often each does so, the maximisation the share of it (Brown et al. 1993, section 4.1).

    Args:
        pairs: Source and target of each sentence.

    Attributes:
        sources: Source words; the first is the empty word.
        targets: Target words.
        source: `(P,)`, the source word of each pair of words, rising.
        target: `(P,)`, its target word.
        table: `(P,)`, t of each pair; the same for all before the first round.
    """

    def __init__(self, pairs: Sequence[tuple[Items, Items]]) -> None:
        numbers: dict[str | None, int] = {None: 0}
        others: dict[str, int] = {}
        sources: list[Integers] = []
        targets: list[Integers] = []
        owners: list[Integers] = []  # which occurrence of a target word each link belongs to
        occurrences = 0
        for source, target in pairs:
            read = np.array([0, *(numbers.setdefault(word, len(numbers)) for word in source)])
            written = np.array([others.setdefault(word, len(others)) for word in target], dtype=np.int64)
            sources.append(np.tile(read, len(written)))
            targets.append(np.repeat(written, len(read)))
            owners.append(np.repeat(np.arange(occurrences, occurrences + len(written)), len(read)))
            occurrences += len(written)
        self.sources, self.targets = list(numbers), list(others)
        keys = np.concatenate(sources) * len(others) + np.concatenate(targets)  # (links,)
        distinct, self._links = np.unique(keys, return_inverse=True)
        self._owners = np.concatenate(owners)
        self.source, self.target = np.divmod(distinct, max(1, len(others)))
        self.table: Floats = np.full(len(distinct), 1 / max(1, len(others)))

    def improve(self) -> None:
        """One round of expectation and maximisation."""
        weights = self.table[self._links]
        shares = weights / np.bincount(self._owners, weights)[self._owners]
        counts = np.bincount(self._links, shares, minlength=len(self.table))
        self.table = counts / np.bincount(self.source, counts)[self.source]

    def best(self) -> dict[str, str]:
        """For each source word its likeliest target word; of equal ones, the one that train has first."""
        order = np.lexsort((self.target, -self.table, self.source))
        firsts = order[np.unique(self.source[order], return_index=True)[1]]
        return {
            word: self.targets[int(self.target[place])]
            for place in firsts
            if (word := self.sources[int(self.source[place])]) is not None
        }


class IBMModel1(Baseline):
    """Each word by its likeliest translation, in the order of the source; a word that train does not have stays.

    References:
        Brown et al. 1993, "The Mathematics of Statistical Machine Translation: Parameter Estimation", section 4.1.
    """

    config: IBMModel1Settings
    _words: dict[str, str] | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Learn the table."""
        table = TranslationTable(list(pairs_of(train)))
        for _ in range(self.config.iterations):
            table.improve()
        self._words = table.best()

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A word for each word."""
        if self._words is None:
            raise RuntimeError("ibm_model_1 is neither fitted nor loaded")
        for example in examples:
            yield TokensPrediction(tuple(self._words.get(word, word) for word in source_of(example)))

    def save(self, folder: Path) -> None:
        """Write the likeliest translations as JSON."""
        (folder / _FILE).write_text(json.dumps(self._words, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._words = json.loads((folder / _FILE).read_text(encoding="utf-8"))
