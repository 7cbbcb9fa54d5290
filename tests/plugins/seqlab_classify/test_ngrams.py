"""Rows of n-grams are those that scikit-learn's vectorizers make."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from seqlab import Example, Text
from seqlab_classify.ngrams import columns_of, count_rows, ngrams, words_of
from seqlab_classify.tfidf import inverse_document_frequencies, tfidf_rows

TRAIN = ["a b a b", "b c", "", "c", "a b c d"]
OTHERS = ["b a b x", "x y", "", "d d d d"]


def cut(texts):
    return [text.split() for text in texts]


def test_ngrams_up_to_the_longest():
    assert list(ngrams(["a", "b", "c"], 2)) == ["a", "b", "c", "a b", "b c"]
    assert list(ngrams(["a"], 3)) == ["a"]
    assert list(ngrams([], 2)) == []


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_counts_and_weights_are_those_of_scikit_learn(longest):
    columns = columns_of(cut(TRAIN), longest)
    counts = count_rows(cut(TRAIN), columns, longest)
    theirs = CountVectorizer(ngram_range=(1, longest), token_pattern=r"\S+").fit(TRAIN)
    weighting = TfidfVectorizer(ngram_range=(1, longest), token_pattern=r"\S+", sublinear_tf=True).fit(TRAIN)
    order = [columns[ngram] for ngram in theirs.get_feature_names_out()]
    assert len(order) == len(columns)
    inverse = inverse_document_frequencies(counts)
    assert inverse[order] == pytest.approx(weighting.idf_, rel=1e-12)
    for texts in (TRAIN, OTHERS):
        rows = count_rows(cut(texts), columns, longest)
        assert np.array_equal(rows.toarray()[:, order], theirs.transform(texts).toarray())
        expected = weighting.transform(texts).toarray()
        assert tfidf_rows(rows, inverse).toarray()[:, order] == pytest.approx(expected, rel=1e-12)


def test_case_is_a_setting_and_a_text_must_be_cut(text):
    assert words_of(text("The CAT"), lowercase=True) == ["the", "cat"]
    assert words_of(text("The CAT"), lowercase=False) == ["The", "CAT"]
    with pytest.raises(TypeError, match="f:3: n-grams are made of tokens, but the input is Text"):
        words_of(Example("1", "f:3", {"main": Text("the cat")}), lowercase=True)
