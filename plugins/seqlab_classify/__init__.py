"""Classification: a label for a whole text, with the strongest cheap classifiers as floors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seqlab import Registrar, hookimpl

if TYPE_CHECKING:
    from seqlab import ReportData, Section


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the head, its baselines and its metrics."""
    registry.head(
        "classifier",
        "seqlab_classify.head:Classifier",
        config="seqlab_classify.settings:ClassifierSettings",
        summary="one label for each text, by a softmax over the labels of train",
    )
    registry.head(
        "multi_label_classifier",
        "seqlab_classify.multi_label_head:MultiLabelClassifier",
        config="seqlab_classify.settings:MultiLabelClassifierSettings",
        summary="all labels that a text has, by a sigmoid for each label of train",
    )
    registry.baseline(
        "tfidf_logistic_regression",
        "seqlab_classify.tfidf_baselines:TfidfLogisticRegression",
        config="seqlab_classify.settings:TfidfLogisticRegressionSettings",
        summary="logistic regression over words and pairs of words, weighted by tf-idf",
    )
    registry.baseline(
        "tfidf_linear_svm",
        "seqlab_classify.tfidf_baselines:TfidfLinearSVM",
        config="seqlab_classify.settings:TfidfLinearSVMSettings",
        summary="linear support vector machines over words and pairs of words, weighted by tf-idf",
    )
    registry.baseline(
        "nb_svm",
        "seqlab_classify.nb_svm:NBSVM",
        config="seqlab_classify.settings:NBSVMSettings",
        summary="support vector machines over words and pairs, weighted by naive Bayes (Wang and Manning 2012)",
    )
    registry.metric(
        "mcc",
        "seqlab_classify.matthews:MatthewsCorrelation",
        config="seqlab_classify.settings:MatthewsCorrelationSettings",
        summary="Matthews correlation of predicted and gold labels, from -1 to 1; 0 for a guess",
    )
    registry.metric(
        "auc",
        "seqlab_classify.roc:AreaUnderROC",
        config="seqlab_classify.settings:AreaUnderROCSettings",
        summary="area under the ROC curve, mean over the labels, each against the rest",
    )
    registry.metric(
        "ece",
        "seqlab_classify.calibration_error:CalibrationError",
        config="seqlab_classify.settings:CalibrationErrorSettings",
        summary="expected calibration error: how far probabilities are from shares of right answers",
    )


@hookimpl
def seqlab_report_sections(report: ReportData) -> Sequence[Section]:
    """What the probabilities of a classifier are worth."""
    from seqlab_classify.reliability import reliability_section

    section = reliability_section(report)
    return [] if section is None else [section]
