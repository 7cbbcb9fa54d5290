"""The metrics of texts, against sacreBLEU on whole corpora."""

import itertools
import random

import numpy as np
import pytest
import sacrebleu

from seqlab import Labels, LabelsPrediction, Tokens, TokensPrediction
from seqlab_generate.bleu import Bleu
from seqlab_generate.chrf import Chrf
from seqlab_generate.exact_match import ExactMatch
from seqlab_generate.rouge_l import RougeL, longest_common_subsequence
from seqlab_generate.settings import BleuSettings, RougeLSettings

WORDS = ["the", "a", "cat", "dog", "Mat", "sat", "on", ",", ".", "it's", "3,5", "(", ")", "end."]


def corpus(seed, size=40, noise=0.3, references=1):
    draws = random.Random(seed)
    golds = [tuple(tuple(draws.choices(WORDS, k=draws.randint(1, 12))) for _ in range(references)) for _ in range(size)]
    said = [
        tuple(draws.choice(WORDS) if draws.random() < noise else word for word in gold[0])[: draws.randint(1, 12)]
        for gold in golds
    ]
    return said, golds


def scored(metric, said, golds):
    targets = [tuple(map(Tokens, gold)) if len(gold) > 1 else Tokens(gold[0]) for gold in golds]
    metric.prepare(targets)
    counts = np.stack([metric.counts(TokensPrediction(one), gold) for one, gold in zip(said, targets, strict=True)])
    return {name: float(value) for name, value in metric.combine(counts.sum(axis=0)).items()}


def as_texts(said, golds):
    return [" ".join(one) for one in said], [
        [" ".join(gold[place]) for gold in golds] for place in range(len(golds[0]))
    ]


@pytest.mark.parametrize("noise, references", [(0.1, 1), (0.3, 1), (0.9, 1), (1.0, 1), (0.4, 3)])
def test_bleu_and_chrf_are_those_of_sacrebleu(noise, references):
    for seed in range(5):
        said, golds = corpus(seed, noise=noise, references=references)
        texts, streams = as_texts(said, golds)
        assert scored(Bleu(None), said, golds)["bleu"] == pytest.approx(sacrebleu.corpus_bleu(texts, streams).score)
        assert scored(Chrf(None), said, golds)["chrf"] == pytest.approx(sacrebleu.corpus_chrf(texts, streams).score)


@pytest.mark.parametrize("options", [{"tokenize": "char"}, {"tokenize": "none"}, {"lowercase": True}])
def test_the_settings_of_bleu_are_those_of_sacrebleu(options):
    said, golds = corpus(7)
    said = [tuple(word.capitalize() for word in one) for one in said]
    texts, streams = as_texts(said, golds)
    expected = sacrebleu.corpus_bleu(texts, streams, **options).score
    assert scored(Bleu(BleuSettings(**options)), said, golds)["bleu"] == pytest.approx(expected)
    assert expected != pytest.approx(sacrebleu.corpus_bleu(texts, streams).score)


@pytest.mark.parametrize(
    "said, gold",
    [
        (("a",), ("a",)),  # no bigram at all
        (("a", "b", "c", "d", "e"), ("a", "x", "c", "y", "e")),  # no bigram right, so the higher orders are smoothed
        ((), ("a", "b")),
        (("x", "y", "z", "w"), ("a", "b", "c", "d")),
        (("a", "b", "c", "d"), ("a", "b", "c", "d", "e", "f", "g")),  # too short
    ],
)
def test_where_counts_are_0_they_do_as_sacrebleu(said, gold):
    texts, streams = as_texts([said], [(gold,)])
    assert scored(Bleu(None), [said], [(gold,)])["bleu"] == pytest.approx(sacrebleu.corpus_bleu(texts, streams).score)
    assert scored(Chrf(None), [said], [(gold,)])["chrf"] == pytest.approx(sacrebleu.corpus_chrf(texts, streams).score)


def test_a_resampled_corpus_scores_as_the_corpus_of_its_sentences():
    said, golds = corpus(3)
    metric = Bleu(None)
    targets = [Tokens(gold[0]) for gold in golds]
    metric.prepare(targets)
    counts = np.stack([metric.counts(TokensPrediction(one), gold) for one, gold in zip(said, targets, strict=True)])
    weights = np.random.default_rng(1).multinomial(40, np.full(40, 1 / 40), size=6)
    found = metric.from_examples(counts, weights.astype(float))["bleu"]
    for score, drawn in zip(found, weights, strict=True):
        rows = np.repeat(np.arange(40), drawn)
        texts, streams = as_texts([said[row] for row in rows], [golds[row] for row in rows])
        assert score == pytest.approx(sacrebleu.corpus_bleu(texts, streams).score)


def test_characters_are_joined_where_blanks_are_among_them():
    said, gold = tuple("the cat sat on it"), tuple("the cat sat on the mat")
    texts, streams = ["the cat sat on it"], [["the cat sat on the mat"]]
    assert scored(Bleu(None), [said], [(gold,)])["bleu"] == pytest.approx(sacrebleu.corpus_bleu(texts, streams).score)
    symbols = ("a", "b", "c", "d", "e")
    assert scored(Bleu(None), [symbols], [(symbols,)])["bleu"] == pytest.approx(100)


def test_exact_match_wants_every_token_of_any_reference():
    golds = [(("a", "b"), ("c",)), (("a", "b"), ("c",)), (("a", "b"), ("d",)), (("ab",), ("d",))]
    assert scored(ExactMatch(None), [("c",), ("a", "b"), ("b", "a"), ("a", "b")], golds) == {"exact_match": 0.5}


@pytest.mark.parametrize("metric", [Bleu(None), Chrf(None), RougeL(None), ExactMatch(None)])
def test_labels_are_no_texts(metric):
    with pytest.raises(TypeError, match="Labels"):
        metric.counts(TokensPrediction(("a",)), Labels(("a",)))
    with pytest.raises(TypeError, match="LabelsPrediction"):
        metric.counts(LabelsPrediction(("a",)), Tokens(("a",)))


def test_the_longest_common_subsequence_is_the_longest_of_all_subsequences():
    draws = random.Random(5)
    for _ in range(40):
        one, other = (draws.choices("abc", k=draws.randint(0, 7)) for _ in range(2))
        every = [
            {kept for size in range(8) for kept in itertools.combinations(text, size)} for text in (one, other)
        ]  # all subsequences of each
        assert longest_common_subsequence(one, other) == max(map(len, every[0] & every[1]))


@pytest.mark.parametrize(
    "said, expected",
    [
        ("police kill the gunman", 3 / 4),  # Lin 2004, section 3.1: three of four words in order ...
        ("the gunman kill police", 2 / 4),  # ... and two, whatever ROUGE-2 says of both
        ("", 0.0),
        ("nobody", 0.0),
        ("police killed the gunman", 1.0),
    ],
)
def test_rouge_l_is_that_of_the_examples_of_the_paper(said, expected):
    found = scored(RougeL(None), [tuple(said.split())], [(("police", "killed", "the", "gunman"),)])
    assert found["rouge_l"] == pytest.approx(expected)


def test_rouge_l_weighs_recall_by_beta_and_takes_the_best_reference():
    said, short, long = ("w1", "w2"), ("w1", "x", "w2", "y"), ("w1", *"abcdefgh")
    precision, recall = 1.0, 0.5
    for beta in (0.5, 1.0, 1.2, 8.0):
        expected = (1 + beta**2) * recall * precision / (recall + beta**2 * precision)
        metric = RougeL(RougeLSettings(beta=beta))
        assert scored(metric, [said], [(long, short)])["rouge_l"] == pytest.approx(expected)
    assert scored(RougeL(None), [said, said], [(short, short), (said, long)])["rouge_l"] == pytest.approx(
        (2 / 3 + 1) / 2
    )
    capital = RougeL(RougeLSettings(lowercase=True))
    assert scored(capital, [("W1", "W2")], [(said,)]) == {"rouge_l": 1.0}
    assert scored(RougeL(None), [("W1", "W2")], [(said,)]) == {"rouge_l": 0.0}
