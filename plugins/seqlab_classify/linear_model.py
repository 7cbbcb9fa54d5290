"""A fitted linear classifier of texts: what is the same for all baselines of classification."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from seqlab import Example, LabelsPrediction, Prediction
from seqlab_classify.ngrams import columns_of, count_rows, words_of
from seqlab_classify.settings import NgramSettings
from seqlab_classify.tfidf import inverse_document_frequencies, tfidf_rows

_ARRAYS = "weights.safetensors"
_NAMES = "names.json"
_CHUNK = 1000  # texts at a time


@dataclass(frozen=True, slots=True)
class TextRows:
    """Which n-gram is which column, and how they are weighted.

    Args:
        settings: Longest n-gram, case.
        columns: By n-gram.
        inverse: `(F,)` inverse document frequencies; None where it counts only whether a text has an n-gram.
    """

    settings: NgramSettings
    columns: Mapping[str, int]
    inverse: NDArray[np.float64] | None

    @classmethod
    def of(cls, train: Sequence[Example], settings: NgramSettings, *, tfidf: bool) -> TextRows:
        """The n-grams that texts have."""
        texts = [words_of(example, settings.lowercase) for example in train]
        columns = columns_of(texts, settings.longest)
        if not tfidf:
            return cls(settings, columns, None)
        return cls(settings, columns, inverse_document_frequencies(count_rows(texts, columns, settings.longest)))

    def rows(self, examples: Sequence[Example]) -> Any:
        """A CSR matrix `(N, F)`."""
        texts = (words_of(example, self.settings.lowercase) for example in examples)
        counts = count_rows(texts, self.columns, self.settings.longest)
        return counts.sign() if self.inverse is None else tfidf_rows(counts, self.inverse)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores of labels as sums of weights.

    Args:
        labels: K names.
        texts: What a text's row is.
        weights: `(F, K)` in float32.
        intercepts: `(K,)`.
        logits: Whether a softmax over the scores gives probabilities; for several labels a sigmoid of each.
        several: Whether a text may have several labels, or none: those with a score above 0.
    """

    labels: tuple[str, ...]
    texts: TextRows
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    logits: bool = False
    several: bool = False

    def scores(self, examples: Sequence[Example]) -> NDArray[np.float64]:
        """`(N, K)`."""
        return np.asarray(self.texts.rows(examples) @ self.weights.astype(np.float64) + self.intercepts)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The label with the highest score, of equal ones the first name; or all with a score above 0."""
        for begin in range(0, len(examples), _CHUNK):
            scores = self.scores(examples[begin : begin + _CHUNK])
            chosen = scores > 0 if self.several else np.eye(len(self.labels), dtype=np.bool_)[scores.argmax(axis=1)]
            shares = self._probabilities(scores) if self.logits else [None] * len(scores)
            for row, probabilities in zip(chosen, shares, strict=True):
                yield LabelsPrediction(tuple(self.labels[label] for label in np.flatnonzero(row)), probabilities)

    def _probabilities(self, scores: NDArray[np.float64]) -> list[dict[str, float]]:
        if self.several:
            shares = 1 / (1 + np.exp(-scores))
        else:
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
        return [dict(zip(self.labels, row, strict=True)) for row in shares.tolist()]

    def save(self, folder: Path) -> None:
        """Write arrays as safetensors, names as JSON."""
        inverse = {} if self.texts.inverse is None else {"inverse": self.texts.inverse}
        weights = np.ascontiguousarray(self.weights)
        save_file({"weights": weights, "intercepts": self.intercepts, **inverse}, folder / _ARRAYS)
        names = {
            "labels": self.labels,
            "ngrams": list(self.texts.columns),
            "logits": self.logits,
            "several": self.several,
        }
        (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, settings: NgramSettings) -> LinearModel:
        """Read what `save` wrote."""
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        arrays = load_file(folder / _ARRAYS)
        columns = {ngram: number for number, ngram in enumerate(names["ngrams"])}
        texts = TextRows(settings, columns, arrays.get("inverse"))
        return cls(
            tuple(names["labels"]), texts, arrays["weights"], arrays["intercepts"], names["logits"], names["several"]
        )
