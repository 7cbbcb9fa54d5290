"""Baselines `tfidf_logistic_regression` and `tfidf_linear_svm`: words and pairs of words, weighted by tf-idf."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from seqlab import Context, Example
from seqlab_classify.linear_baseline import LinearBaseline, fitted
from seqlab_classify.machines import logistic_regression, one_against_the_rest, support_vector_machine
from seqlab_classify.settings import TfidfLinearSVMSettings, TfidfLogisticRegressionSettings


class TfidfLogisticRegression(LinearBaseline):
    """Logistic regression; it has a probability for every label."""

    config: TfidfLogisticRegressionSettings

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Fit on train.

        Raises:
            ValueError: If train has no labels.
        """
        solve = partial(logistic_regression, self.config.cost)
        self.model = fitted(train, self.config, context, solve, tfidf=True, logits=True)


class TfidfLinearSVM(LinearBaseline):
    """One linear support vector machine for each label, against the rest."""

    config: TfidfLinearSVMSettings

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Fit on train.

        Raises:
            ValueError: If train has no labels.
        """
        machine = support_vector_machine(self.config.cost, context.seed_for("baseline/tfidf_linear_svm") % 2**31)
        solve = partial(one_against_the_rest, machine)
        self.model = fitted(train, self.config, context, solve, tfidf=True, logits=False)
