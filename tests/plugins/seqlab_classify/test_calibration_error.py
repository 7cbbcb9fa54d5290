"""The calibration error by hand."""

import numpy as np
import pytest

from seqlab import Labels, LabelsPrediction
from seqlab_classify.calibration_error import CalibrationError, bin_of
from seqlab_classify.settings import CalibrationErrorSettings


def error(pairs, bins=5):
    """Of texts whose predicted label has a probability and is right or not."""
    metric = CalibrationError(CalibrationErrorSettings(bins))
    counts = [
        metric.counts(LabelsPrediction(("a",), {"a": share, "b": 1 - share}), Labels(("a" if right else "b",)))
        for share, right in pairs
    ]
    return float(metric.combine(np.sum(counts, axis=0))["ece"])


def test_the_mean_gap_by_hand():
    # (0.4, 0.6]: 0.5 and 0.6, one of two right: |0.5 - 0.55|. (0.8, 1]: 0.9, 0.9, 1, two of three right: |2/3 - 2.8/3|.
    pairs = [(0.5, True), (0.6, False), (0.9, True), (0.9, False), (1.0, True)]
    assert error(pairs) == pytest.approx(2 / 5 * 0.05 + 3 / 5 * (2.8 / 3 - 2 / 3))


def test_one_bin_is_the_gap_of_the_means():
    pairs = [(0.9, True), (0.7, False), (0.6, False), (0.8, True)]
    assert error(pairs, bins=1) == pytest.approx(0.75 - 0.5)


def test_probabilities_that_hold_have_no_error():
    assert error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0, abs=1e-12)


def test_without_probabilities_it_is_the_share_of_wrong_answers():
    metric = CalibrationError(CalibrationErrorSettings())
    said = [metric.counts(LabelsPrediction(("a",)), Labels((gold,))) for gold in "aaab"]
    assert metric.combine(np.sum(said, axis=0))["ece"] == pytest.approx(0.25)


def test_a_border_belongs_to_the_lower_bin():
    assert [bin_of(share, 5) for share in (0.0, 0.1, 0.2, 0.21, 0.8, 1.0)] == [0, 0, 0, 1, 3, 4]
