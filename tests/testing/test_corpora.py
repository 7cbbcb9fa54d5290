"""Generated corpora: the same every time, of every length, with words that train does not have."""

import pytest

from seqlab.interfaces.records import Labels, Tags, Tokens
from seqlab.testing import corpora


@pytest.mark.parametrize(
    "kind, target", [("tags", Tags), ("labels", Labels), ("tokens", Tokens), ("next_token", type(None))]
)
def test_every_kind_has_its_target(kind, target):
    made = corpora.examples(kind, 20)
    assert all(isinstance(example.target, target) for example in made)
    assert made == corpora.examples(kind, 20)
    assert {1, corpora.LONGEST} <= {len(example.inputs["main"]) for example in made}
    assert len({example.id for example in made}) == 20


def test_targets_follow_from_the_words():
    for example in corpora.examples("tags", 30):
        for word, tag in zip(example.inputs["main"].items, example.target.items, strict=True):
            assert word in corpora.WORDS[tag]
    for example in corpora.examples("tokens", 30):
        assert example.target.items == tuple(word.upper() for word in reversed(example.inputs["main"].items))
    labels = {example.target.items for example in corpora.examples("labels", 40)}
    assert labels == {("good",), ("bad",), ("neither",)}


def test_test_has_words_that_train_does_not_have():
    def words(split):
        return {word for example in corpora.examples("tags", 40, split) for word in example.inputs["main"].items}

    assert words("test") - words("train") == {word for unseen in corpora.UNSEEN.values() for word in unseen}


def test_every_input_that_is_named_is_there():
    (example,) = corpora.examples("labels", 1, inputs=("question", "scene"))
    assert set(example.inputs) == {"question", "scene"}
