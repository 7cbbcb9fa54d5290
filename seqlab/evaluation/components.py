"""Components of the core: metrics, the floor that always stands, and guesses by frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqlab.hookspecs import hookimpl

if TYPE_CHECKING:
    from seqlab.registry import Registrar

_METRIC_SETTINGS = "seqlab.evaluation.settings:ClassMetricSettings"

_NUMBER_SETTINGS = "seqlab.evaluation.settings:NumberMetricSettings"


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the metrics and the baselines of the core."""
    registry.metric(
        "accuracy",
        "seqlab.evaluation.metrics:Accuracy",
        config=_METRIC_SETTINGS,
        summary="share of tags or labels that are right",
    )
    registry.metric(
        "macro_f1",
        "seqlab.evaluation.metrics:MacroF1",
        config=_METRIC_SETTINGS,
        summary="mean F1 over the classes that stand in the gold data, each class counting alike",
    )
    registry.metric(
        "micro_f1",
        "seqlab.evaluation.metrics:MicroF1",
        config=_METRIC_SETTINGS,
        summary="F1 of all decisions together; equals accuracy where every item has one label",
    )
    registry.metric(
        "mse",
        "seqlab.evaluation.number_metrics:MeanSquaredError",
        config=_NUMBER_SETTINGS,
        summary="mean square of the difference between a predicted number and the gold one",
    )
    registry.metric(
        "mae",
        "seqlab.evaluation.number_metrics:MeanAbsoluteError",
        config=_NUMBER_SETTINGS,
        summary="mean difference between a predicted number and the gold one, whatever its sign",
    )
    registry.baseline(
        "mean",
        "seqlab.evaluation.mean:Mean",
        config="seqlab.evaluation.settings:MeanSettings",
        summary="always the mean of train, for numbers; can never be removed",
    )
    registry.baseline(
        "most_frequent_class",
        "seqlab.evaluation.most_frequent_class:MostFrequentClass",
        config="seqlab.evaluation.settings:MostFrequentClassSettings",
        summary="always the most frequent tag or label of train; can never be removed",
    )
    registry.baseline(
        "stratified",
        "seqlab.evaluation.stratified:Stratified",
        config="seqlab.evaluation.stratified:StratifiedSettings",
        summary="a tag or label drawn from the frequencies of train, whatever the input",
    )
