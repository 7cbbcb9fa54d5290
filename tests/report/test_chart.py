import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.report.chart import line_chart, thinned, ticks, whole_ticks


def test_ticks_are_round_and_reach_around_the_values():
    assert ticks(0.861, 0.955) == pytest.approx([0.85, 0.90, 0.95, 1.00])
    assert ticks(0, 3) == [0, 1, 2, 3]
    assert whole_ticks(1, 10) == [0, 5, 10]
    assert whole_ticks(0, 2) == [0, 1, 2]


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


def test_points_lie_where_the_axes_say():
    chart = line_chart("loss", "update", [(0, 1.0), (10, 3.0)], lambda y: f"{y:.1f}", level=("floor", 2.0), best=1)
    at = {tick.label: tick.at for tick in chart.y_ticks}
    first, last = [tuple(map(float, point.split(","))) for point in chart.points.split()]
    assert first == (chart.left, at["1.0"])
    assert last == (chart.right, at["3.0"])
    assert chart.level.y == at["2.0"]
    assert (chart.best.x, chart.best.y, chart.best.label) == (*last, "3.0")
    assert chart.description == "loss: from 1.0 at update 0 to 3.0 at update 10. floor: 2.0."


def test_one_point_and_equal_points_can_be_drawn():
    for values in ([(5, 1.0)], [(5, 0.0), (6, 0.0)]):
        chart = line_chart("loss", "update", values, str)
        assert len(chart.dots) == len(values)
        assert all(chart.top <= dot.y <= chart.bottom for dot in chart.dots)


def test_what_is_not_finite_is_not_drawn():
    assert line_chart("loss", "update", [(1, math.nan), (2, math.inf)], str) is None
    assert line_chart("loss", "update", [], str) is None
    assert len(line_chart("loss", "update", [(1, math.nan), (2, 1.0), (3, 2.0)], str).points.split()) == 2


def test_very_many_points_become_means_of_neighbours():
    values = [(float(x), float(x % 2)) for x in range(10_000)]
    few = thinned(values)
    assert len(few) <= 300
    assert {y for _, y in few} == {0.5}
    assert thinned(values[:10]) == values[:10]
