"""Spans and tags: what seqeval 1.2.2 reads, what each scheme allows, and there and back."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab import SCHEMES, Span, may_follow, scheme_of, span_tags, spans


@pytest.mark.parametrize(
    "tags, expected",
    [
        ("O B-PER I-PER O", [(1, 3, "PER")]),
        ("I-PER I-PER O I-LOC", [(0, 2, "PER"), (3, 4, "LOC")]),  # IOB1, or BIO with mistakes
        ("I-PER B-PER I-PER", [(0, 1, "PER"), (1, 3, "PER")]),
        ("B-PER I-LOC I-LOC", [(0, 1, "PER"), (1, 3, "LOC")]),
        ("S-X S-X B-X I-X E-X", [(0, 1, "X"), (1, 2, "X"), (2, 5, "X")]),
        ("B-X E-X E-X I-X O", [(0, 2, "X"), (2, 3, "X"), (3, 4, "X")]),
        ("S-X I-X", [(0, 1, "X"), (1, 2, "X")]),
        ("B-X S-X E-X", [(0, 1, "X"), (1, 2, "X"), (2, 3, "X")]),
        ("B-a-b I-a-b", [(0, 2, "a-b")]),
        ("N N V O", [(0, 2, "N"), (2, 3, "V")]),
        ("O O", []),
        ("", []),
    ],
)
def test_spans_are_read_as_conlleval_reads_them(tags, expected):
    assert spans(tags.split()) == [Span(*each) for each in expected]


@st.composite
def marked(draw):
    """Spans without overlap in a sentence, many side by side."""
    length = draw(st.integers(0, 9))
    found, place = [], 0
    while place < length:
        end = draw(st.integers(place + 1, length))
        if draw(st.booleans()):
            found.append(Span(place, end, draw(st.sampled_from(["A", "B-2"]))))
        place = end
    return found, length


@pytest.mark.parametrize("scheme", SCHEMES)
@given(marked())
def test_tags_of_spans_are_read_back_and_keep_to_their_scheme(scheme, given_spans):
    found, length = given_spans
    tags = span_tags(found, length, scheme)
    assert spans(tags) == found
    assert all(may_follow(*pair, scheme) for pair in pairwise((None, *tags, None)))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_scheme_allows_is_what_it_writes(scheme):
    """Of all sequences of three tags, those that tags of spans can be, and no others."""
    prefixes = "BIES" if scheme == "BIOES" else "BI"
    names = ["O", *(f"{prefix}-{type_}" for prefix in prefixes for type_ in "XY")]
    for tags in product(names, repeat=3):
        allowed = all(may_follow(*pair, scheme) for pair in pairwise((None, *tags, None)))
        assert allowed == (span_tags(spans(tags), 3, scheme) == list(tags)), tags


@pytest.mark.parametrize(
    "tags, scheme",
    [
        ("O B-PER I-PER B-LOC", "BIO"),
        ("O I-PER I-LOC B-LOC", "IOB1"),
        ("I-PER O", "IOB1"),
        ("O S-X", "BIOES"),
        ("O B-X E-X", "BIOES"),
        ("NOUN VERB", None),
        ("O B-PER NOUN", None),
        ("O", None),
        ("B- O", None),
    ],
)
def test_the_scheme_of_a_set_of_tags(tags, scheme):
    assert scheme_of(tags.split()) == scheme
