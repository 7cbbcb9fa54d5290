"""Random streams: derived from seed and purpose, and nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seqlab.interfaces.context import Context
from seqlab.interfaces.records import Vocabularies


def context(seed: int) -> Context:
    return Context(Vocabularies({}), seed, threads=1, training=None, build=lambda part: part, head=None)


def test_the_same_seed_and_purpose_give_the_same_numbers_each_time():
    one, other = context(13), context(13)
    numbers = one.stream("batches/0").random(100)
    assert np.array_equal(numbers, one.stream("batches/0").random(100))
    assert np.array_equal(numbers, other.stream("batches/0").random(100))


def test_streams_of_different_purposes_or_seeds_differ():
    purposes = ["batches/0", "batches/1", "weights", "dropout", "bootstrap", ""]
    drawn = [tuple(context(seed).stream(purpose).random(4)) for seed in range(20) for purpose in purposes]
    assert len(set(drawn)) == len(drawn)


@given(st.integers(0), st.text(max_size=10))
def test_a_seed_fits_into_63_bits(seed, purpose):
    assert 0 <= context(seed).seed_for(purpose) < 2**63


def test_a_seed_and_a_purpose_do_not_run_into_each_other():
    assert context(1).seed_for("1/weights") != context(11).seed_for("/weights")
