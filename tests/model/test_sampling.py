"""What is drawn from is what the formulas say; a draw is the first symbol whose cumulative probability exceeds u."""

import math
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from seqlab import IGNORED, Decoding
from seqlab.model.sampling import distribution, draw, largest, without

BEFORE_ONE = math.nextafter(1, 0)


def drawn(weights, *uniform):
    rows = torch.tensor(weights, dtype=torch.float64).expand(len(uniform), -1)
    return draw(rows, torch.tensor(uniform, dtype=torch.float64)).tolist()


def of(probabilities, dtype=torch.float64, **choice):
    """The distribution that is drawn from, as a list."""
    return distribution(torch.tensor([probabilities], dtype=torch.float64).log().to(dtype), Decoding(**choice))[0]


def kept(probabilities, dtype=torch.float64, **choice):
    return of(probabilities, dtype, **choice).nonzero().flatten().tolist()


# ------------------------------------------------------------------------------------------------ the draw


def test_a_million_draws_fit_the_distribution():
    probabilities = [0.0, 0.3, 0.05, 0.0, 0.4, 0.001, 0.249, 0.0]
    uniform = torch.from_numpy(np.random.default_rng(13).random(1_000_000))
    found = draw(torch.tensor(probabilities, dtype=torch.float64).expand(len(uniform), -1), uniform)
    counts = torch.bincount(found, minlength=len(probabilities)).numpy()
    possible = np.array(probabilities) > 0
    assert counts[~possible].sum() == 0
    assert chisquare(counts[possible], 1_000_000 * np.array(probabilities)[possible]).pvalue > 0.001


def test_the_first_symbol_whose_sum_exceeds_u_is_drawn_and_not_the_first_that_reaches_it():
    assert drawn([0.25, 0.25, 0.5], 0, math.nextafter(0.25, 0), 0.25, 0.5, BEFORE_ONE) == [0, 0, 1, 2, 2]


def test_no_symbol_of_probability_0_is_drawn_at_either_end():
    assert drawn([0, 0, 0.5, 0, 0.5, 0, 0], 0, math.nextafter(0.5, 0), 0.5, BEFORE_ONE) == [2, 2, 4, 4]


@pytest.mark.parametrize("total", [0.9999, 1 - 1e-7, BEFORE_ONE, 1, 1 + 1e-7, 1.0001])
def test_a_sum_that_is_not_quite_1_never_leads_past_the_last_symbol(total):
    assert drawn([total / 3, total / 3, total / 3, 0], BEFORE_ONE) == [2]


def test_rare_symbols_of_float32_are_drawn_behind_a_frequent_one():
    """A sum in float32 would stand still at them: 1 + 2 ** -30 is 1."""
    weights = torch.tensor([[1.0] + [2.0**-30] * 1000])
    uniform = (1 + 500.5 * 2**-30) / (1 + 1000 * 2**-30)
    assert draw(weights, torch.tensor([uniform], dtype=torch.float64)).tolist() == [501]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any), st.integers(0, 2**20 - 1))
def test_a_draw_is_what_exact_arithmetic_says(weights, numerator):
    sought = Fraction(numerator, 2**20) * sum(weights)
    expected = next(place for place, total in enumerate(accumulate(weights)) if total > sought)
    assert drawn(weights, numerator / 2**20) == [expected]


@given(
    st.lists(st.sampled_from([0.0, 1e-30, 1e-9, 0.1, 1 / 3, 0.7]), min_size=1, max_size=9).filter(any),
    st.floats(0, BEFORE_ONE),
)
def test_what_is_drawn_has_a_probability_above_0(weights, uniform):
    assert weights[drawn(weights, uniform)[0]] > 0


# ------------------------------------------------------------------------------------ the distribution


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1, 2, 10])
def test_temperature_raises_probabilities_to_its_inverse(temperature):
    probabilities = np.array([0.6, 0.3, 0.1, 0.0])
    powers = probabilities ** (1 / temperature)
    found = of(probabilities.tolist(), temperature=temperature)
    np.testing.assert_allclose(found.numpy(), powers / powers.sum(), rtol=1e-12)


@pytest.mark.parametrize("temperature", [1e-5, 1e-300, 5e-324])
def test_a_temperature_near_0_leaves_the_likeliest_alone(temperature):
    assert of([0.3, 0.0, 0.4, 0.3], temperature=temperature).tolist() == [0, 0, 1, 0]


def test_log_probabilities_need_not_be_normalised():
    exact = torch.tensor([[0.6, 0.3, 0.1]], dtype=torch.float64).log()
    torch.testing.assert_close(distribution(exact - 700, Decoding(top_p=0.8)), distribution(exact, Decoding(top_p=0.8)))


@pytest.mark.parametrize(
    "count, expected",
    [
        (1, [0, 0, 1, 0, 0]),
        (2, [0.3 / 0.7, 0, 0.4 / 0.7, 0, 0]),
        (4, [0.3, 0.1, 0.4, 0.2, 0]),
        (99, [0.3, 0.1, 0.4, 0.2, 0]),
    ],
)
def test_top_k_keeps_the_likeliest_and_normalises_them(count, expected):
    np.testing.assert_allclose(of([0.3, 0.1, 0.4, 0.2, 0.0], top_k=count).numpy(), expected, rtol=1e-12)


def test_top_k_keeps_no_more_than_k_of_equal_symbols_the_first_of_them():
    assert kept([0.1, 0.3, 0.1, 0.3, 0.1, 0.1], top_k=3) == [0, 1, 3]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "share, expected",
    [
        (1e-9, [1]),
        (0.49, [1]),
        (0.5, [1]),
        (0.51, [1, 3]),
        (0.75, [1, 3]),
        (0.76, [1, 2, 3]),
        (0.91, [0, 1, 2, 3]),
        (1, [0, 1, 2, 3]),
    ],
)
def test_top_p_keeps_the_fewest_symbols_that_reach_it(share, expected, dtype):
    assert kept([0.1, 0.5, 0.15, 0.25, 0.0], dtype, top_p=share) == expected


def test_top_p_normalises_what_it_keeps():
    np.testing.assert_allclose(of([0.1, 0.5, 0.15, 0.25], top_p=0.6).numpy(), [0, 2 / 3, 0, 1 / 3], rtol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_nine_of_ten_equal_symbols_reach_0_9(dtype):
    assert kept([0.1] * 10, dtype, top_p=0.9) == list(range(9))


@pytest.mark.parametrize("share, expected", [(0.2, 600), (0.5, 1500), (0.9, 2700)])
def test_top_p_of_a_large_vocabulary_reaches_as_far_as_it_must(share, expected):
    flat = torch.full((2, 3000), -math.log(3000), dtype=torch.float64)
    flat[0, 7] = 1000  # a row for which the first few do, beside one for which they do not
    counts = (distribution(flat, Decoding(top_p=share)) > 0).sum(dim=1)
    assert counts.tolist() == [1, expected]


def test_top_p_counts_what_top_k_has_left():
    """0.4 and 0.3 are 0.78 of the three that are left, but 0.7 of all."""
    assert kept([0.4, 0.3, 0.2, 0.1], top_k=3, top_p=0.75) == [0, 1]
    assert kept([0.4, 0.3, 0.2, 0.1], top_p=0.75) == [0, 1, 2]


def test_top_p_counts_after_temperature():
    """At temperature 2 the first holds 0.8 / (0.8 + 0.4 + 0.4 + 0.2) = 0.44 (roots of 0.64, 0.16, 0.16, 0.04)."""
    assert kept([0.64, 0.16, 0.16, 0.04], top_p=0.6) == [0]
    assert kept([0.64, 0.16, 0.16, 0.04], temperature=2, top_p=0.6) == [0, 1]


def test_rows_do_not_touch_each_other():
    rows = torch.randn(5, 40, generator=torch.Generator().manual_seed(3), dtype=torch.float64).log_softmax(dim=1)
    decoding = Decoding(temperature=0.8, top_k=20, top_p=0.7)
    alone = torch.cat([distribution(row, decoding) for row in rows.split(1)])
    torch.testing.assert_close(distribution(rows, decoding), alone, rtol=1e-12, atol=0)


def test_banned_symbols_get_nothing_and_the_others_their_share():
    log_probs = without(torch.tensor([[0.5, 0.2, 0.2, 0.1]], dtype=torch.float64).log(), [0, IGNORED, 3])
    np.testing.assert_allclose(distribution(log_probs, Decoding())[0].numpy(), [0, 0.5, 0.5, 0], rtol=1e-12)


@given(
    st.lists(st.lists(st.sampled_from([-math.inf, -2.0, -1.0, -0.5]), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(1, 6),
)
def test_of_equal_values_the_first_are_the_largest(rows, count):
    expected = [sorted(range(6), key=lambda place: -row[place])[:count] for row in rows]  # sorted is stable
    assert largest(torch.tensor(rows), count).tolist() == expected
