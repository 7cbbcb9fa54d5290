"""Settings of classification. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Le, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, HeadSettings, MetricSettings, Requirements


@dataclass(frozen=True)
class ClassifierSettings(HeadSettings):
    """One label for each text, from the pooled vector of its states."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the pooled vector set to 0 before the output layer")] = 0.0
    class_weights: Annotated[
        Literal["balanced"] | None, Doc("balanced: a label counts the more the rarer it is in train; none: all alike")
    ] = None
    calibrate: Annotated[bool, Doc("divide the scores by a temperature fitted on dev, so that probabilities hold")] = (
        True
    )

    target: ClassVar[Literal["labels"]] = "labels"
    decides_by_scores: ClassVar[bool] = True
    requires: ClassVar[Requirements] = Requirements(pooler=True)
    default_metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1")
    default_baselines: ClassVar[tuple[str, ...]] = (
        "most_frequent_class",
        "tfidf_logistic_regression",
        "tfidf_linear_svm",
        "nb_svm",
    )


@dataclass(frozen=True)
class MultiLabelClassifierSettings(HeadSettings):
    """All labels that a text has, each by itself: a text may have several, or none."""

    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the pooled vector set to 0 before the output layer")] = 0.0
    class_weights: Annotated[
        Literal["balanced"] | None,
        Doc("balanced: a label that a text has counts the more the rarer it is in train; none: all alike"),
    ] = None
    threshold: Annotated[float, Gt(0), Lt(1), Doc("a label is given from this probability on")] = 0.5

    target: ClassVar[Literal["labels"]] = "labels"
    several_labels: ClassVar[bool] = True
    decides_by_scores: ClassVar[bool] = True
    requires: ClassVar[Requirements] = Requirements(pooler=True)
    default_metrics: ClassVar[tuple[str, ...]] = ("micro_f1", "macro_f1", "accuracy")
    default_baselines: ClassVar[tuple[str, ...]] = ClassifierSettings.default_baselines


@dataclass(frozen=True)
class NgramSettings(BaselineSettings):
    """What all baselines over n-grams have in common."""

    longest: Annotated[int, Ge(1), Doc("words of the longest n-gram")] = 2
    lowercase: Annotated[bool, Doc("read the words in lower case")] = True

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)


@dataclass(frozen=True)
class TfidfLogisticRegressionSettings(NgramSettings):
    """Logistic regression over words and pairs of words, weighted by tf-idf."""

    cost: Annotated[float, Gt(0), Doc("weight of the errors beside the size of the weights: C of scikit-learn")] = 10.0


@dataclass(frozen=True)
class TfidfLinearSVMSettings(NgramSettings):
    """Linear support vector machines over words and pairs of words, weighted by tf-idf."""

    cost: Annotated[float, Gt(0), Doc("weight of the errors beside the size of the weights: C of scikit-learn")] = 1.0


@dataclass(frozen=True)
class NBSVMSettings(NgramSettings):
    """Support vector machines over words and pairs, each weighted by how much more often one class has it.

    Wang and Manning (2012); `smoothing` and `interpolation` are their alpha and beta.
    """

    cost: Annotated[float, Gt(0), Doc("weight of the errors beside the size of the weights: C of scikit-learn")] = 0.1
    smoothing: Annotated[float, Gt(0), Doc("added to the counts of each class")] = 1.0
    interpolation: Annotated[
        float, Ge(0), Le(1), Doc("1: the machine's weights; 0: all of one size, which is naive Bayes")
    ] = 0.25


@dataclass(frozen=True)
class AreaUnderROCSettings(MetricSettings):
    """Area under the ROC curve; it has no settings."""

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)


@dataclass(frozen=True)
class MatthewsCorrelationSettings(MetricSettings):
    """Matthews correlation; it has no settings."""

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)
    several_labels: ClassVar[bool] = False


@dataclass(frozen=True)
class CalibrationErrorSettings(MetricSettings):
    """Expected calibration error over bins of equal width."""

    targets: ClassVar[tuple[Literal["labels"], ...]] = ("labels",)
    several_labels: ClassVar[bool] = False

    bins: Annotated[int, Ge(1), Doc("into how many bins of equal width probabilities are sorted")] = 15
