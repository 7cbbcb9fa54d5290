"""The baseline `gazetteer`: spans of train found again, the longest first."""

import json

import pytest

from seqlab_tagger.gazetteer import Gazetteer


@pytest.fixture
def fitted(sentence, context):
    def fit(*pairs):
        baseline = Gazetteer(None)
        baseline.fit([sentence(*pair) for pair in pairs], [], context)
        return baseline

    return fit


def tags_of(baseline, sentence, *texts):
    return [" ".join(each.tags) for each in baseline.predict([sentence(text) for text in texts])]


def test_the_longest_span_is_taken_whatever_its_case(fitted, sentence):
    baseline = fitted(
        ("New York City sleeps", "B-LOC I-LOC I-LOC O"), ("York", "B-LOC"), ("in new YORK times", "O B-ORG I-ORG I-ORG")
    )
    assert tags_of(baseline, sentence, "new york city", "york new York Times York city", "New York", "Bonn") == [
        "B-LOC I-LOC I-LOC",
        "B-LOC B-ORG I-ORG I-ORG B-LOC O",
        "O B-LOC",
        "O",
    ]


def test_the_most_frequent_type_wins_and_of_equals_the_first(fitted, sentence):
    baseline = fitted(
        ("Paris", "B-PER"), ("paris", "B-LOC"), ("PARIS", "B-LOC"), ("Ada Oslo", "B-PER B-LOC"), ("Oslo", "B-PER")
    )
    assert tags_of(baseline, sentence, "Paris Ada Oslo") == ["B-LOC B-PER B-LOC"]


@pytest.mark.parametrize(
    "tags, found",
    [
        ("I-X I-X O B-Y I-Y", "I-X I-X B-X I-X O I-Y"),
        ("B-X I-X O B-Y I-Y", "B-X I-X B-X I-X O B-Y"),
        ("B-X E-X O S-Y O", "B-X E-X B-X E-X O S-Y"),
    ],
    ids=["IOB1", "BIO", "BIOES"],
)
def test_it_writes_the_scheme_of_train(fitted, sentence, tags, found):
    baseline = fitted(("a b c d e", tags), ("d", "I-Y" if tags[0] == "I" else tags.split()[3]))
    assert tags_of(baseline, sentence, "a b a b q d") == [found]


def test_other_tags_are_spans_as_far_as_they_are_repeated(fitted, sentence):
    baseline = fitted(("the old dog", "D N N"), ("a dog", "D N"), ("runs", "V"))
    assert tags_of(baseline, sentence, "the old dog runs", "cat") == ["D N N V", "N"]


def test_it_is_saved_as_json(fitted, sentence, tmp_path):
    baseline = fitted(("Ada in New York", "B-PER O B-LOC I-LOC"))
    baseline.save(tmp_path)
    assert json.loads((tmp_path / "gazetteer.json").read_text())["spans"] == [["PER", "ada"], ["LOC", "new", "york"]]
    loaded = Gazetteer(None)
    loaded.load(tmp_path)
    assert (
        tags_of(loaded, sentence, "New York Ada")
        == tags_of(baseline, sentence, "New York Ada")
        == ["B-LOC I-LOC B-PER"]
    )


def test_it_must_be_fitted(sentence):
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(Gazetteer(None).predict([sentence("a")]))


def test_a_train_split_without_spans_predicts_none(fitted, sentence):
    assert tags_of(fitted(("a b", "O O")), sentence, "a b") == ["O O"]
