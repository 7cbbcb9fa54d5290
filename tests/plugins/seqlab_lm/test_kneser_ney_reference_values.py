"""Scores on real text: what others measured on the same files."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from seqlab_lm.kneser_ney import fit_kneser_ney

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


@pytest.mark.data
def test_perplexity_of_the_penn_treebank(data):
    """141.2 for KN5: Mikolov et al. (2011), Empirical Evaluation and Combination of Advanced Language Modeling Techniques."""
    with gzip.open(data / "ptb-lm" / "ptb.train.txt.gz", "rt", encoding="utf-8") as file:
        train = [line.split() for line in file]
    test = [line.split() for line in (data / "ptb-lm" / "ptb.test.txt").read_text(encoding="utf-8").splitlines()]
    items = {"</s>": 0} | {
        word: place for place, word in enumerate(sorted({word for words in train for word in words}), 1)
    }

    def numbered(sentences):
        rows = [[0, *map(items.__getitem__, words), 0] for words in sentences]
        return np.array([word for row in rows for word in row]), np.cumsum([0, *map(len, rows[:-1])])

    assert len(items) == 10_000
    model = fit_kneser_ney(*numbered(train), len(items), 5, begin=True)
    log_probs = model.log_probs(*numbered(test), begin=True)
    assert np.isfinite(log_probs).sum() == 82_430
    assert np.exp(-np.nanmean(log_probs)) == pytest.approx(141.2, abs=0.1)
