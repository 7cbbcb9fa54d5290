"""The metrics of captions: against sacreBLEU, definitions written out, and every subsequence."""

import math
import random

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from seqlab import Tokens, TokensPrediction
from seqlab.testing import check_metric
from seqlab_generate.bleu import Bleu1, Bleu2, Bleu3, Bleu4
from seqlab_generate.cider_d import CiderD
from seqlab_generate.rouge_l import RougeL
from seqlab_generate.settings import BleuOrderSettings, CiderDSettings, RougeLSettings

WORDS = ["a", "the", "dog", "cat", "runs", "sits", "on", "grass", "."]


def corpus(seed, size=30, references=5):
    draws = random.Random(seed)
    golds = [[draws.choices(WORDS, k=draws.randint(3, 12)) for _ in range(references)] for _ in range(size)]
    said = [
        [draws.choice(WORDS) if draws.random() < 0.3 else word for word in gold[0]][: draws.randint(3, 12)]
        for gold in golds
    ]
    return said, golds


def score(metric, said, golds):
    targets = [tuple(Tokens(tuple(each)) for each in gold) for gold in golds]
    metric.prepare(targets)
    rows = [metric.counts(TokensPrediction(tuple(one)), gold) for one, gold in zip(said, targets, strict=True)]
    [value] = metric.combine(np.sum(rows, axis=0)).values()
    return float(value)


@pytest.mark.parametrize("metric", [Bleu1, Bleu2, Bleu3, Bleu4])
def test_bleu_of_each_order_is_that_of_sacrebleu_with_several_references(metric):
    for seed in range(4):
        said, golds = corpus(seed)
        texts = [" ".join(one) for one in said]
        streams = [[" ".join(gold[place]) for gold in golds] for place in range(5)]
        expected = BLEU(max_ngram_order=metric.order, tokenize="none", force=True).corpus_score(texts, streams).score
        assert metric.names == (f"bleu_{metric.order}",)
        assert score(metric(BleuOrderSettings()), said, golds) == pytest.approx(expected)


def cider_d(said, golds, sigma=6.0):
    """Equation 7 of Vedantam et al. 2015, over vectors of all n-grams of the corpus."""

    def grams(text, n):
        return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]

    scores = []
    for text, references in zip(said, golds, strict=True):
        by_order = []
        for n in (1, 2, 3, 4):
            every = sorted({g for one in (*said, *(r for gold in golds for r in gold)) for g in grams(one, n)})
            df = np.array([sum(any(g in grams(r, n) for r in gold) for gold in golds) for g in every])
            idf = np.log(len(golds)) - np.log(np.maximum(1, df))
            g_c = np.array([grams(text, n).count(g) for g in every]) * idf
            alike = []
            for reference in references:
                g_s = np.array([grams(reference, n).count(g) for g in every]) * idf
                norms = np.linalg.norm(g_c) * np.linalg.norm(g_s)
                near = np.exp(-((len(text) - len(reference)) ** 2) / (2 * sigma**2))
                alike.append(near * np.minimum(g_c, g_s) @ g_s / norms if norms else 0.0)
            by_order.append(10 * np.mean(alike))
        scores.append(np.mean(by_order))
    return float(np.mean(scores))


def test_cider_d_is_its_equation():
    said, golds = corpus(3, size=8, references=3)
    assert score(CiderD(None), said, golds) == pytest.approx(cider_d(said, golds))
    assert score(CiderD(CiderDSettings(sigma=1.5)), said, golds) == pytest.approx(cider_d(said, golds, 1.5))


def test_cider_d_of_the_reference_itself_is_ten_and_words_that_stand_everywhere_count_nothing():
    golds = [[["a", "red", "dog", "runs"]], [["a", "blue", "cat", "sits"]]]
    assert score(CiderD(None), [gold[0] for gold in golds], golds) == pytest.approx(10)
    assert score(CiderD(None), [["a"], ["a"]], golds) == 0
    assert score(CiderD(None), [golds[0][0]], golds[:1]) == 0  # all that is said stands in every example


@pytest.mark.parametrize(
    "metric, settings",
    [(Bleu2, BleuOrderSettings()), (CiderD, CiderDSettings()), (RougeL, RougeLSettings())],
)
def test_they_keep_the_laws_of_every_metric(metric, settings):
    check_metric(metric, settings)


def test_nothing_said_scores_nothing():
    golds = [[["a", "dog"]], [["b"]]]
    for metric in (Bleu1(BleuOrderSettings()), CiderD(None), RougeL(None)):
        value = score(metric, [[], []], golds)
        assert value == 0
        assert not math.isnan(value)
