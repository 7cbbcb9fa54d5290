"""Metrics of numbers, against scikit-learn; and how they are printed."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error

from seqlab.evaluation.number_metrics import MeanAbsoluteError, MeanSquaredError
from seqlab.evaluation.settings import NumberMetricSettings
from seqlab.evaluation.wording import format_score, spoken
from seqlab.interfaces.records import Labels, LabelsPrediction, Number, NumberPrediction

PAIRS = {"mse": (MeanSquaredError, mean_squared_error), "mae": (MeanAbsoluteError, mean_absolute_error)}


@pytest.mark.parametrize("name", PAIRS)
def test_it_is_scikit_learns_on_the_data_and_on_each_sample_of_it(name):
    ours, theirs = PAIRS[name]
    metric = ours(NumberMetricSettings())
    draws = np.random.default_rng(13)
    gold, said = draws.normal(size=40), draws.normal(size=40)
    counts = np.stack([metric.counts(NumberPrediction(b), Number(a)) for a, b in zip(gold, said, strict=True)])
    assert metric.combine(counts.sum(axis=0))[name] == pytest.approx(theirs(gold, said), rel=1e-12)
    samples = draws.integers(0, 40, size=(5, 40))
    weights = np.stack([np.bincount(sample, minlength=40) for sample in samples]).astype(float)
    expected = [theirs(gold[sample], said[sample]) for sample in samples]
    np.testing.assert_allclose(metric.from_examples(counts, weights)[name], expected, rtol=1e-12)
    assert not metric.higher_is_better


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    "said, gold", [(LabelsPrediction(("1",)), Number(1.0)), (NumberPrediction(1.0), Labels(("1",)))]
)
def test_what_is_no_number_is_not_scored(name, said, gold):
    with pytest.raises(TypeError, match="cannot be compared with a gold target of"):
        PAIRS[name][0](NumberMetricSettings()).counts(said, gold)


@pytest.mark.parametrize(
    "value, shown",
    [(1 / 6, "0.1667"), (0.00003421, "3.421e-05"), (12.5, "12.50"), (123456.7, "123457"), (0.0, "0.000")],
)
def test_an_error_of_any_size_can_be_read(value, shown):
    assert format_score("mse", value, percent=False) == shown
    assert spoken("mse") == "mean squared error"
