"""Batches: every example once, within the budget, in an order that the seed decides; and nothing lost in padding."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab.data.batching import collate, gather, pad, plan_batches
from seqlab.data.indexing import index_examples
from seqlab.interfaces.records import Example, Labels, Tags, Tokens
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=300).map(np.array)
BUDGETS = st.tuples(st.none() | st.integers(1, 200), st.none() | st.integers(1, 20)).filter(any)
SEEDS = st.none() | st.integers(0, 2**32)
ROWS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=7).map(np.array), min_size=1, max_size=6)


def stream(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


class TagsHead(HeadSettings):
    target = "tags"


class LabelsHead(HeadSettings):
    target = "labels"


@given(LENGTHS, BUDGETS, SEEDS)
def test_every_example_stands_in_one_batch(lengths, budget, seed):
    batches = plan_batches(lengths, *budget, stream(seed))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))


@given(LENGTHS, BUDGETS, SEEDS)
def test_batches_keep_the_budget_unless_a_row_alone_breaks_it(lengths, budget, seed):
    tokens, size = budget
    for rows in plan_batches(lengths, tokens, size, stream(seed)):
        assert size is None or len(rows) <= size
        assert tokens is None or len(rows) == 1 or len(rows) * lengths[rows].max() <= tokens


@given(LENGTHS, st.integers(1, 200))
def test_sorted_batches_are_filled_as_far_as_the_budget_goes(lengths, tokens):
    batches = plan_batches(lengths, tokens, None)
    for rows, after in pairwise(batches):
        assert (len(rows) + 1) * lengths[after[0]] > tokens


@given(LENGTHS, BUDGETS, st.integers(0, 2**32))
def test_the_order_is_a_pure_function_of_the_seed(lengths, budget, seed):
    first, second = (plan_batches(lengths, *budget, stream(seed)) for _ in range(2))
    assert [rows.tolist() for rows in first] == [rows.tolist() for rows in second]


def test_epochs_differ():
    lengths = np.full(200, 5)
    plans = [plan_batches(lengths, None, 10, stream(seed)) for seed in range(2)]
    assert not np.array_equal(plans[0][0], plans[1][0])


def test_without_a_stream_examples_stay_sorted_by_length():
    lengths = np.random.default_rng(13).integers(1, 60, 500)
    order = np.concatenate(plan_batches(lengths, 300, None))
    assert (np.diff(lengths[order]) >= 0).all()


def test_no_examples_make_no_batches():
    assert plan_batches(np.array([], dtype=np.int64), 100, None) == []


def test_batches_of_treebank_like_lengths_waste_little_on_padding():
    """Sentences of UD English-EWT: mean 16.3 tokens, geometric-like with a long tail."""
    lengths = np.minimum(np.random.default_rng(13).geometric(1 / 16.3, 12_544), 159)

    def share_of_padding(batches):
        padded = sum(len(rows) * int(lengths[rows].max()) for rows in batches)
        return 1 - lengths.sum() / padded

    drawn = np.random.default_rng(7).permutation(len(lengths))
    unsorted = share_of_padding(np.array_split(drawn, lengths.sum() // 1000))
    assert unsorted > 0.6
    assert share_of_padding(plan_batches(lengths, 1000, None, stream(13))) < 0.05


@given(ROWS)
def test_pad_is_undone_by_lengths(rows):
    padded, lengths = pad(rows, filler=-7)
    assert padded.shape == (len(rows), max(map(len, rows)))
    for row, of_row, length in zip(rows, padded, lengths, strict=True):
        assert of_row[:length].tolist() == row.tolist()
        assert (of_row[length:] == -7).all()


@given(ROWS)
def test_gathering_back_gives_the_items_and_each_distinct_one_once(rows):
    ids, table = torch.arange(10), torch.randn(10, 3)
    batch = gather(rows, (ids, table))
    assert batch.features[0].tolist() == sorted({int(item) for row in rows for item in row})
    for row, index, length in zip(rows, batch.index, batch.lengths, strict=True):
        assert batch.features[0][index[:length]].tolist() == row.tolist()
        assert torch.equal(batch.features[1][index[:length]], table[torch.from_numpy(row)])
        assert not index[length:].any()


def tagged(words: str, tags: str) -> Example:
    return Example(words, "f:1", {"main": Tokens(tuple(words.split()))}, Tags(tuple(tags.split())))


EXAMPLES = [tagged("the dog barks", "D N V"), tagged("stop", "V"), tagged("the the", "D X")]
TAGS = Vocabulary.of_outputs({"D": 3, "N": 2, "V": 1})


def collated(rows: list[int], examples=EXAMPLES, vocabulary=TAGS, head=TagsHead):
    indexed = index_examples(examples, head(), vocabulary)
    features = {name: (torch.arange(len(of.items)),) for name, of in indexed.inputs.items()}
    return indexed, collate(indexed, features, np.array(rows), head.target)


def test_collate_puts_the_chosen_examples_side_by_side():
    indexed, batch = collated([2, 0])
    items, main = indexed.inputs["main"].items, batch.inputs["main"]
    words = [[items[i] for i in main.features[0][row].tolist()] for row in main.index]
    assert words[0][:2] == ["the", "the"]
    assert words[1] == ["the", "dog", "barks"]
    assert main.lengths.tolist() == [2, 3]
    assert [example.id for example in batch.examples] == ["the the", "the dog barks"]
    assert len(batch) == 2
    assert not batch.continues.any()


def test_tags_are_padded_with_ignored_and_so_are_unseen_ones():
    _, batch = collated([0, 1, 2])
    assert batch.target.tolist() == [[0, 1, 2], [2, IGNORED, IGNORED], [0, IGNORED, IGNORED]]
    assert batch.target_lengths.tolist() == [3, 1, 2]


def test_labels_have_one_id_for_each_row_and_unseen_ones_are_ignored():
    examples = [
        Example(str(i), "f:1", {"main": Tokens(("a",) * i)}, Labels((label,))) for i, label in enumerate("nypn", 1)
    ]
    _, batch = collated([3, 0, 2, 1], examples, Vocabulary.of_outputs({"y": 2, "n": 5}), LabelsHead)
    assert batch.target.tolist() == [0, 0, IGNORED, 1]
    assert batch.target_lengths is None


def test_several_labels_have_a_column_for_each_class():
    several = type("Several", (LabelsHead,), {"several_labels": True})
    examples = [
        Example(str(i), "f:1", {"main": Tokens(("a",) * (i + 1))}, Labels(tuple(labels)))
        for i, labels in enumerate(["ny", "", "y"])
    ]
    _, batch = collated([2, 0, 1], examples, Vocabulary.of_outputs({"y": 2, "n": 1}), several)
    assert batch.target.tolist() == [[1, 0], [1, 1], [0, 0]]
    assert batch.target_lengths is None


@pytest.mark.parametrize("targets", [[None, Tags(("N",))], [None, None]])
def test_without_all_targets_a_batch_has_none(targets):
    examples = [Example(str(i), "f:1", {"main": Tokens(("a",))}, target) for i, target in enumerate(targets)]
    _, batch = collated([0, 1], examples)
    assert batch.target is None
    assert batch.target_lengths is None
