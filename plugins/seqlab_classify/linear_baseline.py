"""What the baselines over n-grams have in common: they differ in how they are fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from seqlab import Baseline, Context, Example, Labels, Prediction
from seqlab_classify.linear_model import LinearModel, TextRows
from seqlab_classify.machines import Flags, Floats
from seqlab_classify.settings import NgramSettings

Solver: TypeAlias = Callable[[Any, Flags, bool], tuple[Floats, Floats]]
"""Rows `(N, F)`, which labels each has `(N, K)`, whether a text may have several -> weights `(F, K)`, intercepts `(K,)`."""


class LinearBaseline(Baseline):
    """A baseline whose `fit` sets `model`."""

    config: NgramSettings
    model: LinearModel

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The label with the highest score of each text."""
        return self.model.predict(examples)

    def save(self, folder: Path) -> None:
        """Write what was learnt, as safetensors and JSON."""
        self.model.save(folder)

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self.model = LinearModel.load(folder, self.config)


def gold_flags(train: Sequence[Example]) -> tuple[tuple[str, ...], Flags]:
    """The labels of train by name, and which of them each text has: `(N, K)`.

    Raises:
        ValueError: If an example has no labels to learn from, or there is none at all.
    """
    found: list[tuple[str, ...]] = []
    for example in train:
        if not isinstance(example.target, Labels):
            raise ValueError(f"{example.place}: there are no labels to learn from")
        found.append(example.target.items)
    names = tuple(sorted({name for items in found for name in items}))
    if not names:
        raise ValueError("train has no label to learn from")
    ids = {name: number for number, name in enumerate(names)}
    flags = np.zeros((len(found), len(names)), np.bool_)
    for row, items in enumerate(found):
        flags[row, [ids[name] for name in items]] = True
    return names, flags


def fitted(
    train: Sequence[Example], settings: NgramSettings, context: Context, solve: Solver, *, tfidf: bool, logits: bool
) -> LinearModel:
    """Fit a linear classifier of texts.

    Args:
        train: Texts with labels.
        settings: Longest n-gram, case.
        context: Its head says whether a text may have several labels, or none.
        solve: Finds the weights.
        tfidf: Whether n-grams are weighted by tf-idf; else it counts only whether a text has one.
        logits: Whether the scores are logits.

    Raises:
        ValueError: If train has no labels.
    """
    labels, gold = gold_flags(train)
    several = bool(getattr(context.head, "several_labels", False))
    texts = TextRows.of(train, settings, tfidf=tfidf)
    weights, intercepts = solve(texts.rows(train), gold, several)
    return LinearModel(labels, texts, weights.astype(np.float32), intercepts.astype(np.float32), logits, several)
