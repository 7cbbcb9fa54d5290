"""Weighting of n-gram counts: frequent in the text, rare in train."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def inverse_document_frequencies(counts: Any) -> NDArray[np.float64]:
    """`(F,)`: ln((1 + N) / (1 + n_f)) + 1 for an n-gram that n_f of N texts have.

    Args:
        counts: `(N, F)`, a CSR matrix without explicit zeros.
    """
    texts, features = counts.shape
    having = np.bincount(counts.indices, minlength=features)
    return np.asarray(np.log((1 + texts) / (1 + having)) + 1)


def tfidf_rows(counts: Any, inverse: NDArray[np.float64]) -> Any:
    """(1 + ln count) times the inverse document frequency, each row scaled to length 1; a row of zeros stays.

    What scikit-learn's `TfidfVectorizer(sublinear_tf=True)` makes of the same counts.

    Args:
        counts: `(N, F)`, a CSR matrix without explicit zeros.
        inverse: `(F,)`.
    """
    rows = counts.copy()
    rows.data = (1 + np.log(rows.data)) * inverse[rows.indices]
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A1
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ rows
