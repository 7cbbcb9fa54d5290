"""What vocabularies are fitted on: train, with the symbols that the task declares."""

import pytest

from seqlab.data.vocabulary import fit_vocabularies
from seqlab.errors import DataError
from seqlab.interfaces.records import Example, Features, Labels, Number, Tags, Tokens
from seqlab.interfaces.settings import HeadSettings


def head(kind: str, *specials: str) -> HeadSettings:
    return type("Settings", (HeadSettings,), {"target": kind, "output_specials": specials})()


def line(words: str, target=None, **more) -> Example:
    return Example(words, "f:1", {"main": Tokens(tuple(words.split())), **more}, target)


def test_tags_hold_what_train_has_and_nothing_else():
    found = fit_vocabularies([line("a b a", Tags(("X", "Y", "X")))], head("tags"))
    assert found.inputs["main"].items == ("<pad>", "<unk>", "a", "b")
    assert found.inputs["main"].counts == (0, 0, 2, 1)
    assert (found.target.items, found.target.counts) == (("X", "Y"), (2, 1))


def test_labels_of_all_examples_are_counted():
    found = fit_vocabularies([line("a", Labels(("y",))), line("b", Labels(("n", "y"))), line("c")], head("labels"))
    assert (found.target.items, found.target.counts) == (("y", "n"), (2, 1))


def test_alternatives_are_all_counted():
    captions = (Tokens(("a", "dog")), Tokens(("dog",)))
    found = fit_vocabularies([line("p", captions)], head("tokens", "<unk>", "<s>", "</s>"))
    assert found.target.items == ("<unk>", "<s>", "</s>", "dog", "a")
    assert found.target.count("dog") == 2


def test_next_tokens_are_the_tokens_of_the_input():
    found = fit_vocabularies([line("h e l l o")], head("next_token"))
    assert set(found.target.items) == {"h", "e", "l", "o"}
    assert len(found.target) == 4


def test_the_end_of_a_line_is_counted_once_a_line():
    found = fit_vocabularies([line("a b"), line("a")], head("next_token", "</s>"))
    assert found.target.count("</s>") == found.inputs["main"].count("</s>") == 2
    assert found.target.items == ("</s>", "a", "b")
    assert found.inputs["main"].id("</s>") > 1


def test_every_input_of_tokens_has_its_own_and_no_other_input_has_one():
    import numpy as np

    scene = Features(np.zeros((2, 3), dtype=np.float32))
    found = fit_vocabularies([line("a", Labels(("y",)), question=Tokens(("q",)), scene=scene)], head("labels"))
    assert sorted(found.inputs) == ["main", "question"]
    assert found.inputs["question"].items == ("<pad>", "<unk>", "q")


def test_train_without_anything_to_predict_is_an_error():
    with pytest.raises(DataError) as caught:
        fit_vocabularies([line("a b")], head("tags"))
    assert caught.value.problems[0].code == "SL409"


def test_numbers_have_no_vocabulary_but_their_inputs_have():
    found = fit_vocabularies([line("a b", Number(0.5))], head("number"))
    assert found.target is None
    assert found.inputs["main"].items == ("<pad>", "<unk>", "a", "b")
