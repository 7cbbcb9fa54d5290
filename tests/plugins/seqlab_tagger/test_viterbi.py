from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab_tagger.viterbi import viterbi


def path_score(path, emissions, transitions, start, end):
    score = start[path[0]] + end[path[-1]] + sum(emissions[t, s] for t, s in enumerate(path))
    return score + sum(transitions[a, b] for a, b in pairwise(path))


def best_of_one(emissions, *scores, count=1):
    paths, values = viterbi(emissions[None], *scores, np.array([len(emissions)]), count)
    return paths[0].tolist(), values[0]


@settings(max_examples=150)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_it_finds_what_exhaustive_search_finds_in_every_row(lengths, size, count, seed, forbids):
    generator = np.random.default_rng(seed)
    longest = max(lengths) + int(generator.integers(0, 2))
    emissions = generator.normal(size=(len(lengths), longest, size))
    transitions, (start, end) = generator.normal(size=(size, size)), generator.normal(size=(2, size))
    if forbids:  # as a word of train forbids the tags that it never had
        forbidden = generator.random(emissions.shape) < 0.5
        allowed = generator.integers(0, size, emissions.shape[:2])[:, :, None]
        np.put_along_axis(forbidden, allowed, False, axis=2)
        emissions[forbidden] = -np.inf
    paths, scores = viterbi(emissions, transitions, start, end, np.array(lengths), count)
    assert paths.shape == (len(lengths), count, longest)
    for row, length in enumerate(lengths):
        scored = {
            path: path_score(path, emissions[row, :length], transitions, start, end)
            for path in product(range(size), repeat=length)
        }
        ranked = sorted((path for path in scored if scored[path] > -np.inf), key=scored.__getitem__, reverse=True)
        found = [path for path, score in zip(paths[row].tolist(), scores[row], strict=True) if score > -np.inf]
        assert [tuple(path[:length]) for path in found] == ranked[:count]
        assert scores[row, : len(found)] == pytest.approx([scored[path] for path in ranked[:count]])
        assert not paths[row, :, length:].any()


@pytest.mark.parametrize("count", [1, 2])
def test_of_equal_paths_the_lowest_states_are_taken(count):
    paths, _ = best_of_one(np.zeros((3, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros(2), count=count)
    assert paths[0] == [0, 0, 0]


def test_a_transition_has_a_direction():
    transitions = np.array([[-9.0, 0.0], [-9.0, -9.0]])  # only 0 -> 1 is cheap
    assert best_of_one(np.zeros((2, 2)), transitions, np.zeros(2), np.zeros(2))[0] == [[0, 1]]
