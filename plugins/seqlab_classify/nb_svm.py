"""Baseline `nb_svm`: support vector machines over n-grams that naive Bayes has weighted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from seqlab import Context, Example
from seqlab_classify.linear_baseline import LinearBaseline, fitted
from seqlab_classify.machines import Flags, Floats, Machine, one_against_the_rest, support_vector_machine
from seqlab_classify.settings import NBSVMSettings


class NBSVM(LinearBaseline):
    """Each n-gram that a text has counts as its log-count ratio r; w' = (1 - beta) mean |w| + beta w.

    For more than two labels there is a ratio and a machine for each, against the rest. The weights that are kept are
    r w', so that a text's score is their sum over its n-grams.

    References:
        Sida Wang and Christopher Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic Classification",
        ACL 2012, sections 2.1 to 2.3.
    """

    config: NBSVMSettings

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Fit on train.

        Raises:
            ValueError: If train has no labels.
        """
        machine = support_vector_machine(self.config.cost, context.seed_for("baseline/nb_svm") % 2**31)
        solve = partial(one_against_the_rest, self._weighted(machine))
        self.model = fitted(train, self.config, context, solve, tfidf=False, logits=False)

    def _weighted(self, machine: Machine) -> Machine:
        beta = self.config.interpolation

        def fit(rows: Any, flags: Flags) -> tuple[Floats, float]:
            ratio = log_count_ratio(rows, flags, self.config.smoothing)
            weights, intercept = machine(rows @ sparse.diags(ratio), flags)
            return ratio * ((1 - beta) * np.abs(weights).mean() + beta * weights), intercept

        return fit


def log_count_ratio(rows: Any, flags: Flags, smoothing: float) -> Floats:
    """`(F,)`: ln((p / |p|) / (q / |q|)), where p counts the texts with the label that have an n-gram, and q the others.

    Args:
        rows: `(N, F)` of ones, a CSR matrix.
        flags: `(N,)`, which texts have the label.
        smoothing: Added to every element of p and q.
    """
    p = smoothing + rows[flags].sum(axis=0).A1
    q = smoothing + rows[~flags].sum(axis=0).A1
    return np.asarray(np.log(p / p.sum()) - np.log(q / q.sum()))
