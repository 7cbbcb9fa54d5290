"""Metrics of language models against sums by hand."""

import math

import numpy as np
import pytest

from seqlab import LogProbsPrediction, Tokens
from seqlab.evaluation.scoring import score
from seqlab_lm.metrics import BitsPerCharacter, NatsPerCharacter, NatsPerToken, Perplexity


def said(*probabilities):
    return LogProbsPrediction(tuple(math.log(p) if p else math.nan for p in probabilities))


def scores(metric, predictions, golds):
    return score([metric(None)], predictions, [Tokens(tuple(gold)) for gold in golds])


def test_nats_per_token_is_the_mean_over_all_tokens_and_not_over_examples():
    found = scores(NatsPerToken, [said(0.5), said(0.25, 0.25, 0.25)], ["a", "abc"])
    assert found["nats_per_token"] == pytest.approx(math.log(2) * 7 / 4)


def test_the_end_counts_as_a_token_and_not_as_a_character():
    assert scores(NatsPerToken, [said(0.5, 0.125)], ["a"])["nats_per_token"] == pytest.approx(2 * math.log(2))
    assert scores(NatsPerCharacter, [said(0.5, 0.125)], ["a"])["nats_per_character"] == pytest.approx(4 * math.log(2))


def test_a_uniform_model_has_the_perplexity_v():
    assert scores(Perplexity, [said(*[1 / 65] * 7)], ["abcdefg"])["perplexity"] == pytest.approx(65)


def test_a_token_outside_the_vocabulary_is_not_scored():
    assert scores(NatsPerToken, [said(0.5, 0, 0.5)], ["axb"])["nats_per_token"] == pytest.approx(math.log(2))
    assert scores(BitsPerCharacter, [said(0.5, 0, 0.5)], ["axb"])["bits_per_character"] == pytest.approx(1)


def test_words_are_counted_with_the_blank_behind_them():
    found = scores(BitsPerCharacter, [said(0.5, 0.5, 0.5)], [("to", "be")])  # "to be\n": 6 characters, 3 bits
    assert found["bits_per_character"] == pytest.approx(3 / 6)


def test_nothing_that_could_be_scored_is_undefined():
    assert math.isnan(scores(NatsPerToken, [said(0)], ["x"])["nats_per_token"])


def test_resampled_scores_are_those_of_the_sums():
    totals = np.array([[2.0, 4.0], [3.0, 3.0]])
    assert Perplexity(None).combine(totals)["perplexity"] == pytest.approx([math.exp(0.5), math.e])


def test_other_predictions_are_refused():
    with pytest.raises(ValueError, match="3 log-probabilities for 1 tokens"):
        scores(NatsPerToken, [said(0.5, 0.5, 0.5)], ["a"])
