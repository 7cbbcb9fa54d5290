"""A corpus: examples as numbers, made again when they are asked for."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqlab.interfaces.corpus
from seqlab.errors import DataError
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary

LINES = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=1, max_size=8)


def examples_of(lines, name="f"):
    for number, line in enumerate(lines, 1):
        yield Example(f"id {number}", f"{name}:{number}", {"main": Tokens(tuple(line))}, None)


def targets_of(corpus):
    return [corpus.types[number] for number in corpus.targets(0, corpus.size)]


def inputs_of(corpus, start=0, stop=10**9):
    return [corpus.types[number] for number in corpus.inputs(start, stop)]


@given(LINES, st.booleans())
def test_every_example_comes_back(lines, ends):
    corpus = Corpus.of(examples_of(lines), ends)
    assert [list(example.inputs["main"].items) for example in corpus] == lines
    assert [example.target for example in corpus] == [example.inputs["main"] for example in corpus]
    assert [example.place for example in corpus] == [f"f:{number}" for number in range(1, len(lines) + 1)]


@given(LINES)
def test_its_targets_are_all_tokens_in_a_row_with_the_ends_and_its_inputs_the_ones_before(lines):
    ended = Corpus.of(examples_of(lines), ends=True)
    expected = [item for line in lines for item in (*line, "</s>")]
    assert targets_of(ended) == expected
    assert inputs_of(ended) == ["</s>", *expected[:-1]]
    running = Corpus.of(examples_of(lines), ends=False)
    expected = [item for line in lines for item in line]
    assert targets_of(running) == expected
    assert inputs_of(running) == ["<unk>", *expected][: len(expected)] or not expected


@given(LINES, st.integers(0, 20), st.integers(0, 20))
def test_inputs_of_a_window_are_those_of_the_whole(lines, start, length):
    corpus = Corpus.of(examples_of(lines), ends=True)
    assert inputs_of(corpus, start, start + length) == inputs_of(corpus)[start : start + length]


@given(LINES, st.booleans(), st.data())
def test_a_slice_is_the_corpus_of_those_examples(lines, ends, data):
    start = data.draw(st.integers(0, len(lines)))
    stop = data.draw(st.integers(start, len(lines)))
    part = Corpus.of(examples_of(lines), ends)[start:stop]
    alone = Corpus.of(list(examples_of(lines))[start:stop], ends)
    assert targets_of(part) == targets_of(alone)
    assert part.starts.tolist() == alone.starts.tolist()
    assert [example.place for example in part] == [example.place for example in alone]
    assert inputs_of(part) == inputs_of(alone)  # nothing before its beginning is read


@given(LINES, st.data())
def test_pieces_side_by_side_are_the_whole_text(lines, data):
    corpus = Corpus.of(examples_of(lines), ends=False)
    cut = data.draw(st.integers(0, corpus.size))
    left, right = corpus.piece(0, cut), corpus.piece(cut, corpus.size)
    assert targets_of(left) + targets_of(right) == targets_of(corpus)
    assert left.size == cut
    text = [item for part in (left, right) for example in part for item in example.target.items]
    assert text == targets_of(corpus)


@given(LINES)
def test_counts_are_how_often_each_type_is_predicted(lines):
    corpus = Corpus.of(examples_of(lines), ends=True)
    counted = {name: count for name, count in zip(corpus.types, corpus.counts().tolist(), strict=True) if count}
    assert counted == Counter(targets_of(corpus))


def test_a_vocabulary_is_looked_up_by_type():
    corpus = Corpus.of(examples_of(["ab", "xb"]), ends=False)
    ids = corpus.lookup(Vocabulary.of_outputs({"b": 2, "a": 1}))[corpus.targets(0, 4)]
    assert ids.tolist() == [1, 0, IGNORED, 0]


def test_examples_of_several_files_keep_their_places():
    both = [*examples_of(["a", "b"], "one"), *examples_of(["c"], "two")]
    assert [example.place for example in Corpus.of(both, False)] == ["one:1", "one:2", "two:1"]
    assert [example.place for example in Corpus.of(both, False)[1:]] == ["one:2", "two:1"]
    assert Corpus.of(both, False)[-1].id == "3"


def test_a_corpus_that_is_large_stays_on_disk_and_says_the_same(monkeypatch):
    monkeypatch.setattr(seqlab.interfaces.corpus, "IN_MEMORY", 16)
    monkeypatch.setattr(seqlab.interfaces.corpus, "BLOCK", 3)
    corpus = Corpus.of(examples_of(["abcabc", "dd"]), ends=True)
    assert isinstance(corpus.targets(0, 1), np.memmap)
    assert targets_of(corpus) == [*"abcabc", "</s>", *"dd", "</s>"]
    assert dict(zip(corpus.types, corpus.counts().tolist(), strict=True)) == {"</s>": 2, "a": 2, "b": 2, "c": 2, "d": 2}


def test_a_full_disk_is_told_with_its_folder(monkeypatch):
    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def write(self, content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(seqlab.interfaces.corpus, "TemporaryFile", Full)
    with pytest.raises(DataError, match="No space left on device") as caught:
        Corpus.of(examples_of(["a"]), ends=True)
    assert "TMPDIR" in caught.value.problems[0].notes[0]
