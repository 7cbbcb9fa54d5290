"""What the report says of numbers."""

from xml.etree import ElementTree

import pytest

from seqlab import Example, Labels, LabelsPrediction, Number, NumberPrediction
from seqlab_regress.differences import POINTS, Pair, _diagram, number_pairs, worst


def pairs(*numbers):
    examples = [Example(f"e{n}", f"f:{n}", {}, Number(gold)) for n, (gold, _) in enumerate(numbers)]
    return number_pairs(examples, [NumberPrediction(said) for _, said in numbers])


def test_the_farthest_off_stand_first_whatever_the_sign():
    found = worst(pairs((1.0, 1.1), (2.0, -1.0), (0.0, 2.0)))
    assert [each.id for each in found] == ["e1", "e2", "e0"]
    assert found[0] == Pair("e1", "f:1", 2.0, -1.0)
    assert len(worst(pairs(*[(0.0, 1.0)] * 30))) == 10


@pytest.mark.parametrize(
    "target, said", [(Labels(("a",)), NumberPrediction(1.0)), (Number(1.0), LabelsPrediction(("a",)))]
)
def test_without_numbers_there_is_nothing(target, said):
    assert number_pairs([Example("e", "f:1", {}, target)], [said]) == []


def test_a_point_stands_at_its_gold_and_its_predicted_number():
    drawing = ElementTree.fromstring(_diagram(pairs((-1.0, -1.0), (3.0, 1.0), (0.0, 3.0))))
    points = [(float(each.get("cx")), float(each.get("cy"))) for each in drawing.iter("circle")]
    frame = drawing.find("rect").attrib
    left, top, size = (float(frame[name]) for name in ("x", "y", "width"))
    assert points == [(left, top + size), (left + size, top + size / 2), (left + size / 4, top)]


def test_numbers_that_are_all_the_same_and_thousands_can_be_drawn():
    assert len(list(ElementTree.fromstring(_diagram(pairs((2.0, 2.0)))).iter("circle"))) == 1
    many = ElementTree.fromstring(_diagram(pairs(*[(float(n), 0.0) for n in range(2 * POINTS + 1)])))
    assert POINTS / 2 < len(list(many.iter("circle"))) <= POINTS
