"""Streams: a corpus as a few long rows, window by window, with nothing lost between windows."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from seqlab.data.streams import Stream, varied_length
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


# ------------------------------------------------------------------------------------- windows of varied length


@given(LINES, ROWS, WINDOWS, st.integers(0, 99))
def test_windows_of_varied_length_cover_the_stream_without_a_gap(lines, rows, length, seed):
    stream = stream_of(corpus_of(lines), rows)
    plan = stream.plan(length, np.random.default_rng(seed))
    assert [start for start, _ in plan] == [0, *(stop for _, stop in plan[:-1])]
    assert plan[-1][1] == stream.steps
    assert all(min(5, length) <= stop - start <= length + 20 for start, stop in plan[:-1])
    assert plan == stream.plan(length, np.random.default_rng(seed))


def test_lengths_are_spread_around_the_whole_and_now_and_then_around_the_half():
    """Of 20,000 draws at 70: 95% near 70 and 5% near 35, each with a deviation of 5."""
    random = np.random.default_rng(13)
    lengths = np.array([varied_length(70, random) for _ in range(20_000)])
    short, whole = lengths[lengths < 52.5], lengths[lengths >= 52.5]
    assert (
        stats.binomtest(len(short), len(lengths), 0.95 * stats.norm.cdf(-3.5) + 0.05 * stats.norm.cdf(3.5)).pvalue
        > 1e-4
    )
    for drawn, mean in ((short, 35), (whole, 70)):
        assert abs(drawn.mean() - mean) < 4 * 5 / len(drawn) ** 0.5
        assert drawn.std() == pytest.approx((25 + 1 / 12) ** 0.5, rel=0.1)  # rounding adds the variance of 1 / 12


def test_lengths_are_neither_too_short_nor_too_long():
    random = np.random.default_rng(13)
    lengths = [varied_length(10, random) for _ in range(20_000)]
    assert min(lengths) == 5
    assert {varied_length(3, random) for _ in range(2000)} >= {3, 4, 5}
    assert min(varied_length(3, random) for _ in range(2000)) == 3

    class Extreme:
        """Draws what a normal distribution gives once in a lifetime."""

        def random(self):
            return 0.5

        def normal(self, mean, deviation):
            return mean + 9 * deviation

    assert varied_length(70, Extreme()) == 90
