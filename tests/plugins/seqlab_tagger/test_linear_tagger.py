import numpy as np
import pytest
from sklearn.svm import LinearSVC

from seqlab import Example, Labels
from seqlab_tagger.linear_tagger import LinearTagger
from seqlab_tagger.settings import LinearTaggerSettings


def words_of(examples):
    return [example.inputs["main"].items for example in examples]


def fitted(train, context, **settings):
    baseline = LinearTagger(LinearTaggerSettings(**settings))
    baseline.fit(train, [], context)
    return baseline


def test_its_scores_are_those_of_scikit_learn(toy_treebank, context):
    baseline = fitted(toy_treebank, context, cost=0.3, iterations=200)
    gold = [tag for example in toy_treebank for tag in example.target.items]
    rows = baseline.features.rows(words_of(toy_treebank)).astype(float)
    # Another seed: once converged, the machines do not depend on it.
    machine = LinearSVC(C=0.3, max_iter=10_000, dual=True, random_state=0).fit(rows, gold)
    scores = baseline.scores(words_of(toy_treebank))
    assert scores == pytest.approx(machine.decision_function(rows), abs=2e-3)
    expected = machine.predict(rows).tolist()
    assert [tag for prediction in baseline.predict(toy_treebank) for tag in prediction.tags] == expected


def test_context_and_endings_decide(toy_treebank, context, sentence):
    baseline = fitted(toy_treebank, context)
    examples = [sentence("the run can ."), sentence("Ada can ."), sentence("a vation pated fornly .")]
    tags = [" ".join(prediction.tags) for prediction in baseline.predict(examples)]
    assert tags == ["D N V .", "P V .", "D N V A ."]


def test_saved_and_loaded_it_scores_the_same(toy_treebank, context, sentence, tmp_path):
    baseline = fitted([*toy_treebank, sentence("größe", "N")], context)
    baseline.save(tmp_path)
    loaded = LinearTagger(LinearTaggerSettings())
    loaded.load(tmp_path)
    sentences = [*words_of(toy_treebank), ("die", "größe", "flew"), (), ("The",)]
    assert np.array_equal(loaded.scores(sentences), baseline.scores(sentences))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["linear_tagger.json", "linear_tagger.safetensors"]
    assert list(loaded.predict(toy_treebank)) == list(baseline.predict(toy_treebank))


def test_the_same_seed_gives_the_same_weights(toy_treebank, context):
    first, second = fitted(toy_treebank, context, iterations=2), fitted(toy_treebank, context, iterations=2)
    assert np.array_equal(first.weights, second.weights)


def test_what_is_predicted_does_not_depend_on_the_sentences_beside(toy_treebank, context):
    baseline = fitted(toy_treebank, context)
    alone = [prediction for example in toy_treebank for prediction in baseline.predict([example])]
    assert list(baseline.predict(toy_treebank)) == alone
    assert list(baseline.predict(toy_treebank * 6)) == alone * 6  # more than one chunk


@pytest.mark.parametrize(("tags", "expected"), [("X X X X", "X X X X"), ("X Y X Y", "X Y X Y")])
def test_one_or_two_tags_are_enough(sentence, context, tags, expected):
    baseline = fitted([sentence("go 12 stop 7", tags)], context)
    assert baseline.weights.shape == (baseline.features.columns, len(set(tags.split())))
    (prediction,) = baseline.predict([sentence("go 12 stop 7")])
    assert " ".join(prediction.tags) == expected


def test_empty_sentences_have_no_tags(toy_treebank, context, sentence):
    baseline = fitted(toy_treebank, context)
    assert [prediction.tags for prediction in baseline.predict([sentence(""), sentence("dog"), sentence("")])] == [
        (),
        ("N",),
        (),
    ]
    assert list(baseline.predict([])) == []


def test_what_cannot_be_learnt_is_refused(context, sentence, tmp_path):
    with pytest.raises(ValueError, match="train:1: linear_tagger needs tags"):
        fitted([Example("s", "train:1", sentence("a").inputs, Labels(("x",)))], context)
    with pytest.raises(ValueError, match="2 words, but 1 tags"):
        fitted([sentence("a b", "X")], context)
    with pytest.raises(ValueError, match="no tag in train"):
        fitted([], context)
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(LinearTagger(LinearTaggerSettings()).predict([sentence("a")]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        LinearTagger(LinearTaggerSettings()).save(tmp_path)


def test_tags_of_spans_keep_to_their_scheme(sentence, context, monkeypatch):
    """Every token alone says E-PER loudest, which must have B-PER before it; a single word can only be O."""
    tagger = LinearTagger(LinearTaggerSettings())
    tagger.fit([sentence("Ada Byron sings in New York", "B-PER E-PER O O B-LOC E-LOC")], [], context)
    row = {"B-LOC": 0.0, "E-LOC": 0.0, "B-PER": 0.2, "E-PER": 0.5, "O": 0.1}
    loud = np.array([[row[tag] for tag in sorted(row)]], np.float32)
    monkeypatch.setattr(tagger, "scores", lambda sentences: loud.repeat(sum(map(len, sentences)), axis=0))
    found = [each.tags for each in tagger.predict([sentence("a"), sentence("a b"), sentence("a b c d")])]
    pair = ("B-PER", "E-PER")
    assert found == [("O",), pair, pair + pair]
