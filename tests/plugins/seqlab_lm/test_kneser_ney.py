"""Kneser-Ney against a slow one in dictionaries, closed forms, and what a distribution must keep."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from seqlab import IGNORED
from seqlab_lm import ngram_sequences, ngram_trie
from seqlab_lm.kneser_ney import KneserNey, fit_kneser_ney
from seqlab_lm.ngram_discounts import FALLBACK, discounts
from seqlab_lm.ngram_sorting import sort_with_places

SIZE = 4


class Slow:
    """The same by dictionaries and recursion, from the definitions of Chen and Goodman."""

    def __init__(self, ids, starts, size, order, begin):
        self.size, self.order = size, order
        raw, before, bare = Counter(), defaultdict(set), Counter()
        for sequence in sequences(ids, starts):
            for place in range(1 if begin else 0, len(sequence)):
                for length in range(1, min(order, place + 1) + 1):
                    ngram = tuple(sequence[place + 1 - length : place + 1])
                    if IGNORED in ngram:
                        break
                    raw[ngram] += 1
                    left = sequence[place - length] if place >= length else IGNORED
                    if left == IGNORED:
                        bare[ngram] += 1
                    else:
                        before[ngram].add(left)
        self.counts = {g: n if len(g) == order else len(before[g]) + bare[g] for g, n in raw.items()}
        self.discounts = {length: self.discount(length) for length in range(1, order + 1)}

    def discount(self, length):
        n1, n2, n3, n4 = (sum(c == k and len(g) == length for g, c in self.counts.items()) for k in (1, 2, 3, 4))
        if 0 in (n1, n2, n3, n4):
            return FALLBACK
        y = n1 / (n1 + 2 * n2)
        found = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
        return found if all(0 < d < k for k, d in enumerate(found, 1)) else FALLBACK

    def probability(self, word, context):
        """p(word | context), the context as a tuple."""
        shorter = self.probability(word, context[1:]) if context else 1 / self.size
        followers = [self.counts.get((*context, w), 0) for w in range(self.size)]
        if not any(followers):
            return shorter
        own = self.discounts[len(context) + 1]
        lost = sum(own[min(c, 3) - 1] for c in followers if c)
        count = followers[word]
        kept = count - own[min(count, 3) - 1] if count else 0
        return kept / sum(followers) + lost / sum(followers) * shorter

    def log_probs(self, ids, starts, begin):
        found = []
        for sequence in sequences(ids, starts):
            for place, word in enumerate(sequence):
                if word == IGNORED or (begin and place == 0):
                    found.append(math.nan)
                else:
                    found.append(math.log(self.probability(word, self.context(sequence[:place]))))
        return found

    def context(self, words):
        kept = []
        for word in reversed(words[len(words) - min(len(words), self.order - 1) :]):
            if word == IGNORED:
                break
            kept.insert(0, word)
        return tuple(kept)


def sequences(ids, starts):
    bounds = sorted({0, len(ids), *starts})
    return [list(ids[start:stop]) for start, stop in pairwise(bounds)]


def text(longest):
    """Ids, some of them ignored, and where sequences begin; the first letters are frequent, so that counts repeat."""
    words = st.sampled_from([0, 0, 0, 1, 1, 2, 3, IGNORED])
    return st.lists(words, max_size=longest).flatmap(
        lambda ids: st.tuples(
            st.just(ids), st.sets(st.integers(0, len(ids)), max_size=5).map(lambda s: sorted(s | {0}))
        )
    )


def arrays(ids, starts):
    return np.array(ids, np.int64), np.array(starts, np.int64)


def brown(seed, length, size):
    """A text whose words hang on those before, with counts from 1 to many."""
    generator = np.random.default_rng(seed)
    table = generator.dirichlet(np.full(size, 0.3), size * size)
    words = [0, 1]
    while len(words) < length:
        words.append(int(generator.choice(size, p=table[words[-2] * size + words[-1]])))
    return np.array(words)


# ------------------------------------------------------------------------------------------ against brute force


@settings(max_examples=200)
@given(text(60), text(20), st.integers(1, 5), st.booleans())
def test_it_scores_as_the_slow_one_does(train, test, order, begin):
    ours = fit_kneser_ney(*arrays(*train), SIZE, order, begin)
    slow = Slow(*train, SIZE, order, begin)
    for ids, starts in (train, test):
        np.testing.assert_allclose(
            ours.log_probs(*arrays(ids, starts), begin), slow.log_probs(ids, starts, begin), rtol=0, atol=1e-12
        )


@pytest.mark.parametrize("order", [2, 3, 4])
def test_it_scores_as_the_slow_one_does_where_the_discounts_are_estimated(order):
    ids = brown(order, 3000, 40)
    ids[::37] = IGNORED
    starts = np.arange(0, 3000, 100)
    ours, slow = fit_kneser_ney(ids, starts, 40, order, True), Slow(ids.tolist(), starts, 40, order, True)
    assert any(found != FALLBACK for found in slow.discounts.values())
    test = brown(9, 150, 40)
    expected = slow.log_probs(test.tolist(), [0, 70], True)
    np.testing.assert_allclose(ours.log_probs(test, np.array([0, 70]), True), expected, rtol=0, atol=1e-12)


@settings(max_examples=60)
@given(text(60), text(30), st.integers(1, 5), st.booleans(), st.integers(1, 7))
def test_long_texts_are_scored_in_pieces_that_change_nothing(train, test, order, begin, chunk):
    whole = fit_kneser_ney(*arrays(*train), SIZE, order, begin)
    expected = whole.log_probs(*arrays(*test), begin)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_sequences, "CHUNK", chunk)
        patch.setattr(ngram_trie, "FEW", 2)  # more look-ups are sorted first
        pieces = fit_kneser_ney(*arrays(*train), SIZE, order, begin)
        found = pieces.log_probs(*arrays(*test), begin)
    np.testing.assert_array_equal(found, expected)
    for ours, other in zip(pieces.counts, whole.counts, strict=True):
        np.testing.assert_array_equal(ours, other)


# -------------------------------------------------------------------------------------------- distributions


@settings(max_examples=100)
@given(text(60), st.integers(1, 5), st.booleans(), st.data())
def test_every_context_seen_or_not_has_a_distribution_that_log_probs_agrees_with(train, order, begin, data):
    model = fit_kneser_ney(*arrays(*train), SIZE, order, begin)
    row = st.lists(st.sampled_from([0, 1, 2, 3, IGNORED]), min_size=order - 1, max_size=order - 1)
    contexts = np.array(data.draw(st.lists(row, min_size=1, max_size=6)), np.int64)
    found = model.next_log_probs(contexts)
    assert found.shape == (len(contexts), SIZE)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=0, atol=1e-12)
    for context, log_probs in zip(contexts, found, strict=True):
        for word in range(SIZE):
            ids = np.append(context, word)
            one = model.log_probs(ids, np.zeros(1, np.int64), begin=False)[-1]
            assert log_probs[word] == pytest.approx(one, rel=0, abs=1e-12)


def test_distributions_of_a_larger_vocabulary_sum_to_one():
    model = fit_kneser_ney(brown(1, 5000, 50), np.zeros(1, np.int64), 50, 4, False)
    seen = brown(1, 5000, 50)[:3000].reshape(-1, 3)
    unseen = np.random.default_rng(0).integers(0, 50, (200, 3))
    found = model.next_log_probs(np.concatenate([seen, unseen]))
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=0, atol=1e-12)
    assert np.isfinite(found).all()


# --------------------------------------------------------------------------------------------- closed forms


def test_unigrams_are_discounted_counts_and_an_equal_share_of_the_rest():
    counts = [6, 4, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 0]  # n1, n2, n3, n4 = 4, 3, 2, 2
    ids = np.repeat(np.arange(13), counts)
    y = 4 / (4 + 2 * 3)
    d1, d2, d3 = 1 - 2 * y * 3 / 4, 2 - 3 * y * 2 / 3, 3 - 4 * y * 2 / 2
    rest = (4 * d1 + 3 * d2 + 5 * d3) / 30
    found = np.exp(fit_kneser_ney(ids, np.zeros(1, np.int64), 13, 1, False).next_log_probs(np.zeros((1, 0), np.int64)))
    expected = np.array([6 - d3, 4 - d3, 4 - d3, 3 - d3, 3 - d3, *[2 - d2] * 3, *[1 - d1] * 4, 0]) / 30 + rest / 13
    np.testing.assert_allclose(found[0], expected, rtol=1e-14)


@pytest.mark.parametrize(
    "counts, expected",
    [
        ([1] * 10 + [2] * 5 + [3] * 3 + [4] * 2, (0.5, 2 - 3 * 0.5 * 3 / 5, 3 - 4 * 0.5 * 2 / 3)),
        ([0] * 50 + [1] * 10 + [2] * 5 + [3] * 3 + [4] * 2 + [5, 60], (0.5, 1.1, 3 - 4 / 3)),
        ([1] * 10 + [2] * 5 + [3] * 3, FALLBACK),  # n4 = 0
        ([2] * 5 + [3] * 3 + [4], FALLBACK),  # n1 = 0
        ([1] * 10 + [2] * 5 + [3] * 3 + [4] * 20, FALLBACK),  # 3 - 4 x 0.5 x 20 / 3 is below 0
        ([], FALLBACK),
    ],
)
def test_discounts_come_from_counts_of_counts_or_fall_back(counts, expected):
    assert discounts(np.array(counts, np.uint8)) == pytest.approx([0, *expected])


def test_without_a_text_all_words_are_alike():
    model = fit_kneser_ney(np.zeros(0, np.int32), np.zeros(0, np.int64), 5, 3, True)
    assert np.exp(model.next_log_probs(np.array([[0, 1]]))) == pytest.approx(np.full((1, 5), 0.2))
    assert len(model.log_probs(np.zeros(0, np.int32), np.zeros(0, np.int64), True)) == 0


# --------------------------------------------------------------------------------------------- what is counted


def test_short_ngrams_count_the_words_before_them_and_those_that_begin_a_sequence_each_time():
    end, a, b, c = range(4)
    ids = np.array([end, a, b, end, end, a, b, end, end, c, b, end])
    model = fit_kneser_ney(ids, np.array([0, 4, 8]), 4, 3, begin=True)
    counted = {
        tuple(words): int(count)
        for length in (1, 2, 3)
        for words, count in zip(
            model.trie.spelled(length, np.arange(model.trie.count(length))).tolist(),
            model.counts[length - 1],
            strict=True,
        )
    }
    assert counted == {
        (end,): 1, (a,): 1, (b,): 2, (c,): 1,  # b stands after a and after c, all others after one word
        (end, a): 2, (end, c): 1,  # nothing stands before
        (a, b): 1, (c, b): 1, (b, end): 2,
        (end, a, b): 2, (end, c, b): 1, (a, b, end): 2, (c, b, end): 1,
    }  # fmt: skip
    assert model.begin == end


def test_no_ngram_holds_an_ignored_token_or_reaches_across_a_start():
    ids = np.array([0, 1, IGNORED, 2, 3, 0, 2])
    model = fit_kneser_ney(ids, np.array([0, 5]), 4, 3, begin=False)
    assert model.trie.spelled(2, np.arange(model.trie.count(2))).tolist() == [[0, 1], [0, 2], [2, 3]]
    assert model.trie.count(3) == 0
    assert model.begin == IGNORED


def test_where_nothing_is_scored_stands_nan():
    model = fit_kneser_ney(np.array([0, 1, 2, 3]), np.array([0]), 4, 2, begin=False)
    ids, starts = np.array([0, 1, IGNORED, 2, 0, 3]), np.array([0, 4, 6])
    assert np.isnan(model.log_probs(ids, starts, begin=False)).tolist() == [False, False, True, False, False, False]
    assert np.isnan(model.log_probs(ids, starts, begin=True)).tolist() == [True, False, True, False, True, False]


@pytest.mark.parametrize(
    "ids, starts, order, message",
    [
        ([0, 4], [0], 2, "the id 4 is not in a vocabulary of 4"),
        ([0, 1, 2], [0, 2, 1], 2, "must rise"),
        ([0, 1], [0], 0, "at least one word"),
    ],
)
def test_what_cannot_be_counted_is_refused(ids, starts, order, message):
    with pytest.raises(ValueError, match=message):
        fit_kneser_ney(*arrays(ids, starts), 4, order, begin=False)


# ------------------------------------------------------------------------------------------------- as arrays


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64])
def test_ids_may_be_of_any_type_and_in_a_file(tmp_path, dtype):
    ids = brown(3, 400, 200).astype(dtype)
    ids[5] = IGNORED
    file = np.memmap(tmp_path / "ids", dtype, "w+", shape=ids.shape)
    file[:] = ids
    starts = np.array([0, 100])
    expected = fit_kneser_ney(ids.astype(np.int64), starts, 200, 4, True)
    np.testing.assert_array_equal(
        fit_kneser_ney(file, starts, 200, 4, True).log_probs(file, starts, True),
        expected.log_probs(ids.astype(np.int64), starts, True),
    )


@settings(max_examples=40)
@given(text(60), st.integers(1, 4), st.booleans())
def test_saved_as_arrays_it_is_the_same_to_the_bit(train, order, begin):
    model = fit_kneser_ney(*arrays(*train), SIZE, order, begin)
    again = KneserNey.from_arrays(load(save(model.to_arrays())))
    assert (again.order, again.size, again.begin) == (order, SIZE, model.begin)
    contexts = np.random.default_rng(0).integers(0, SIZE, (5, order - 1))
    np.testing.assert_array_equal(again.next_log_probs(contexts), model.next_log_probs(contexts))


def test_arrays_are_as_narrow_as_their_numbers():
    model = fit_kneser_ney(np.concatenate([np.zeros(300, np.int64), brown(3, 900, 100)]), np.array([0]), 300, 3, False)
    widths = {name: array.dtype for name, array in model.to_arrays().items()}
    assert widths["words.2"] == np.uint16
    assert widths["counts.3"] == np.uint16  # 0 0 0 stands there 298 times
    assert widths["counts.2"] == widths["followers.2"] == np.uint8


# ------------------------------------------------------------------------------------------------------- sorting


@settings(max_examples=100)
@given(st.lists(st.integers(0, 2**62) | st.integers(0, 9)))
def test_numbers_are_sorted_and_equal_ones_keep_their_order(numbers):
    keys = np.array(numbers, np.int64)
    found, places = sort_with_places(keys)
    assert places.tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)
    assert found.tolist() == sorted(numbers)
