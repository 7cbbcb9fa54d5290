"""Mixtures of language models: their probabilities, and the weights that dev wants."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from seqlab import IGNORED, Corpus, Example, LanguageModel, PipelineError, Tokens, Vocabulary
from seqlab.model.scoring import score_text
from seqlab_lm.fixed_baselines import FixedDistribution
from seqlab_lm.interpolate import Interpolate, InterpolatedModel, mixture_weights
from seqlab_lm.variant_settings import InterpolateSettings

FIRST, SECOND = (0.1, 0.2, 0.3, 0.4), (0.7, 0.1, 0.1, 0.1)
IDS = torch.tensor([[0, 3, 1, 1, 2, 0, 0, 3, 2]])


def fixed(probabilities, letters="abcd"):
    return FixedDistribution(Vocabulary.of_outputs(dict.fromkeys(letters, 1)), np.log(probabilities))


def dev_of(letters):
    return Corpus.of([Example("1", "dev:1", {"main": Tokens(tuple(letters))})], ends=False)


def test_a_mixture_is_the_weighted_sum_of_the_probabilities(make_model, in_steps, in_pieces):
    model = make_model()
    mixed = InterpolatedModel([model, fixed(FIRST), fixed(SECOND)], [0.5, 0.2, 0.3])
    assert isinstance(mixed, LanguageModel)
    with torch.no_grad():
        network = in_steps(model, IDS[0])
        expected = [
            [math.log(0.5 * math.exp(float(row[id_])) + 0.2 * FIRST[id_] + 0.3 * SECOND[id_]) for id_ in range(4)]
            for row in network
        ]
        found = in_steps(mixed, IDS[0])
        assert found.tolist() == [pytest.approx(row, abs=1e-12) for row in expected]
        assert found.exp().sum(dim=1).tolist() == pytest.approx([1] * 9, abs=1e-12)
        scores = [row[id_] for row, id_ in zip(expected, IDS[0].tolist(), strict=True)]
        assert in_pieces(mixed, IDS, [4, 1, 4]) == pytest.approx(scores, abs=1e-12)


def test_a_model_of_weight_0_says_nothing():
    mixed = InterpolatedModel([fixed(FIRST), fixed(SECOND)], [1.0, 0.0])
    found = mixed.step(torch.tensor([0]), mixed.start(1)).log_probs
    assert found[0].exp().tolist() == pytest.approx(FIRST, abs=1e-12)


def test_padding_and_unknown_tokens_have_no_log_probability():
    mixed = InterpolatedModel([fixed(FIRST), fixed(SECOND)], [0.4, 0.6])
    ids, lengths = torch.tensor([[0, IGNORED, 1], [2, 3, 3]]), torch.tensor([3, 1])
    found, _ = mixed.score(torch.tensor([0, 0]), ids, lengths, mixed.start(2))
    assert found.exp().tolist() == [
        pytest.approx([0.46, 1, 0.14], abs=1e-12),
        pytest.approx([0.18, 1, 1], abs=1e-12),
    ]


@given(st.integers(0, 2**31))
def test_two_weights_are_the_optimum(seed):
    draws = np.random.default_rng(seed)
    log_probs = np.log(draws.uniform(0.01, 1, (2, 60)))

    def loss(weight):
        return -np.logaddexp(log_probs[0] + math.log(weight), log_probs[1] + math.log(1 - weight)).mean()

    best = minimize_scalar(loss, bounds=(1e-9, 1 - 1e-9), method="bounded", options={"xatol": 1e-10})
    weights = mixture_weights(log_probs)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    # Where one model has nothing to give, its weight falls ever more slowly; the likelihood is as good long before.
    assert loss(min(max(weights[0], 1e-12), 1 - 1e-12)) == pytest.approx(best.fun, abs=1e-6)
    if 0.05 < best.x < 0.95:
        assert weights[0] == pytest.approx(best.x, abs=1e-3)


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.integers(3, 5))
def test_several_weights_are_the_optimum(seed, count):
    draws = np.random.default_rng(seed)
    log_probs = np.log(draws.uniform(0.01, 1, (count, 200)))

    def loss(scores):
        weights = np.exp(scores - np.logaddexp.reduce(scores))
        return -np.log(weights @ np.exp(log_probs)).mean()

    best = minimize(loss, np.zeros(count), tol=1e-12)
    weights = mixture_weights(log_probs)
    assert loss(np.log(np.maximum(weights, 1e-12))) == pytest.approx(best.fun, abs=1e-6)


@pytest.mark.parametrize("first", [0.05, 0.5, 0.9])
def test_a_given_weight_stays_and_the_others_share_the_rest_as_is_best(first):
    log_probs = np.log(np.random.default_rng(3).uniform(0.01, 1, (3, 200)))
    weights = mixture_weights(log_probs, first)

    def loss(share):
        return -np.log(np.array([first, *(1 - first) * np.array([share, 1 - share])]) @ np.exp(log_probs)).mean()

    best = minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-10})
    assert weights[0] == first
    assert weights[1] / (1 - first) == pytest.approx(best.x, abs=1e-3)
    assert mixture_weights(log_probs[:2], first).tolist() == [first, 1 - first]


def test_tokens_that_no_model_can_tell_say_nothing_about_the_weights():
    known = np.log([[0.5, 0.1, 0.2], [0.1, 0.6, 0.3]])
    unknown = np.array([[math.nan, -math.inf], [math.nan, -math.inf]])
    with np.errstate(invalid="raise", divide="raise"):
        assert mixture_weights(np.hstack([unknown, known])).tolist() == mixture_weights(known).tolist()
        assert mixture_weights(unknown).tolist() == [0.5, 0.5]


def test_one_model_may_find_impossible_what_the_other_does_not():
    weights = mixture_weights(np.log([[0.5, 0.5, 0.5], [1.0, 1e-300, 1e-300]]))
    best = minimize_scalar(lambda w: -math.log(1 - w / 2) - 2 * math.log(w / 2), bounds=(0.01, 1), method="bounded")
    assert weights[0] == pytest.approx(best.x, abs=1e-3)


def test_fit_finds_the_weights_on_dev_and_a_restored_variant_says_the_same():
    model, baselines = fixed(FIRST), {"second": fixed(SECOND), "not asked for": fixed((0.25,) * 4)}
    dev = dev_of("aaaaabbccdddd")  # 5, 2, 2, 4
    variant = Interpolate(InterpolateSettings(("second",)))
    variant.fit(model, baselines, dev, lambda of: score_text(of, dev))
    counts = (5, 2, 2, 4)
    best = minimize_scalar(
        lambda w: -sum(n * math.log(w * p + (1 - w) * q) for n, p, q in zip(counts, FIRST, SECOND, strict=True)),
        bounds=(0, 1),
        method="bounded",
    )
    assert variant.chosen() == {
        "model": pytest.approx(best.x, abs=1e-3),
        "second": pytest.approx(1 - best.x, abs=1e-3),
    }
    restored = Interpolate(variant.config)
    restored.restore(variant.chosen())
    one, other = (score_text(each.language_model(model, baselines), dev) for each in (variant, restored))
    assert one.tolist() == other.tolist()
    assert -one.sum() == pytest.approx(best.fun, abs=1e-5)


def test_only_models_of_one_vocabulary_are_mixed():
    variant = Interpolate(InterpolateSettings(("other",)))
    with pytest.raises(PipelineError, match=r"SL324.*they predict different tokens"):
        variant.language_model(fixed(FIRST), {"other": fixed(FIRST, "abce")})


def test_a_baseline_that_is_not_there_is_told():
    variant = Interpolate(InterpolateSettings(("kneser_ney_5",)))
    with pytest.raises(PipelineError, match=r"SL323.*'kneser_ney_5', which this run has not"):
        variant.language_model(fixed(FIRST), {})


def test_a_baseline_is_not_named_twice():
    with pytest.raises(ValueError, match="the same baseline twice"):
        InterpolateSettings(("unigram", "unigram"))
