import json
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import chisquare
from sklearn.dummy import DummyClassifier

from seqlab.evaluation.stratified import Stratified, StratifiedSettings
from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Example, Labels, LabelsPrediction, Tags, Text, Tokens, Vocabularies


def context(seed=13):
    return Context(Vocabularies({}), seed=seed, threads=1, training=None, build=None, head=None)


def sentence(length, target=None):
    return Example("s1", "train.conllu:1", {"main": Tokens(("w",) * length)}, target)


def fitted(*targets, seed=13):
    baseline = Stratified(StratifiedSettings())
    baseline.fit([sentence(1, target) for target in targets], [], context(seed))
    return baseline


TAGS = Tags(("X",) * 6 + ("Y",) * 3 + ("Z",))


def test_tags_are_drawn_from_the_frequencies_of_train():
    predicted = [tag for each in fitted(TAGS).predict([sentence(7)] * 10_000) for tag in each.tags]
    counts = np.array([predicted.count(tag) for tag in "XYZ"])
    assert counts.sum() == 70_000
    assert chisquare(counts, 70_000 * np.array([0.6, 0.3, 0.1])).pvalue > 0.001
    # Each draw by itself: what follows an X is distributed as everything else.
    after = [second for first, second in pairwise(predicted) if first == "X"]
    assert after.count("X") / len(after) == pytest.approx(0.6, abs=0.01)


def test_it_does_what_scikit_learn_does():
    labels = ["a"] * 5 + ["b"] * 15
    dummy = DummyClassifier(strategy="stratified", random_state=0).fit(np.zeros((20, 1)), labels)
    drawn = dummy.predict(np.zeros((20_000, 1))).tolist()
    ours = list(fitted(*(Labels((label,)) for label in labels)).predict([sentence(3)] * 20_000))
    share = ours.count(LabelsPrediction(("a",))) / 20_000
    assert share == pytest.approx(drawn.count("a") / 20_000, abs=0.015)
    assert share == pytest.approx(0.25, abs=0.01)


def test_whole_sets_of_labels_are_drawn():
    drawn = set(fitted(Labels(("b", "a")), Labels(("a", "b")), Labels(("c",))).predict([sentence(1)] * 200))
    assert drawn == {LabelsPrediction(("a", "b")), LabelsPrediction(("c",))}


def test_the_same_examples_get_the_same_classes_and_another_seed_gets_others():
    examples = [sentence(5)] * 20
    baseline = fitted(TAGS)
    first = list(baseline.predict(examples))
    assert list(baseline.predict(examples)) == first == list(fitted(TAGS).predict(examples))
    assert list(fitted(TAGS, seed=14).predict(examples)) != first
    assert len(set(first)) > 1


@pytest.mark.parametrize("targets", [(TAGS,), (Labels(("Ü",)), Labels(("x",)), Labels(("x", "y")))])
def test_saved_and_loaded_it_predicts_the_same(tmp_path, targets):
    baseline, loaded = fitted(*targets), Stratified(StratifiedSettings())
    baseline.save(tmp_path)
    loaded.load(tmp_path)
    assert list(loaded.predict([sentence(4)] * 30)) == list(baseline.predict([sentence(4)] * 30))
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["seed"] == context().seed_for("baseline/stratified")


def test_an_empty_sentence_has_no_tags():
    assert [each.tags for each in fitted(TAGS).predict([sentence(0)])] == [()]


def test_what_cannot_be_learnt_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"train.conllu:1.*needs tags or labels"):
        fitted(Tokens(("b",)))
    with pytest.raises(ValueError, match="no class in train"):
        fitted()
    with pytest.raises(TypeError, match="no tokens to tag"):
        list(fitted(TAGS).predict([Example("s", "x:1", {"main": Text("a b")})]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(Stratified(StratifiedSettings()).predict([sentence(1)]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        Stratified(StratifiedSettings()).save(tmp_path)
