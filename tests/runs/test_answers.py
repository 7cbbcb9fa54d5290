"""Predictions as text."""

import json
from pathlib import Path

from seqlab.data.raw import text_examples, token_examples
from seqlab.interfaces.records import (
    Example,
    Image,
    LabelsPrediction,
    NumberPrediction,
    TagsPrediction,
    Text,
    Tokens,
    TokensPrediction,
)
from seqlab.interfaces.tokenizer import Token, Tokenizer
from seqlab.runs.answers import as_json_line, as_plain


class Letters(Tokenizer):
    """Each letter is a token; nothing is known of sentences."""

    def __call__(self, text):
        return [Token(letter, place, place + 1) for place, letter in enumerate(text) if letter != " "]


def test_a_label_stands_before_its_text():
    example = Example("7", "x:7", {"main": Tokens(("not", "bad", "."), "not bad.", (0, 4, 7))})
    said = LabelsPrediction(("positive",), {"negative": 0.1234567, "positive": 0.8765433})
    assert as_plain(example, said) == "positive\tnot bad.\n"
    assert json.loads(as_json_line(example, said, True)) == {
        "id": "7",
        "text": "not bad.",
        "tokens": ["not", "bad", "."],
        "starts": [0, 4, 7],
        "labels": ["positive"],
        "probabilities": {"negative": 0.123457, "positive": 0.876543},
    }


def test_of_several_inputs_the_last_is_told_and_the_likeliest_labels_are_ranked():
    inputs = {"image": Image(Path("cup.png")), "question": Tokens(("what",), "What?")}
    said = LabelsPrediction(("b",), {"a": 0.25, "b": 0.5, "c": 0.15, "d": 0.1})
    assert as_plain(Example("1", "x:1", inputs), said) == "b\tWhat?\tb 0.500, a 0.250, c 0.150\n"
    record = json.loads(as_json_line(Example("1", "x:1", inputs), said, True))
    assert record["inputs"] == {"image": "cup.png", "question": "What?"}
    assert list(record["probabilities"]) == ["b", "a", "c", "d"]


def test_a_text_that_no_tokenizer_cut_is_given_back():
    assert as_plain(Example("1", "x:1", {"main": Text("a b")}), LabelsPrediction(("x", "y"))) == "x,y\ta b\n"


def test_a_number_has_the_digits_that_float32_has():
    example, said = Example("9", "x:9", {"main": Text("a b")}), NumberPrediction(0.12345679104328156)
    assert as_plain(example, said) == "0.1234568\ta b\n"
    assert json.loads(as_json_line(example, said, False)) == {"id": "9", "text": "a b", "number": 0.1234568}


def test_what_is_generated_is_joined():
    assert as_plain(Example("1", "x:1", {}), TokensPrediction(("a", "b"))) == "a b\n"


def test_probabilities_that_a_model_does_not_have_are_null():
    example = Example("1", "x:1", {"main": Tokens(("a",))})
    assert json.loads(as_json_line(example, TagsPrediction(("X",)), True))["probabilities"] is None
    assert "probabilities" not in json.loads(as_json_line(example, TagsPrediction(("X",)), False))


def test_a_line_is_an_example_unless_sentences_are_wanted():
    lines = ["ab c", "", "  ", "d"]
    (one, two) = text_examples(lines, "f", Letters(None), by_sentence=False)
    assert (one.id, one.place, one.inputs["main"]) == ("1", "f:1", Tokens(("a", "b", "c"), "ab c", (0, 1, 3)))
    assert (two.id, two.place) == ("4", "f:4")
    (only, _) = text_examples([" ab ", "c"], "f", Letters(None), by_sentence=True)
    assert (only.id, only.inputs["main"]) == ("1.1", Tokens(("a", "b"), "ab", (0, 1)))
    (text,) = text_examples(["as it is"], "f", None, by_sentence=True)
    assert text.inputs == {"main": Text("as it is")}


def test_tokens_stand_between_white_space():
    (example,) = token_examples(["", " a  b\tc "], "f")
    assert (example.place, example.inputs["main"].items) == ("f:2", ("a", "b", "c"))


def test_other_sequences_and_all_probabilities_stand_beside_tags_where_a_model_gives_them():
    example = Example("1", "x:1", {"main": Tokens(("Oslo",))})
    said = TagsPrediction(("B",), (0.75,), ((("B",), -0.2876821), (("O",), -1.3862944)), ({"B": 0.75, "O": 0.25},))
    assert json.loads(as_json_line(example, said, True)) == {
        "id": "1",
        "tokens": ["Oslo"],
        "tags": ["B"],
        "probabilities": [0.75],
        "n_best": [{"tags": ["B"], "log_probability": -0.287682}, {"tags": ["O"], "log_probability": -1.386294}],
        "marginals": [{"B": 0.75, "O": 0.25}],
    }
    assert set(json.loads(as_json_line(example, said, False))) == {"id", "tokens", "tags"}
