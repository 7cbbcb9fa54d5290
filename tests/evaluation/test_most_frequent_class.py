import json

import pytest

from seqlab.evaluation.most_frequent_class import MostFrequentClass
from seqlab.evaluation.settings import MostFrequentClassSettings
from seqlab.interfaces.records import Example, Labels, LabelsPrediction, Tags, TagsPrediction, Tokens


def sentence(words, target=None):
    return Example("s1", "train.conllu:1", {"main": Tokens(tuple(words.split()))}, target)


def baseline():
    return MostFrequentClass(MostFrequentClassSettings())


def test_it_counts_tags_over_tokens():
    fitted = baseline()
    fitted.fit([sentence("a b", Tags(("X", "X"))), sentence("c d e", Tags(("Y", "Y", "Y")))], [], None)
    predicted = list(fitted.predict([sentence("one two three"), sentence("four")]))
    assert predicted == [TagsPrediction(("Y", "Y", "Y")), TagsPrediction(("Y",))]


def test_it_counts_labels_over_examples():
    fitted = baseline()
    train = [sentence("a", Labels(("neg",))), sentence("b", Labels(("pos",))), sentence("c", Labels(("pos",)))]
    fitted.fit(train, [], None)
    assert list(fitted.predict([sentence("x y")])) == [LabelsPrediction(("pos",))]


def test_it_takes_the_most_frequent_set_of_several_labels():
    fitted = baseline()
    fitted.fit([sentence("a", Labels(labels)) for labels in (("b", "a"), ("a", "b"), ("a",))], [], None)
    assert list(fitted.predict([sentence("x")])) == [LabelsPrediction(("a", "b"))]


def test_ties_go_to_the_first_name():
    fitted = baseline()
    fitted.fit([sentence("a b c d", Tags(("Z", "B", "B", "Z")))], [], None)
    assert list(fitted.predict([sentence("x")])) == [TagsPrediction(("B",))]


@pytest.mark.parametrize("target", [Tags(("Ü",)), Labels(("Ü",))])
def test_saved_and_loaded_it_predicts_the_same(tmp_path, target):
    fitted, loaded = baseline(), baseline()
    fitted.fit([sentence("a", target)], [], None)
    fitted.save(tmp_path)
    loaded.load(tmp_path)
    assert list(loaded.predict([sentence("x")])) == list(fitted.predict([sentence("x")]))
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["class"] == ["Ü"]


def test_targets_of_another_kind_are_refused():
    with pytest.raises(ValueError, match=r"train.conllu:1.*needs tags or labels"):
        baseline().fit([sentence("a", Tokens(("b",)))], [], None)
    with pytest.raises(ValueError, match="no class in train"):
        baseline().fit([sentence("", Tags(()))], [], None)


def test_it_must_be_fitted_first(tmp_path):
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        list(baseline().predict([sentence("a")]))
    with pytest.raises(RuntimeError, match="neither fitted nor loaded"):
        baseline().save(tmp_path)
