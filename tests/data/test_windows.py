"""Windows of equal length: which tokens stand in them, and what is left to predict."""

import numpy as np
import pytest
import torch

from seqlab import IGNORED, Corpus, Example, Features, Labels, Tags, Tokens, Vocabulary
from seqlab.data.indexing import index_examples
from seqlab.data.windows import example_windows, last_steps, text_windows
from seqlab.testing.corpora import TASKS

WORDS = [["a"], ["b", "c", "d"], ["e", "f", "g", "h"], ["i", "j"], ["k", "l", "m"]]


def features_of(items):
    """The number of each item, as an embedder of words would give it."""
    return (torch.arange(len(items)),)


def read(batch, items):
    main = batch.inputs["main"]
    return [[items[number] for number in row] for row in main.features[0][main.index].tolist()]


def windows(targets, kind, steps=3, rows=3, vocabulary=None):
    examples = [
        Example(str(number), f"f:{number + 1}", {"main": Tokens(tuple(words))}, target)
        for number, (words, target) in enumerate(zip(WORDS, targets, strict=True))
    ]
    indexed = index_examples(examples, TASKS[kind], vocabulary)
    items = indexed.inputs["main"].items
    return example_windows(indexed, {"main": features_of(items)}, TASKS[kind].target, steps, rows), items


def test_the_last_tokens_of_examples_that_are_long_enough_with_their_last_tag():
    tags = [Tags(tuple(word.upper() for word in words)) for words in WORDS]
    vocabulary = Vocabulary.of_outputs(dict.fromkeys("ABCDEFGHIJKLM", 1))
    batch, items = windows(tags, "tags", vocabulary=vocabulary)
    assert read(batch, items) == [["b", "c", "d"], ["f", "g", "h"], ["k", "l", "m"]]
    assert (batch.target[:, :-1] == IGNORED).all()
    assert [vocabulary.item(id_) for id_ in batch.target[:, -1].tolist()] == ["D", "H", "M"]


def test_a_label_stays_the_label_of_its_example():
    vocabulary = Vocabulary.of_outputs({"x": 1, "y": 1})
    batch, _ = windows([Labels((each,)) for each in "xyxyy"], "labels", vocabulary=vocabulary)
    assert [vocabulary.item(id_) for id_ in batch.target.tolist()] == ["y", "x", "y"]


def test_windows_are_shorter_where_not_enough_examples_are_so_long():
    vocabulary = Vocabulary.of_outputs({"x": 1})
    batch, items = windows([Labels(("x",))] * 5, "labels", steps=50, rows=4, vocabulary=vocabulary)
    assert read(batch, items) == [["c", "d"], ["g", "h"], ["i", "j"], ["l", "m"]]
    batch, items = windows([Labels(("x",))] * 5, "labels", steps=50, rows=99, vocabulary=vocabulary)
    assert read(batch, items) == [["a"], ["d"], ["h"], ["j"], ["m"]]


@pytest.mark.parametrize(("steps", "rows"), [(3, 4), (10, 1), (99, 2)])
def test_pieces_of_a_text_are_evenly_spread_and_predict_what_stands_at_their_end(steps, rows):
    text = list("abcdefghij")
    corpus = Corpus.of([Example("1", "f", {"main": Tokens(tuple(text))}, Tokens(tuple(text)))], ends=False)
    vocabulary = Vocabulary.of_outputs(dict.fromkeys(text, 1))
    batch = text_windows(corpus, features_of(corpus.types), vocabulary, steps, rows)
    long = min(steps, 10)
    starts = np.unique(np.linspace(0, 10 - long, rows).astype(int)).tolist()
    shifted = [corpus.types[0], *text]
    assert read(batch, corpus.types) == [shifted[start : start + long] for start in starts]
    assert [vocabulary.item(id_) for id_ in batch.target[:, -1].tolist()] == [
        text[start + long - 1] for start in starts
    ]
    assert (batch.target[:, :-1] == IGNORED).all()


def test_vectors_made_elsewhere_are_cut_to_their_last_steps_all_of_one_length():
    given = [Example(str(n), f"f:{n}", {"main": Features(np.arange(n * 2).reshape(n, 2))}) for n in (5, 1, 3, 4)]

    def kept(steps, rows):
        return {each.id: each.inputs["main"].array.tolist() for each in last_steps(given, steps, rows)}

    assert kept(2, 3) == {"5": [[6, 7], [8, 9]], "3": [[2, 3], [4, 5]], "4": [[4, 5], [6, 7]]}
    assert {name: len(rows) for name, rows in kept(9, 2).items()} == {"5": 4, "4": 4}  # the two longest
    tokens = [Example("a", "f:1", {"main": Tokens(("a", "b", "c"))})]
    assert last_steps(tokens, 2, 1) is tokens
