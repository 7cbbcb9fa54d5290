"""Scores on real text: what others measured on the same files."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from seqlab_lm.kneser_ney import fit_kneser_ney
from seqlab_lm.ngram_discounts import discounts

CHARACTERS = {1: 3.347, 2: 2.484, 3: 2.038, 4: 1.719, 5: 1.561, 6: 1.523, 7: 1.5165}


@pytest.fixture(scope="module")
def data():
    return Path(os.environ["SEQLAB_DATA"])


@pytest.mark.data
@pytest.mark.parametrize("order", CHARACTERS)
def test_nats_per_character_of_tiny_shakespeare(data, order):
    text = (data / "tiny-shakespeare" / "input.txt").read_text(encoding="utf-8")
    letters, ids = np.unique(np.array(list(text)), return_inverse=True)
    cut = int(0.9 * len(ids))
    model = fit_kneser_ney(ids[:cut], np.array([0]), len(letters), order, begin=False)
    found = -model.log_probs(ids[cut:], np.array([0]), begin=False).mean()
    assert len(letters) == 65
    assert found == pytest.approx(CHARACTERS[order], abs=0.001)


@pytest.fixture(scope="module")
def treebank(data):
    """The Penn Treebank: number of words, and of train and test the ids and where sentences begin."""
    with gzip.open(data / "ptb-lm" / "ptb.train.txt.gz", "rt", encoding="utf-8") as file:
        train = [line.split() for line in file]
    test = [line.split() for line in (data / "ptb-lm" / "ptb.test.txt").read_text(encoding="utf-8").splitlines()]
    items = {"</s>": 0} | {word: n for n, word in enumerate(sorted({word for words in train for word in words}), 1)}
    numbered = []
    for sentences in (train, test):
        rows = [[0, *map(items.__getitem__, words), 0] for words in sentences]
        numbered.append((np.array([word for row in rows for word in row]), np.cumsum([0, *map(len, rows[:-1])])))
    return len(items), *numbered


@pytest.mark.data
def test_perplexity_of_the_penn_treebank(treebank):
    """141.2 for KN5: Mikolov et al. (2011), Empirical Evaluation and Combination of Advanced Language Modeling Techniques."""
    size, train, test = treebank
    assert size == 10_000
    log_probs = fit_kneser_ney(*train, size, 5, begin=True).log_probs(*test, begin=True)
    assert np.isfinite(log_probs).sum() == 82_430
    assert np.exp(-np.nanmean(log_probs)) == pytest.approx(141.2, abs=0.1)


@pytest.mark.data
def test_ngrams_and_discounts_of_the_penn_treebank_are_those_of_kenlm(treebank):
    """What `lmplz -o 5` of KenLM prints for the file of train, its `<unk>` written as another word."""
    size, train, _ = treebank
    model = fit_kneser_ney(*train, size, 5, begin=True)
    assert [model.trie.count(length) for length in (2, 3, 4, 5)] == [264_990, 586_558, 717_733, 737_952]
    expected = [
        (0.727802, 1.09876, 1.4713),
        (0.868879, 1.25462, 1.44822),
        (0.942828, 1.38314, 1.43173),
        (0.959671, 1.3879, 1.24171),
    ]
    found = [discounts(counts)[1:] for counts in model.counts[1:]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
