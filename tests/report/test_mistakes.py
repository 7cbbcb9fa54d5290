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
from seqlab.report.mistakes import MarkedToken, find_mistakes


def example(number, words, target):
    return Example(f"s{number}", f"test:{number}", {"main": Tokens(tuple(words.split()))}, target)


def test_wrong_tokens_are_marked_and_counted():
    examples = [
        example(1, "a b", Tags(("N", "V"))),
        example(2, "c d", Tags(("N", "V"))),
        example(3, "e", Tags(("N",))),
    ]
    model = [TagsPrediction(("N", "V")), TagsPrediction(("V", "N")), TagsPrediction(("V",))]
    floor = [TagsPrediction(("N", "N")), TagsPrediction(("N", "N")), TagsPrediction(("N",))]
    found = find_mistakes(Predictions(examples, model, {"floor": floor}), "floor")
    assert (found.unit, found.decisions, found.wrong) == ("tokens", 5, 3)
    assert (found.examples, found.wrong_examples) == (3, 2)
    assert found.confusions == (("N", "V", 2), ("V", "N", 1))
    assert found.known_to_floor == 2
    assert [mistake.id for mistake in found.first] == ["s2", "s3"]
    assert found.first[0].tokens == (MarkedToken("c", "N", "V"), MarkedToken("d", "V", "N"))
    assert len(find_mistakes(Predictions(examples, model, {}), most=1).first) == 1
    assert find_mistakes(Predictions(examples, model, {})).known_to_floor is None


def test_a_long_example_is_shown_around_its_first_error():
    gold = ("N",) * 500
    said = ("N",) * 300 + ("V",) + ("N",) * 199
    words = " ".join(f"w{number}" for number in range(500))
    (shown,) = find_mistakes(Predictions([example(1, words, Tags(gold))], [TagsPrediction(said)], {})).first
    assert shown.cut
    assert len(shown.tokens) == 80
    assert shown.tokens[0].text == "w295"
    assert [token.text for token in shown.tokens if token.wrong] == ["w300"]


def test_wrong_labels_are_shown_with_their_input():
    inputs = {
        "text": Text("so good"),
        "picture": Image(Path("pictures.zip"), "cat.png"),
        "other": Image(Path("a/b.png")),
    }
    examples = [Example("s1", "x:1", inputs, Labels(("neg",))), example(2, "fine", Labels(("pos",)))]
    model = [LabelsPrediction(("pos",)), LabelsPrediction(("pos",))]
    found = find_mistakes(Predictions(examples, model, {}))
    assert (found.unit, found.decisions, found.wrong) == ("examples", 2, 1)
    (shown,) = found.first
    assert (shown.text, shown.gold, shown.predicted) == ("so good / cat.png / b.png", "neg", "pos")


def test_a_generated_text_is_right_if_any_reference_is():
    references = (Tokens(("a", "dog")), Tokens(("one", "dog")))
    examples = [example(1, "x", references), example(2, "y", references), example(3, "z", Tokens(("ok",)))]
    model = [TokensPrediction(("one", "dog")), TokensPrediction(("a", "cat")), TokensPrediction(("ok",))]
    found = find_mistakes(Predictions(examples, model, {}))
    assert found.wrong == 1
    assert found.confusions == ()
    assert (found.first[0].gold, found.first[0].predicted) == ("a dog", "a cat")


def test_log_probabilities_are_neither_right_nor_wrong():
    examples = [example(1, "x y", Tokens(("y", "z")))]
    assert find_mistakes(Predictions(examples, [LogProbsPrediction((-1.0, -2.0))], {})) is None


def test_a_model_without_errors_has_none_to_show():
    found = find_mistakes(Predictions([example(1, "a", Tags(("N",)))], [TagsPrediction(("N",))], {}))
    assert (found.wrong, found.first, found.confusions) == (0, (), ())
