"""Baselines `tfidf_logistic_regression` and `tfidf_linear_svm`: words and pairs of words, weighted by tf-idf."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqlab import Context, Example
from seqlab_classify.linear_baseline import LinearBaseline, gold_flags, several_in
from seqlab_classify.linear_model import LinearModel, TextRows
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
        labels, gold = gold_flags(train)
        several = several_in(context)
        texts = TextRows.of(train, self.config, tfidf=True)
        weights, intercepts = logistic_regression(self.config.cost, texts.rows(train), gold, several)
        self.model = LinearModel(
            labels, texts, weights.astype(np.float32), intercepts.astype(np.float32), True, several
        )


class TfidfLinearSVM(LinearBaseline):
    """One linear support vector machine for each label, against the rest."""

    config: TfidfLinearSVMSettings

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Fit on train.

        Raises:
            ValueError: If train has no labels.
        """
        labels, gold = gold_flags(train)
        several = several_in(context)
        texts = TextRows.of(train, self.config, tfidf=True)
        machine = support_vector_machine(self.config.cost, context.seed_for("baseline/tfidf_linear_svm") % 2**31)
        weights, intercepts = one_against_the_rest(machine, texts.rows(train), gold, several)
        self.model = LinearModel(
            labels, texts, weights.astype(np.float32), intercepts.astype(np.float32), False, several
        )
