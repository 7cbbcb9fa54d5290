"""Streams: a corpus as a few long rows, window by window, with nothing lost between windows."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab.data.streams import Stream
from seqlab.errors import DataError
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.vocabulary import Vocabulary

LETTERS = "abcdefgh"
VOCABULARY = Vocabulary.of_outputs(dict.fromkeys(LETTERS, 1), ("</s>",))
LINES = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=3, max_size=12)
ROWS = st.integers(1, 4)
WINDOWS = st.integers(1, 9)


def corpus_of(lines: list[str]) -> Corpus:
    return Corpus.of((Example(line, "f:1", {"main": Tokens(tuple(line))}) for line in lines), ends=True)


def stream_of(corpus: Corpus, rows: int) -> Stream:
    return Stream(corpus, VOCABULARY, (torch.arange(len(corpus.types)),), rows)


def windows(corpus: Corpus, rows: int, length: int, first: int = 0):
    """Each window as the items that are read, those that are predicted, and whether it goes on."""
    items = corpus.types
    stream = stream_of(corpus, rows)
    for batch in stream.read(stream.plan(length)[first:]):
        main = batch.inputs["main"]
        read = [[items[i] for i in row] for row in main.features[0][main.index].tolist()]
        predicted = [[VOCABULARY.item(i) for i in row] for row in batch.target.tolist()]
        assert main.lengths.tolist() == batch.target_lengths.tolist() == [len(row) for row in read]
        yield read, predicted, batch.continues.tolist()


def joined(parts, which: int) -> list[list[str]]:
    return [[item for part in parts for item in part[which][row]] for row in range(len(parts[0][which]))]


@given(LINES, ROWS, WINDOWS)
def test_windows_side_by_side_are_the_pieces_of_the_stream(lines, rows, length):
    stream = [item for line in lines for item in ("</s>", *line)]
    steps = len(stream) // rows
    parts = list(windows(corpus_of(lines), rows, length))
    assert joined(parts, 0) == [stream[row * steps : (row + 1) * steps] for row in range(rows)]
    assert all(len(row) == length for read, _, _ in parts[:-1] for row in read)


@given(LINES, ROWS, WINDOWS)
def test_what_is_predicted_is_what_is_read_next(lines, rows, length):
    parts = list(windows(corpus_of(lines), rows, length))
    for read, predicted in zip(joined(parts, 0), joined(parts, 1), strict=True):
        assert predicted[:-1] == read[1:]


@given(LINES, ROWS, WINDOWS)
def test_every_window_but_the_first_goes_on_and_all_are_counted(lines, rows, length):
    corpus = corpus_of(lines)
    parts = list(windows(corpus, rows, length))
    assert [part[2] for part in parts] == [[False] * rows] + [[True] * rows] * (len(parts) - 1)
    assert len(stream_of(corpus, rows).plan(length)) == len(parts)


@given(LINES, ROWS, WINDOWS, st.integers(0, 20))
def test_reading_from_a_later_window_gives_the_same_windows(lines, rows, length, first):
    corpus = corpus_of(lines)
    assert list(windows(corpus, rows, length, first)) == list(windows(corpus, rows, length))[first:]


def test_what_does_not_fill_the_last_column_is_left_out():
    parts = list(windows(corpus_of(["abc", "defg"]), rows=2, length=10))  # </s>abc</s>defg: 9 items, 1 too many
    assert joined(parts, 0) == [["</s>", "a", "b", "c"], ["</s>", "d", "e", "f"]]


def test_a_stream_shorter_than_its_rows_is_refused():
    with pytest.raises(DataError, match="2 tokens, which cannot be cut into 3 rows"):
        stream_of(corpus_of(["a"]), rows=3)


def test_a_window_has_each_distinct_item_once():
    batch = next(stream_of(corpus_of(["aaaaaaaa"]), rows=1).read([(0, 9)]))
    assert np.array_equal(batch.inputs["main"].features[0], [0, 1])
    assert batch.inputs["main"].index.tolist() == [[0, 1, 1, 1, 1, 1, 1, 1, 1]]
