import sys
from math import comb

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from seqlab.evaluation.mcnemar import mcnemar_p

numbers = st.integers(0, 400)


@given(numbers, numbers)
def test_it_is_the_binomial_test_of_the_disagreements(first, second):
    if first + second == 0:
        return
    expected = scipy.stats.binomtest(first, first + second, 0.5).pvalue
    assert mcnemar_p(first, second) == pytest.approx(max(expected, sys.float_info.min), rel=1e-9)
    assert mcnemar_p(first, second) == mcnemar_p(second, first)


def test_closed_forms():
    assert mcnemar_p(0, 0) == 1
    assert mcnemar_p(7, 0) == 2 / 2**7
    assert mcnemar_p(1, 9) == 2 * (1 + 10) / 2**10
    assert mcnemar_p(3, 12) == 2 * sum(comb(15, k) for k in range(4)) / 2**15
    assert mcnemar_p(5, 5) == 1  # twice the tail is more than 1


def test_it_is_not_the_mid_p_variant():
    assert mcnemar_p(6, 0) == 0.03125  # mid-p would be 0.015625


def test_very_many_disagreements_are_summed_exactly_and_never_give_zero():
    assert mcnemar_p(10_000, 10_300) == pytest.approx(scipy.stats.binomtest(10_000, 20_300).pvalue, rel=1e-9)
    assert mcnemar_p(5000, 0) == sys.float_info.min
