import math

import numpy as np
import pytest
import scipy.stats

from seqlab.evaluation import seeds
from seqlab.evaluation.seeds import compare_variants, permutation_p, probability_of_beating, smallest_p


def test_three_runs_against_three_cannot_give_less_than_a_tenth():
    assert permutation_p([1, 2, 3], [4, 5, 6]) == (0.1, True)
    assert smallest_p(3, 3) == 0.1
    assert permutation_p([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == (2 / 252, True)
    assert smallest_p(5, 5) == 2 / 252
    assert permutation_p([1, 2], [10, 11, 12])[0] == smallest_p(2, 3) == 1 / 10


@pytest.mark.parametrize(("one", "other"), [(4, 4), (3, 6), (2, 5)])
def test_all_assignments_are_those_of_scipy(one, other):
    generator = np.random.default_rng(one)
    first, second = generator.normal(0.3, 1, one), generator.normal(0, 1, other)
    expected = scipy.stats.permutation_test(
        (first, second),
        lambda x, y, axis: np.abs(np.mean(x, axis=axis) - np.mean(y, axis=axis)),
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    ).pvalue
    assert permutation_p(first.tolist(), second.tolist()) == (pytest.approx(expected), True)


def test_of_many_assignments_a_sample_is_drawn(monkeypatch):
    generator = np.random.default_rng(0)
    first, second = generator.normal(0.5, 1, 8).tolist(), generator.normal(0, 1, 8).tolist()
    exact, _ = permutation_p(first, second)
    monkeypatch.setattr(seeds, "_MOST_ASSIGNMENTS", 100)
    sampled, is_exact = permutation_p(first, second)
    assert not is_exact
    assert sampled == pytest.approx(exact, abs=0.02)
    assert smallest_p(8, 8) == 1 / 10_001


def test_equal_runs_differ_by_chance():
    assert permutation_p([0.5, 0.5], [0.5, 0.5]) == (1.0, True)
    assert permutation_p([0.1, 0.2, 0.3], [0.3, 0.2, 0.1])[0] == 1.0


def test_the_probability_of_beating_is_the_mann_whitney_u_by_all_pairs():
    generator = np.random.default_rng(0)
    first, second = generator.integers(0, 6, 7).tolist(), generator.integers(0, 6, 5).tolist()
    u = scipy.stats.mannwhitneyu(first, second).statistic
    assert probability_of_beating(first, second, True) == pytest.approx(u / 35)
    assert probability_of_beating(first, second, False) == pytest.approx(1 - u / 35)
    assert probability_of_beating([2, 3], [1, 1], True) == 1


def test_variants_stand_against_the_first_and_the_best_against_the_others():
    scores = {"small": [1.0, 2.0, 3.0], "large": [11.0, 12.0, 13.0], "wide": [4.0, 5.0, 6.0], "once": [99.0]}
    found = compare_variants(scores, higher_is_better=True)
    assert [(each.variant, each.against) for each in found] == [
        ("large", "small"),
        ("wide", "small"),
        ("large", "wide"),
    ]
    assert [each.difference for each in found] == [10, 3, 7]
    assert [each.p_value for each in found] == pytest.approx([0.1, 0.1, 0.1])
    assert [each.p_value_holm for each in found] == pytest.approx([0.3, 0.3, 0.3])
    assert [each.beats for each in found] == [1, 1, 1]
    assert {(each.runs, each.exact, each.smallest) for each in found} == {((3, 3), True, 0.1)}


def test_where_less_is_better_the_best_is_the_lowest():
    scores = {"a": [1.0, 2.0], "b": [3.0, 4.0], "c": [5.0, 6.0]}
    assert [(each.variant, each.against, each.beats) for each in compare_variants(scores, higher_is_better=False)] == [
        ("b", "a", 0),
        ("c", "a", 0),
    ]


def test_one_variant_or_one_run_compares_with_nothing():
    assert compare_variants({"a": [1.0, 2.0]}, True) == ()
    assert compare_variants({"a": [1.0], "b": [2.0]}, True) == ()
    assert compare_variants({"a": [1.0, 2.0], "b": [2.0, math.nan]}, True) == ()
