from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab_tagger.viterbi import viterbi


def path_score(path, emissions, transitions, start, end):
    score = start[path[0]] + end[path[-1]] + sum(emissions[t, s] for t, s in enumerate(path))
    return score + sum(transitions[a, b] for a, b in pairwise(path))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32 - 1), st.booleans())
def test_it_finds_what_exhaustive_search_finds(length, size, seed, forbids):
    generator = np.random.default_rng(seed)
    emissions, transitions = generator.normal(size=(length, size)), generator.normal(size=(size, size))
    start, end = generator.normal(size=(2, size))
    if forbids:  # as a word of train forbids the tags that it never had
        forbidden = generator.random((length, size)) < 0.5
        forbidden[np.arange(length), generator.integers(0, size, length)] = False
        emissions[forbidden] = -np.inf
    scored = (emissions, transitions, start, end)
    best = max(product(range(size), repeat=length), key=lambda path: path_score(path, *scored))
    assert viterbi(*scored) == list(best)


def test_of_equal_paths_the_lowest_states_are_taken():
    assert viterbi(np.zeros((3, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros(2)) == [0, 0, 0]


def test_a_transition_has_a_direction():
    transitions = np.array([[-9.0, 0.0], [-9.0, -9.0]])  # only 0 -> 1 is cheap
    assert viterbi(np.zeros((2, 2)), transitions, np.zeros(2), np.zeros(2)) == [0, 1]
