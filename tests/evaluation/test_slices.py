import numpy as np
import pytest

from seqlab.evaluation.decisions import decisions, rightness
from seqlab.evaluation.metrics import Accuracy
from seqlab.evaluation.scoring import evaluate_split
from seqlab.evaluation.slices import TrainWords, tagged_words
from seqlab.interfaces.records import (
    Example,
    Features,
    Labels,
    LabelsPrediction,
    LogProbsPrediction,
    Tags,
    TagsPrediction,
    Tokens,
    TokensPrediction,
)


def tagged(words, tags, **inputs):
    return Example("s", "test:1", {"main": Tokens(tuple(words.split()))} | inputs, Tags(tuple(tags.split())))


TRAIN = [tagged("the run ended", "D N V"), tagged("they run the bank", "P V D N"), tagged("the bank", "D N")]


def test_words_are_known_unknown_or_ambiguous():
    slices = TrainWords(TRAIN).slices([tagged("the run", "D N"), tagged("The bank ran", "D N V")])
    assert slices == {
        "known": [(True, True), (False, True, False)],  # "The" is not spelt as in train
        "unknown": [(False, False), (True, False, True)],
        "ambiguous": [(False, True), (False, False, False)],
    }


def test_words_are_those_of_the_input_as_long_as_the_tags():
    example = Example(
        "s",
        "x:1",
        {"context": Tokens(("a",)), "speech": Features(np.zeros((2, 1))), "words": Tokens(("b", "c"))},
        Tags(("N", "V")),
    )
    assert tagged_words(example) == ("b", "c")
    assert tagged_words(tagged("a b", "N V", first=Tokens(("x", "y")))) == ("a", "b")  # main comes first


def test_what_has_no_words_or_tags_has_no_slices():
    words = TrainWords(TRAIN)
    assert words.slices([Example("s", "x:1", {"main": Tokens(("a",))}, Labels(("pos",)))]) == {}
    assert words.slices([Example("s", "x:1", {"main": Features(np.zeros((1, 2)))}, Tags(("N",)))]) == {}
    assert TrainWords([Example("s", "x:1", {}, Labels(("pos",)))]).slices([]) == {
        "known": [],
        "unknown": [],
        "ambiguous": [],
    }


def test_every_system_is_scored_on_every_slice():
    examples = [tagged("the run", "D N"), tagged("they walk slowly", "P V A"), tagged("a bank", "D N")]
    model = [TagsPrediction(("D", "V")), TagsPrediction(("P", "V", "V")), TagsPrediction(("N", "N"))]
    floor = [TagsPrediction(("D", "N")), TagsPrediction(("N", "N", "N")), TagsPrediction(("N", "N"))]
    found = evaluate_split(
        examples,
        model,
        {"floor": floor},
        [Accuracy(None)],
        seed=0,
        resamples=200,
        slices=TrainWords(TRAIN).slices(examples),
    )
    assert {name: part.n for name, part in found.slices.items()} == {
        "known": {"tokens": 4},  # the run they bank
        "unknown": {"tokens": 3},  # walk slowly a
        "ambiguous": {"tokens": 1},  # run
    }
    assert found.slices["known"].model.values == {"accuracy": 3 / 4}
    assert found.slices["known"].baselines["floor"].values == {"accuracy": 3 / 4}
    assert found.slices["unknown"].model.values == {"accuracy": pytest.approx(1 / 3)}
    assert found.slices["unknown"].baselines["floor"].values == {"accuracy": 0}
    assert found.slices["ambiguous"].model.values == {"accuracy": 0}
    low, high = found.slices["known"].model.intervals["accuracy"]
    assert 0 <= low <= 3 / 4 <= high <= 1
    without = evaluate_split(examples, model, {"floor": floor}, [Accuracy(None)], seed=0, resamples=200)
    assert without.model == found.model  # slices change no other score
    assert without.comparison == found.comparison


def test_the_interval_of_a_slice_is_that_of_its_examples_alone():
    generator = np.random.default_rng(0)
    examples = [tagged("old" if number % 2 else "new", "N") for number in range(400)]
    model = [TagsPrediction(("N" if generator.random() < 0.7 else "V",)) for _ in examples]
    slices = {"odd": [(number % 2 == 1,) for number in range(400)]}
    found = evaluate_split(examples, model, {}, [Accuracy(None)], seed=0, resamples=5000, slices=slices).slices["odd"]
    alone = evaluate_split(examples[1::2], model[1::2], {}, [Accuracy(None)], seed=1, resamples=5000).model
    assert found.model.values == alone.values
    assert found.model.intervals["accuracy"] == pytest.approx(alone.intervals["accuracy"], abs=0.02)


def test_an_empty_slice_is_undefined():
    examples = [tagged("the bank", "D N")]
    said = [TagsPrediction(("D", "N"))]
    found = evaluate_split(
        examples, said, {}, [Accuracy(None)], seed=0, resamples=100, slices=TrainWords(TRAIN).slices(examples)
    )
    assert found.slices["unknown"].n == {"tokens": 0}
    assert np.isnan(found.slices["unknown"].model.values["accuracy"])


def test_an_example_is_right_if_all_of_it_is():
    golds = [Tags(("N", "V")), Tags(("N",)), Tags(())]
    found = rightness([TagsPrediction(("N", "N")), TagsPrediction(("N",)), TagsPrediction(())], golds)
    assert found.right.tolist() == [True, False, True]
    assert found.owner.tolist() == [0, 0, 1]
    assert found.whole().tolist() == [False, True, True]


def test_decisions_of_every_kind_of_prediction():
    assert decisions(LabelsPrediction(("b", "a")), Labels(("a", "b"))) == [("a, b", "a, b")]
    references = (Tokens(("a", "dog")), Tokens(("one", "dog")))
    assert decisions(TokensPrediction(("one", "dog")), references) == [("one dog", "one dog")]
    assert decisions(TokensPrediction(("a", "cat")), references) == [("a dog", "a cat")]
    assert decisions(LogProbsPrediction((-1.0,)), Tokens(("a",))) is None
    assert decisions(TagsPrediction(("N",)), None) is None
    assert rightness([LogProbsPrediction((-1.0,))], [Tokens(("a",))]) is None
