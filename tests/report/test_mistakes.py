from pathlib import Path

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import (
    Example,
    Image,
    Labels,
    LabelsPrediction,
    LogProbsPrediction,
    Tags,
    TagsPrediction,
    Text,
    Tokens,
    TokensPrediction,
)
from seqlab.report.mistakes import MarkedToken, find_mistakes, spread


def example(number, words, target):
    return Example(f"s{number}", f"folder/test:{number}", {"main": Tokens(tuple(words.split()))}, target)


EXAMPLES = [
    example(1, "a b", Tags(("N", "V"))),
    example(2, "c d", Tags(("N", "V"))),
    example(3, "e", Tags(("N",))),
]
MODEL = [TagsPrediction(("N", "V")), TagsPrediction(("V", "N")), TagsPrediction(("V",))]
FLOOR = [TagsPrediction(("N", "N")), TagsPrediction(("N", "N")), TagsPrediction(("N",))]


def groups(found, heading):
    return {group.title: group for group in found.groups[heading]}


def test_wrong_tokens_are_counted_and_sorted_by_confusion():
    found = find_mistakes(Predictions(EXAMPLES, MODEL, {"floor": FLOOR}), "floor")
    assert (found.unit, found.decisions, found.wrong) == ("tokens", 5, 3)
    assert (found.examples, found.wrong_examples) == (3, 2)
    assert found.known_to_floor == 2
    by_confusion = groups(found, "By confusion")
    assert {title: group.total for title, group in by_confusion.items()} == {"N taken for V": 2, "V taken for N": 1}
    assert by_confusion["N taken for V"].known_to_floor == 2
    first, second = by_confusion["N taken for V"].shown
    assert (first.id, first.place, first.gold, first.predicted, first.floor) == ("s2", "test:2", "N", "V", "N")
    assert first.tokens == (MarkedToken("c", "N", "V", focus=True), MarkedToken("d", "V", "N"))
    assert first.tokens[1].wrong
    assert second.id == "s3"


def test_errors_that_the_floor_does_not_make_stand_together():
    found = find_mistakes(Predictions(EXAMPLES, MODEL, {"floor": FLOOR}), "floor")
    (lost,) = found.groups["Beside the floor"]
    assert lost.title == "Wrong only for the model: floor has them right"
    assert lost.known_to_floor is None  # the title says it
    assert (lost.total, [each.id for each in lost.shown]) == (2, ["s2", "s3"])
    alone = find_mistakes(Predictions(EXAMPLES, MODEL, {}))
    assert alone.known_to_floor is None
    assert list(alone.groups) == ["By confusion"]
    assert alone.groups["By confusion"][0].shown[0].floor is None


def test_errors_are_sorted_by_part_of_the_data():
    slices = {"unknown": [(True, True), (False, True), (True,)], "empty": [(False, False), (False, False), (False,)]}
    found = find_mistakes(Predictions(EXAMPLES, MODEL, {}, slices=slices))
    (unknown,) = found.groups["By part of the data"]
    assert (unknown.title, unknown.total) == ("On unknown words", 2)
    assert [(each.id, each.gold) for each in unknown.shown] == [("s2", "V"), ("s3", "N")]


def test_of_many_errors_some_are_shown_spread_over_the_split():
    assert spread(3, 8) == [0, 1, 2]
    assert spread(100, 4) == [0, 33, 66, 99]
    assert spread(5, 1) == [0]
    assert spread(0, 4) == []
    examples = [example(number, "w", Tags(("N",))) for number in range(100)]
    found = find_mistakes(Predictions(examples, [TagsPrediction(("V",))] * 100, {}), most=4)
    (group,) = found.groups["By confusion"]
    assert group.total == 100
    assert [each.id for each in group.shown] == ["s0", "s33", "s66", "s99"]


def test_only_the_most_frequent_confusions_are_shown():
    examples = [example(number, "w", Tags((f"T{number % 20}",))) for number in range(100)]
    found = find_mistakes(Predictions(examples, [TagsPrediction(("V",))] * 100, {}), most_confusions=3)
    assert [group.title for group in found.groups["By confusion"]] == [
        "T0 taken for V",
        "T1 taken for V",
        "T10 taken for V",
    ]


def test_a_long_example_is_shown_around_its_error():
    gold = ("N",) * 500
    said = ("N",) * 300 + ("V",) + ("N",) * 199
    words = " ".join(f"w{number}" for number in range(500))
    found = find_mistakes(Predictions([example(1, words, Tags(gold))], [TagsPrediction(said)], {}))
    (shown,) = found.groups["By confusion"][0].shown
    assert shown.cut_before
    assert shown.cut_after
    assert [token.text for token in shown.tokens] == [f"w{number}" for number in range(290, 311)]
    assert [token.text for token in shown.tokens if token.focus] == ["w300"]


def test_wrong_labels_are_shown_with_their_input():
    inputs = {
        "text": Text("so good"),
        "picture": Image(Path("pictures.zip"), "cat.png"),
        "other": Image(Path("a/b.png")),
    }
    examples = [Example("s1", "x:1", inputs, Labels(("neg",))), example(2, "fine", Labels(("pos",)))]
    model = [LabelsPrediction(("pos",)), LabelsPrediction(("pos",))]
    found = find_mistakes(Predictions(examples, model, {"floor": model}), "floor")
    assert (found.unit, found.decisions, found.wrong) == ("examples", 2, 1)
    (shown,) = groups(found, "By confusion")["neg taken for pos"].shown
    assert (shown.text, shown.gold, shown.predicted, shown.floor) == (
        "text: so good / picture: cat.png / other: a/b.png",
        "neg",
        "pos",
        "pos",
    )
    assert "Beside the floor" not in found.groups


def test_a_generated_text_is_right_if_any_reference_is():
    references = (Tokens(("a", "dog")), Tokens(("one", "dog")))
    examples = [example(1, "x", references), example(2, "y", references), example(3, "z", Tokens(("ok",)))]
    model = [TokensPrediction(("one", "dog")), TokensPrediction(("a", "cat")), TokensPrediction(("ok",))]
    found = find_mistakes(Predictions(examples, model, {}))
    assert found.wrong == 1
    assert list(found.groups) == ["All errors"]
    (shown,) = found.groups["All errors"][0].shown
    assert (shown.gold, shown.predicted) == ("a dog", "a cat")


def test_log_probabilities_are_neither_right_nor_wrong():
    examples = [example(1, "x y", Tokens(("y", "z")))]
    assert find_mistakes(Predictions(examples, [LogProbsPrediction((-1.0, -2.0))], {})) is None


def test_a_model_without_errors_has_none_to_show():
    found = find_mistakes(Predictions([example(1, "a", Tags(("N",)))], [TagsPrediction(("N",))], {}))
    assert (found.wrong, found.groups) == (0, {})


def test_of_several_inputs_each_has_its_name_and_a_long_one_its_end():
    story = Tokens(("Ada ran.",) * 99, "Ada ran. " * 98 + "Bo slept.")
    inputs = {"story": story, "question": Tokens(("where",), "Where?"), "image": Image(Path("x.zip"), "images/7.png")}
    example = Example("q", "x:3", inputs, Labels(("a",)))
    found = find_mistakes(Predictions([example], [LabelsPrediction(("b",))], {}))
    ((shown,),) = (group.shown for group in found.groups["By confusion"])
    assert shown.text.startswith("story: ...")
    assert shown.text.endswith("Ada ran. Bo slept. / question: Where? / image: images/7.png")
    assert len(shown.text) < 500
