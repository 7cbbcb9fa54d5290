"""Linear classifiers of sparse rows. The only module of the plugin that knows scikit-learn, which is imported when one is fitted."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Machine: TypeAlias = Callable[[Any, Flags], tuple[Floats, float]]

ITERATIONS = 1000


def one_against_the_rest(machine: Machine, rows: Any, gold: Flags, several: bool) -> tuple[Floats, Floats]:
    """One machine for each label; for two labels of which each text has one, a single machine for the second.

    Args:
        machine: Rows `(N, F)` and flags `(N,)` -> weights `(F,)` and an intercept: above 0 is yes.
        rows: A CSR matrix `(N, F)`.
        gold: `(N, K)`, which labels each text has.
        several: Whether a text may have several labels, or none.

    Returns:
        Weights `(F, K)` and intercepts `(K,)`. A label that all texts have gets the score 1.
    """
    weights, intercepts = np.zeros((rows.shape[1], gold.shape[1])), np.zeros(gold.shape[1])
    first = 1 if gold.shape[1] == 2 and not several else 0
    for label in range(first, gold.shape[1]):
        if gold[:, label].all():
            intercepts[label] = 1.0
        else:
            weights[:, label], intercepts[label] = machine(rows, gold[:, label])
    return weights, intercepts


def support_vector_machine(cost: float, seed: int) -> Machine:
    """A linear machine with the squared hinge loss (scikit-learn's `LinearSVC`)."""

    def fit(rows: Any, flags: Flags) -> tuple[Floats, float]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        # `dual` is said outright: texts are fewer than their n-grams, where it is the faster one
        machine = LinearSVC(C=cost, max_iter=ITERATIONS, dual=True, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(rows, flags)
        return machine.coef_[0], float(machine.intercept_[0])

    return fit


def logistic_regression(cost: float, rows: Any, gold: Flags, several: bool) -> tuple[Floats, Floats]:
    """Multinomial logistic regression for texts of one label each; else one regression for each label.

    Args:
        cost: C of scikit-learn.
        rows: A CSR matrix `(N, F)`.
        gold: `(N, K)`, which labels each text has.
        several: Whether a text may have several labels, or none.

    Returns:
        Weights `(F, K)` and intercepts `(K,)`, whose scores are logits.
    """
    from sklearn.linear_model import LogisticRegression

    def fit(rows: Any, classes: Any) -> Any:
        return LogisticRegression(C=cost, max_iter=ITERATIONS).fit(rows, classes)

    def one(rows: Any, flags: Flags) -> tuple[Floats, float]:
        found = fit(rows, flags)
        return found.coef_[0], float(found.intercept_[0])

    if gold.shape[1] > 2 and not several:
        found = fit(rows, gold.argmax(axis=1))
        return found.coef_.T, found.intercept_
    return one_against_the_rest(one, rows, gold, several)
