"""Vocabularies: what may be read, what can be predicted, and what becomes of everything else."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.interfaces.vocabulary import IGNORED, PADDING, UNKNOWN, Vocabulary

WORDS = st.text(st.characters(codec="utf-8"), max_size=4)
COUNTS = st.dictionaries(WORDS, st.integers(1, 5), max_size=12)


def test_inputs_begin_with_padding_and_unknown():
    vocabulary = Vocabulary.of_inputs({"the": 3, "a": 1})
    assert (vocabulary.id(PADDING), vocabulary.id(UNKNOWN)) == (0, 1)
    assert vocabulary.id("never seen") == 1


def test_items_stand_by_falling_count_and_ties_by_code_point():
    counts = {"b": 2, "ä": 2, "a": 2, "B": 2, "rare": 1, "often": 9}
    assert Vocabulary.of_inputs(counts).items[2:] == ("often", "B", "a", "b", "ä", "rare")
    assert Vocabulary.of_outputs(counts).items == ("often", "B", "a", "b", "ä", "rare")


def test_the_letters_of_hello_are_four():
    vocabulary = Vocabulary.of_outputs(Counter("hello"))
    assert len(vocabulary) == 4
    assert set(vocabulary.items) == set("helo")
    assert vocabulary.item(0) == "l"


@given(COUNTS)
def test_outputs_hold_what_train_has_and_nothing_else(counts):
    vocabulary = Vocabulary.of_outputs(counts)
    assert set(vocabulary.items) == set(counts)
    assert all(vocabulary.count(item) == n for item, n in counts.items())


def test_an_unseen_label_is_ignored_without_an_unknown_symbol_and_unknown_with_one():
    assert Vocabulary.of_outputs({"NOUN": 3}).ids(["NOUN", "VERB"]) == [0, IGNORED]
    declared = Vocabulary.of_outputs({"dog": 3}, ("<s>", UNKNOWN, "</s>"))
    assert declared.items == ("<s>", UNKNOWN, "</s>", "dog")
    assert declared.ids(["dog", "cat"]) == [3, 1]


def test_a_symbol_of_the_data_that_is_special_too_stands_once():
    vocabulary = Vocabulary.of_inputs({UNKNOWN: 7, "a": 1, PADDING: 2})
    assert vocabulary.items == (PADDING, UNKNOWN, "a")
    assert vocabulary.count(UNKNOWN) == 7
    assert Vocabulary.of_outputs({"</s>": 5, "a": 9}, ("</s>",)).items == ("</s>", "a")


@given(COUNTS)
def test_ids_and_items_are_inverse(counts):
    vocabulary = Vocabulary.of_inputs(counts)
    assert vocabulary.ids(vocabulary.items) == list(range(len(vocabulary)))
    assert [vocabulary.item(id_) for id_ in range(len(vocabulary))] == list(vocabulary.items)


@pytest.mark.parametrize("id_", [-1, IGNORED, 3])
def test_an_id_out_of_range_has_no_item(id_):
    with pytest.raises(IndexError):
        Vocabulary.of_inputs({"a": 1}).item(id_)


@given(COUNTS, st.integers(1, 6), st.none() | st.integers(0, 8))
def test_restricted_keeps_the_frequent_most_frequent_first(counts, min_count, max_size):
    restricted = Vocabulary.of_inputs(counts).restricted(min_count, max_size)
    frequent = sorted(
        (n for item, n in counts.items() if n >= min_count and item not in (PADDING, UNKNOWN)), reverse=True
    )
    assert restricted.items[:2] == (PADDING, UNKNOWN)
    assert list(restricted.counts[2:]) == frequent[:max_size]
    assert restricted.id("not in there at all") == 1


def test_restricted_keeps_every_special_and_does_not_count_them():
    vocabulary = Vocabulary.of_outputs({"a": 5, "b": 2, "</s>": 1}, (UNKNOWN, "<s>", "</s>"))
    assert vocabulary.restricted(min_count=2, max_size=1).items == (UNKNOWN, "<s>", "</s>", "a")


def test_restricted_without_limits_changes_nothing():
    vocabulary = Vocabulary.of_inputs({"a": 2, "b": 1})
    assert vocabulary.restricted() == vocabulary


@given(COUNTS)
def test_save_and_load_give_the_same(tmp_path_factory, counts):
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.json"
    for vocabulary in (Vocabulary.of_inputs(counts), Vocabulary.of_outputs(counts)):
        vocabulary.save(path)
        loaded = Vocabulary.load(path)
        assert loaded == vocabulary
        assert loaded.unknown == vocabulary.unknown


def test_line_ends_tabs_quotes_and_emoji_survive(tmp_path: Path):
    items = ["\n", "\t", '"', "\\", "\r\n", "\u2028", "👩‍🚀", "a b", "", "\x00"]
    vocabulary = Vocabulary.of_outputs({item: place + 1 for place, item in enumerate(items)})
    vocabulary.save(tmp_path / "v.json")
    assert Vocabulary.load(tmp_path / "v.json").items == tuple(reversed(items))


def test_repeated_items_and_missing_counts_are_refused():
    with pytest.raises(ValueError, match="distinct"):
        Vocabulary(["a", "a"], [1, 1])
    with pytest.raises(ValueError, match="2 items, but 1 counts"):
        Vocabulary(["a", "b"], [1])
