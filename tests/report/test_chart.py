import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.report.chart import Level, line_chart, thinned, tick_labels, ticks


def drawn(values, show=lambda y: f"{y:.1f}", **settings):
    return line_chart("loss", "Loss", "update", values, show, **settings)


def curve(chart):
    """The points of the curve, in the units of the drawing."""
    found = ElementTree.fromstring(chart.svg)
    (path,) = [
        each.get("d") for each in found.iter("path") if "stroke: var(--accent); stroke-width: 2;" in each.get("style", "")
        and each.get("d").count("L") and not each.get("id")
    ][:1]  # fmt: skip
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path)]


def dots(chart):
    return sum("var(--accent)" in each.get("style", "") for each in ElementTree.fromstring(chart.svg).iter("use"))


def words(chart):
    return [each.text for each in ElementTree.fromstring(chart.svg).iter("text")]


def test_ticks_are_round_and_reach_around_the_values():
    assert ticks(0.861, 0.955) == pytest.approx([0.86, 0.88, 0.90, 0.92, 0.94, 0.96])
    assert ticks(0, 3, whole=True) == [0, 1, 2, 3]


# Training in the same process makes torch flush subnormal numbers to zero, which hypothesis would stumble over.
finite = st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)


@given(finite, finite)
def test_ticks_hold_any_values(one, other):
    low, high = min(one, other), max(one, other)
    found = ticks(low, high)
    assert 2 <= len(found) <= 12
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert found == sorted(set(found))


def test_labels_of_an_axis_have_no_zeros_that_none_needs():
    assert tick_labels([80, 85, 90], lambda y: f"{y:.2f}") == ["80", "85", "90"]
    assert tick_labels([0.5, 0.75], lambda y: f"{y:.3f}") == ["0.50", "0.75"]
    assert tick_labels([10, 20], str) == ["10", "20"]


def test_the_curve_lies_where_the_axes_say():
    chart = drawn([(0, 1.0), (10, 3.0), (20, 2.0)], level=Level("floor", 2.0), best=1)
    (left, low), (middle, high), (right, between) = curve(chart)
    assert middle - left == pytest.approx(right - middle)
    assert low > high  # upwards is less in SVG
    assert between == pytest.approx((low + high) / 2)
    shown = words(chart)
    assert {"1.0", "3.0", "update", "floor 2.0"} <= set(shown)
    assert shown[-1] == "3.0"  # the best point
    assert 'aria-label="Loss: from 1.0 at update 0 to 2.0 at update 20. floor: 2.0."' in chart.svg


def test_one_point_and_equal_points_can_be_drawn():
    for values in ([(5, 1.0)], [(5, 0.0), (6, 0.0)]):
        chart = drawn(values)
        assert dots(chart) == len(values)


def test_what_is_not_finite_is_not_drawn():
    assert drawn([(1, math.nan), (2, math.inf)]) is None
    assert drawn([]) is None
    assert len(curve(drawn([(1, math.nan), (2, 1.0), (3, 2.0)]))) == 2
    assert drawn([(1, 1.0), (2, math.nan)], best=1) is not None


def test_very_many_points_become_means_of_neighbours():
    values = [(float(x), float(x % 2)) for x in range(10_000)]
    few = thinned(values)
    assert len(few) <= 300
    assert {y for _, y in few} == {0.5}
    assert thinned(values[:10]) == values[:10]
    assert dots(drawn(values)) == 0  # no dots where they would be a smear
