"""Accuracy on parts of the data: words that train knows, does not know, or knows with several tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from seqlab.evaluation.bootstrap import Values, interval
from seqlab.evaluation.decisions import Rightness
from seqlab.interfaces.evaluation import Scores, Slice, SliceMembers
from seqlab.interfaces.metric import Counts
from seqlab.interfaces.records import Example, Tags, Tokens

KNOWN, UNKNOWN, AMBIGUOUS = "known", "unknown", "ambiguous"
_SCORE = "accuracy"


class TrainWords:
    """The words of a tagged train split, as they are spelt there.

    Args:
        train: Examples with tags; of others nothing is learnt.
    """

    def __init__(self, train: Sequence[Example]) -> None:
        self._tag: dict[str, str | None] = {}  # None for a word with several tags
        for example in train if train and isinstance(train[0].target, Tags) else ():
            if isinstance(example.target, Tags):
                for word, tag in zip(tagged_words(example) or (), example.target.items, strict=False):
                    if self._tag.setdefault(word, tag) != tag:
                        self._tag[word] = None

    def slices(self, examples: Sequence[Example]) -> SliceMembers:
        """Which tokens are known, unknown and ambiguous.

        Known: the word stands in train. Unknown: it does not. Ambiguous: known, with more than one tag in train.

        Args:
            examples: Those of a split.

        Returns:
            For each slice and each example one flag for each token; nothing where an example has no tags or no words.
        """
        found: dict[str, list[tuple[bool, ...]]] = {KNOWN: [], UNKNOWN: [], AMBIGUOUS: []}
        for example in examples:
            words = tagged_words(example)
            if words is None:
                return {}
            known = tuple(word in self._tag for word in words)
            found[KNOWN].append(known)
            found[UNKNOWN].append(tuple(not flag for flag in known))
            found[AMBIGUOUS].append(tuple(self._tag.get(word, "") is None for word in words))
        return found


def tagged_words(example: Example) -> tuple[str, ...] | None:
    """The words that the tags of an example belong to: its input of that length, `main` first; None without one."""
    if not isinstance(example.target, Tags):
        return None
    length = len(example.target)
    every = chain([example.inputs.get("main")], example.inputs.values())
    return next((value.items for value in every if isinstance(value, Tokens) and len(value) == length), None)


@dataclass(frozen=True, slots=True)
class SliceAccuracy:
    """The accuracy of a system on each slice, as a function of sums over examples, so that it can be resampled.

    Args:
        members: `(S, T)` bool: which of T decisions belong to each of S slices.
        names: Of the slices.
    """

    members: NDArray[np.bool_]
    names: tuple[str, ...]

    @classmethod
    def of(cls, slices: SliceMembers) -> SliceAccuracy:
        """From the flags of each example."""
        flags = [list(chain.from_iterable(by_example)) for by_example in slices.values()]
        return cls(np.array(flags, bool), tuple(slices))

    def counts(self, found: Rightness) -> Counts:
        """Right decisions on each slice, then all decisions on each: `(N, 2 S)`."""
        columns = [
            np.bincount(found.owner[flags], minlength=found.examples)
            for flags in (*(self.members & found.right), *self.members)
        ]
        return np.stack(columns, axis=1).astype(np.float64)

    def combine(self, totals: Counts) -> dict[str, Counts]:
        """Right decisions by all decisions; undefined (NaN) where a sample has none."""
        right, every = np.split(totals, 2, axis=-1)  # (..., S)
        shares = np.divide(right, every, out=np.full(right.shape, np.nan), where=every > 0)
        return {self._key(name): shares[..., place] for place, name in enumerate(self.names)}

    def slices(
        self, counts: Mapping[str, Counts], samples: Mapping[str, Mapping[str, Values]], unit: str
    ) -> dict[str, Slice]:
        """The scores of every system on every slice.

        Args:
            counts: Of `model` and of `baselines/KEY`, as `counts` gave them.
            samples: The scores of bootstrap samples, by system.
            unit: What a decision is: `tokens`, `examples`.
        """

        def scores(system: str, name: str) -> Scores:
            key = self._key(name)
            value = float(self.combine(counts[system].sum(axis=0))[key])
            return Scores({_SCORE: value}, {_SCORE: interval(samples[system][key])})

        baselines = [system for system in counts if system.startswith("baselines/")]
        return {
            name: Slice(
                n={unit: int(self.members[place].sum())},
                model=scores("model", name),
                baselines={system.partition("/")[2]: scores(system, name) for system in baselines},
            )
            for place, name in enumerate(self.names)
        }

    @staticmethod
    def _key(name: str) -> str:
        return f"{_SCORE} on {name}"  # never the name of a metric
