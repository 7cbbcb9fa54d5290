"""The model against each baseline on the same examples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from seqlab.evaluation.bootstrap import Values, interval, p_value
from seqlab.evaluation.decisions import Rightness
from seqlab.evaluation.mcnemar import mcnemar_p
from seqlab.evaluation.randomisation import randomisation_p
from seqlab.interfaces.evaluation import Comparison, Scores
from seqlab.interfaces.metric import Counts, Metric


def compare(
    metric: Metric,
    scores: Mapping[str, Scores],
    samples: Mapping[str, Mapping[str, Values]],
    counts: Mapping[str, Sequence[Counts]],
    found: Mapping[str, Rightness | None],
    seed: int,
    resamples: int,
) -> dict[str, Comparison]:
    """Compare the model with each baseline.

    Args:
        metric: The deciding metric; its first score is compared.
        scores: By system: `model`, and `baselines/KEY` for each baseline.
        samples: Scores of the systems on the same bootstrap samples.
        counts: Their counts under each metric, the deciding one first.
        found: Which of their decisions are right; None where that means nothing.
        seed: Of approximate randomisation.
        resamples: Its shuffles.

    Returns:
        By key of the baseline.
    """
    systems = {system.partition("/")[2]: system for system in scores if system.startswith("baselines/")}
    shuffled = randomisation_p(
        metric,
        counts["model"][0],
        {key: counts[system][0] for key, system in systems.items()},
        seed,
        resamples,
    )
    name, model = metric.names[0], scores["model"]
    comparison = {}
    for key, system in systems.items():
        differences = samples["model"][name] - samples[system][name]  # (R,)
        low, high = interval(differences)
        above, below = low > 0, high < 0
        only_model, only_baseline = _disagreements(found["model"], found[system])
        comparison[key] = Comparison(
            metric=name,
            difference=model.values[name] - scores[system].values[name],
            low=low,
            high=high,
            p_value=p_value(differences),
            better=above if metric.higher_is_better else below,
            worse=below if metric.higher_is_better else above,
            error_reduction=error_reduction(metric, model.values[name], scores[system].values[name]),
            randomisation_p=shuffled[key],
            mcnemar_p=None if only_model is None or only_baseline is None else mcnemar_p(only_model, only_baseline),
            only_model_right=only_model,
            only_baseline_right=only_baseline,
        )
    return comparison


def error_reduction(metric: Metric, model: float, baseline: float) -> float | None:
    """Share of the baseline's distance to a perfect score that the model closes; None where there is no such share."""
    if not metric.is_rate:
        return None
    perfect = 1.0 if metric.higher_is_better else 0.0
    distance = abs(perfect - baseline)
    share = (distance - abs(perfect - model)) / distance if distance else math.nan
    return None if math.isnan(share) else share


def _disagreements(model: Rightness | None, baseline: Rightness | None) -> tuple[int | None, int | None]:
    """Examples that only the model has right as a whole, and those that only the baseline has."""
    if model is None or baseline is None:
        return None, None
    one, other = model.whole(), baseline.whole()
    return int(np.sum(one & ~other)), int(np.sum(other & ~one))
