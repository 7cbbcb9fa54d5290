"""NB-SVM: the ratio by hand, the machine by scikit-learn."""

import math

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from seqlab_classify.nb_svm import NBSVM, log_count_ratio
from seqlab_classify.settings import NBSVMSettings


def test_the_log_count_ratio_by_hand():
    #                          good  bad  the
    rows = sparse.csr_matrix([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    ratio = log_count_ratio(rows, np.array([True, True, False]), smoothing=1.0)
    # p = 1 + (2, 1, 1) of 7, q = 1 + (0, 1, 1) of 5
    expected = [math.log((3 / 7) / (1 / 5)), math.log((2 / 7) / (2 / 5)), math.log((2 / 7) / (2 / 5))]
    assert ratio.tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("beta", [0.0, 0.25, 1.0])
def test_weights_are_the_interpolated_ones_times_the_ratio(two, context, beta):
    baseline = NBSVM(NBSVMSettings(cost=0.3, smoothing=0.5, interpolation=beta, longest=1))
    baseline.fit(two, [], context)
    rows = baseline.model.texts.rows(two).toarray()
    assert set(np.unique(rows)) == {0.0, 1.0}
    good = np.array([example.target.items == ("good",) for example in two])
    p, q = 0.5 + rows[good].sum(axis=0), 0.5 + rows[~good].sum(axis=0)
    ratio = np.log((p / p.sum()) / (q / q.sum()))
    machine = LinearSVC(C=0.3, dual=True, max_iter=100_000, random_state=0).fit(rows * ratio, good)
    weights = machine.coef_[0]
    mixed = (1 - beta) * np.abs(weights).sum() / len(weights) + beta * weights
    scores = baseline.model.scores(two)
    assert scores[:, 1] - scores[:, 0] == pytest.approx((rows * ratio) @ mixed + machine.intercept_[0], abs=2e-3)


def test_more_labels_have_a_ratio_each(three, context, text):
    baseline = NBSVM(NBSVMSettings())
    baseline.fit(three, [], context)
    examples = [text("ask1 ask2 the"), text("beg3 beg0"), text("tell5 a tell2")]
    assert [prediction.labels for prediction in baseline.predict(examples)] == [("ask",), ("beg",), ("tell",)]
    rows = baseline.model.texts.rows(three)
    tell = np.array([example.target.items == ("tell",) for example in three])
    ratio = log_count_ratio(rows, tell, 1.0)
    column = baseline.model.texts.columns["tell1"]
    assert np.sign(baseline.model.weights[column, 2]) == np.sign(ratio[column]) == 1


def test_saved_and_loaded_it_scores_the_same_and_no_pickle_is_kept(two, context, text, tmp_path):
    baseline = NBSVM(NBSVMSettings())
    baseline.fit([*two, text("größe", "good")], [], context)
    baseline.save(tmp_path)
    loaded = NBSVM(NBSVMSettings())
    loaded.load(tmp_path)
    examples = [*two, text("größe"), text("")]
    assert np.array_equal(loaded.model.scores(examples), baseline.model.scores(examples))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["names.json", "weights.safetensors"]
