"""Examples as numbers: shifted, ended and expanded as the head asks."""

from pathlib import Path

import numpy as np
import pytest

from seqlab.data.batching import collate
from seqlab.data.indexing import index_examples
from seqlab.interfaces.records import Example, Features, Image, Labels, Number, Tags, Text, Tokens
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary


def head(kind: str, *specials: str) -> HeadSettings:
    """Settings of a head with this target."""
    return type("Settings", (HeadSettings,), {"target": kind, "output_specials": specials})()


def line(words: str, target=None) -> Example:
    return Example(words, "f:1", {"main": Tokens(tuple(words.split()))}, target)


def words_of(indexed, name="main"):
    of = indexed.inputs[name]
    return [[of.items[i] for i in row] for row in of.rows]


def targets_of(indexed, vocabulary):
    return [[vocabulary.item(i) for i in row] for row in indexed.targets]


def test_each_distinct_item_stands_once_in_the_order_in_which_it_was_met():
    indexed = index_examples([line("b a b"), line("c a")], head("tags"), None)
    assert indexed.inputs["main"].items == ["b", "a", "c"]
    assert words_of(indexed) == [["b", "a", "b"], ["c", "a"]]
    assert indexed.targets is None
    assert indexed.lengths().tolist() == [3, 2]


def test_next_tokens_with_an_end_begin_with_it_and_end_with_it():
    vocabulary = Vocabulary.of_outputs({"a": 2, "b": 1}, ("</s>",))
    indexed = index_examples([line("a b"), line("a")], head("next_token", "</s>"), vocabulary)
    assert words_of(indexed) == [["</s>", "a", "b"], ["</s>", "a"]]
    assert targets_of(indexed, vocabulary) == [["a", "b", "</s>"], ["a", "</s>"]]


def test_next_tokens_without_an_end_begin_with_what_is_not_known():
    vocabulary = Vocabulary.of_outputs({"a": 2, "b": 1})
    indexed = index_examples([line("a b a"), line("b")], head("next_token"), vocabulary)
    assert words_of(indexed) == [["<unk>", "a", "b"], ["<unk>"]]
    assert targets_of(indexed, vocabulary) == [["a", "b", "a"], ["b"]]
    assert indexed.lengths().tolist() == [3, 1]


def test_a_next_token_that_train_does_not_have_is_ignored_or_unknown():
    bare = Vocabulary.of_outputs({"a": 1})
    assert index_examples([line("a x a")], head("next_token"), bare).targets[0].tolist() == [0, IGNORED, 0]
    declared = Vocabulary.of_outputs({"a": 1}, ("<unk>", "</s>"))
    indexed = index_examples([line("x a")], head("next_token", "<unk>", "</s>"), declared)
    assert targets_of(indexed, declared) == [["<unk>", "a", "</s>"]]


def test_target_tokens_end_with_the_end_where_it_is_declared():
    example = line("a b", Tokens(("x", "y")))
    ended = Vocabulary.of_outputs({"x": 1, "y": 1}, ("<s>", "</s>"))
    indexed = index_examples([example], head("tokens", "<s>", "</s>"), ended)
    assert targets_of(indexed, ended) == [["x", "y", "</s>"]]
    assert indexed.lengths().tolist() == [3]
    bare = Vocabulary.of_outputs({"x": 1, "y": 1})
    assert targets_of(index_examples([example], head("tokens"), bare), bare) == [["x", "y"]]


@pytest.mark.parametrize("kind, target", [("tags", Tags(("x", "y"))), ("labels", Labels(("x",)))])
def test_tags_and_labels_get_no_end(kind, target):
    vocabulary = Vocabulary.of_outputs({"x": 2, "y": 1})
    indexed = index_examples([line("a b", target)], head(kind), vocabulary)
    assert targets_of(indexed, vocabulary) == [list(target.items)]


def test_alternatives_stand_once_each_only_when_asked_for():
    caption = (Tokens(("a",)), Tokens(("b", "a")), Tokens(("b",)))
    examples = [line("p", caption), line("q", Tokens(("a",)))]
    vocabulary = Vocabulary.of_outputs({"a": 2, "b": 1}, ("</s>",))
    once = index_examples(examples, head("tokens", "</s>"), vocabulary)
    assert targets_of(once, vocabulary) == [["a", "</s>"], ["a", "</s>"]]
    every = index_examples(examples, head("tokens", "</s>"), vocabulary, expand=True)
    assert targets_of(every, vocabulary) == [["a", "</s>"], ["b", "a", "</s>"], ["b", "</s>"], ["a", "</s>"]]
    assert words_of(every) == [["p"], ["p"], ["p"], ["q"]]
    assert len(every) == 4
    assert len(every.examples) == 4


def test_an_image_is_one_item_however_often_it_is_asked_about():
    def question(words, file):
        return Example(
            words, "f:1", {"question": Tokens(tuple(words.split())), "image": Image(Path(file))}, Labels(("y",))
        )

    examples = [question("is it", "a.png"), question("was it red", "b.png"), question("it", "a.png")]
    indexed = index_examples(examples, head("labels"), Vocabulary.of_outputs({"y": 1}))
    assert indexed.inputs["image"].items == [Image(Path("a.png")), Image(Path("b.png"))]
    assert [row.tolist() for row in indexed.inputs["image"].rows] == [[0], [1], [0]]
    assert indexed.lengths().tolist() == [2, 3, 1]


def test_features_are_told_apart_by_identity():
    array = np.zeros((4, 2), dtype=np.float32)
    one, other = Features(array), Features(array)
    examples = [Example(str(i), "f:1", {"main": value}) for i, value in enumerate([one, other, one])]
    indexed = index_examples(examples, head("labels"), None)
    assert len(indexed.inputs["main"].items) == 2
    assert indexed.inputs["main"].items[0] is one
    assert [row.tolist() for row in indexed.inputs["main"].rows] == [[0], [1], [0]]


def test_a_text_without_a_tokenizer_is_refused():
    with pytest.raises(TypeError, match="tokenised"):
        index_examples([Example("1", "f:1", {"main": Text("a b")})], head("labels"), None)


def test_several_labels_are_ones_at_their_places_and_do_not_count_as_length():
    several = type("Settings", (HeadSettings,), {"several_labels": True})()
    examples = [line("a", Labels(("z", "x"))), line("a b", Labels(())), line("b", Labels(("unseen", "y")))]
    indexed = index_examples(examples, several, Vocabulary.of_outputs({"x": 3, "y": 2, "z": 1}))
    assert [row.tolist() for row in indexed.targets] == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert indexed.lengths().tolist() == [1, 2, 1]


def test_vectors_made_elsewhere_are_one_item_but_as_long_as_they_are():
    """A batch of so many tokens must not hold a thousand rows of speech because each is one item."""
    given = [Example(f"{n}", "f:1", {"main": Features(np.zeros((n, 2), dtype=np.float32))}) for n in (5, 1, 3)]
    indexed = index_examples(given, head("labels"), None)
    assert [len(row) for row in indexed.inputs["main"].rows] == [1, 1, 1]
    assert indexed.lengths().tolist() == [5, 1, 3]


def test_a_number_is_its_own_target_and_needs_no_vocabulary():
    indexed = index_examples([line("a b", Number(0.25)), line("c", Number(-100.0))], head("number"), None)
    assert [(each.dtype, each.tolist()) for each in indexed.targets] == [(np.float32, [0.25]), (np.float32, [-100.0])]
    batch = collate(indexed, {"main": ()}, np.array([1, 0]), "number")
    assert batch.target.tolist() == [-100.0, 0.25]
    assert index_examples([line("a", Number(1.0)), line("b")], head("number"), None).targets is None
