"""A model that learns from what it reads, against the formula written out, one window after the other."""

import copy
import math

import numpy as np
import pytest
import torch

from seqlab import IGNORED, Corpus, Example, LanguageModel, NetworkLanguageModel, PipelineError, Tokens, Vocabulary
from seqlab.model.scoring import score_text
from seqlab_lm.dynamic_evaluation import LEARNING_RATES, DynamicEvaluation, DynamicModel
from seqlab_lm.fixed_baselines import FixedDistribution
from seqlab_lm.variant_settings import DynamicEvaluationSettings

IDS = torch.tensor([[0, 3, 1, 1, 2, IGNORED, 0, 0, 3, 2, 1, 1, 2, 0]])


def by_hand(model, ids, window, rate, decay):
    """The log-probability of each token, and the weights at the end."""
    network = copy.deepcopy(model.network)
    reading = NetworkLanguageModel(network, model.vocabulary)
    trained = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    state, previous, found = reading.start(1), torch.tensor([model.begin]), []
    for start in range(0, len(ids), window):
        targets = ids[start : start + window].unsqueeze(0)
        log_probs, after = reading.score(previous, targets, torch.tensor([targets.shape[1]]), state)
        found += log_probs[0].tolist()
        state, previous = {name: tensor.detach() for name, tensor in after.items()}, targets[0, -1:]
        if targets.shape[1] < window:
            break
        network.zero_grad()
        scored = log_probs[0][targets[0] != IGNORED]
        if len(scored):
            (-scored.mean()).backward()
        with torch.no_grad():
            for name, weight in network.named_parameters():
                slope = torch.zeros_like(weight) if weight.grad is None else weight.grad.to_dense()
                weight.copy_(weight - rate * slope + decay * (trained[name] - weight))
    return found, dict(network.named_parameters())


def dev_of(letters):
    return Corpus.of([Example("1", "dev:1", {"main": Tokens(tuple(letters))})], ends=False)


@pytest.mark.parametrize(
    "window, rate, decay", [(1, 0.3, 0.0), (3, 0.5, 0.2), (5, 1.0, 0.01), (7, 0.2, 0.5), (20, 1, 0)]
)
@pytest.mark.parametrize("kind", [{}, {"encoder": "gru"}, {"sparse": True}])
def test_it_is_the_formula_whatever_the_calls(make_model, in_pieces, kind, window, rate, decay):
    model = make_model(**kind)
    expected, weights = by_hand(model, IDS[0], window, rate, decay)
    dynamic = DynamicModel(model, window, rate, decay)
    assert isinstance(dynamic, LanguageModel)
    for lengths in ([14], [1] * 14, [5, 2, 7], [6, 8]):
        assert in_pieces(dynamic, IDS, lengths) == pytest.approx(expected, abs=1e-11)
    _, state = dynamic.score(torch.tensor([model.begin]), IDS, torch.tensor([14]), dynamic.start(1))
    change = torch.cat([(weights[name] - weight).flatten() for name, weight in model.network.named_parameters()])
    torch.testing.assert_close(state["change"][0], change, rtol=0, atol=1e-12)


@pytest.mark.parametrize("window", [1, 3, 7, 20])
def test_step_by_step_it_says_the_same_and_sums_to_1(make_model, in_pieces, in_steps, window):
    dynamic = DynamicModel(make_model(), window, 0.5, 0.1)
    scores = in_pieces(dynamic, IDS, [14])
    rows = in_steps(dynamic, IDS[0])
    assert rows.exp().sum(dim=1).tolist() == pytest.approx([1] * 14, abs=1e-12)
    stepped = [float(row[id_]) if id_ != IGNORED else 0 for row, id_ in zip(rows, IDS[0].tolist(), strict=True)]
    assert stepped == pytest.approx(scores, abs=1e-11)


@pytest.mark.parametrize("first", [2, 3, 5, 6])
def test_scoring_and_stepping_go_on_from_each_other(make_model, in_pieces, first):
    dynamic = DynamicModel(make_model(), 3, 0.5, 0.1)
    scores = in_pieces(dynamic, IDS, [14])
    previous = torch.tensor([dynamic.begin])
    _, state = dynamic.score(previous, IDS[:, :first], torch.tensor([first]), dynamic.start(1))
    for place in range(first, 10):  # after a call of `score`, steps
        taken = dynamic.step(IDS[0, place - 1 : place], state)
        expected = 0 if IDS[0, place] == IGNORED else float(taken.log_probs[0, IDS[0, place]])
        assert scores[place] == pytest.approx(expected, abs=1e-11)
        state = taken.state
    found, _ = dynamic.score(IDS[0, 9:10], IDS[:, 10:], torch.tensor([4]), state)  # after the steps, `score`
    assert found[0].tolist() == pytest.approx(scores[10:], abs=1e-11)


def test_the_trained_network_keeps_its_bits_and_its_mode(make_model, in_pieces):
    model = make_model()
    network = model.network.train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    dynamic = DynamicModel(model, 3, 0.5, 0.1)
    in_pieces(dynamic, IDS, [14])
    dynamic.step(torch.tensor([1]), dynamic.start(1))
    assert network.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not any(
        mine.data_ptr() == its.data_ptr()
        for mine, its in zip(dynamic.model.network.parameters(), network.parameters(), strict=True)
    )


def test_in_inference_mode_it_learns_the_same_and_without_dropout(make_model, in_pieces, in_steps):
    model = make_model()
    model.network.train()
    outside = in_pieces(DynamicModel(model, 3, 0.5, 0.1), IDS, [14])
    with torch.inference_mode():
        made_inside = NetworkLanguageModel(model.network, model.vocabulary)
        dynamic = DynamicModel(made_inside, 3, 0.5, 0.1)
        ids = IDS.clone()
        assert in_pieces(dynamic, ids, [5, 9]) == pytest.approx(outside, abs=1e-12)
        assert float(in_steps(dynamic, ids[0])[-1, 0]) == pytest.approx(outside[-1], abs=1e-12)


def test_a_later_token_changes_nothing_before_it(make_model, in_pieces):
    dynamic = DynamicModel(make_model(), 3, 0.5, 0.1)
    for place in range(IDS.shape[1]):
        other = IDS.clone()
        other[0, place] = 3 if IDS[0, place] != 3 else 0
        one, two = (in_pieces(dynamic, ids, [14]) for ids in (IDS, other))
        assert one[:place] == two[:place]
        assert one[place] != two[place]


def test_each_row_learns_for_itself(make_model, in_pieces):
    dynamic = DynamicModel(make_model(), 2, 0.5, 0.1)
    ids, lengths = torch.tensor([[0, 3, 1, 1, 2, 0], [2, 2, 0, 1, 1, 1], [1, 0, 0, 0, 0, 0]]), torch.tensor([6, 3, 1])
    then = torch.tensor([[3, 1, 1], [2, 0, 0], [1, 2, 2]])
    found, state = dynamic.score(torch.full((3,), dynamic.begin), ids, lengths, dynamic.start(3))
    last = ids.gather(1, lengths.unsqueeze(1) - 1).squeeze(1)
    after, _ = dynamic.score(last, then, torch.full((3,), 3), state)
    for row, length in enumerate(lengths.tolist()):
        whole = torch.cat([ids[row, :length], then[row]]).unsqueeze(0)
        alone = in_pieces(dynamic, whole, [length + 3])
        assert [*found[row, :length].tolist(), *after[row].tolist()] == pytest.approx(alone, abs=1e-12)
        assert found[row, length:].tolist() == [0] * (6 - length)


def test_a_cleared_state_is_the_trained_model(make_model):
    model = make_model()
    dynamic = DynamicModel(model, 3, 0.5, 0.1)
    _, state = dynamic.score(torch.tensor([model.begin]), IDS, torch.tensor([14]), dynamic.start(1))
    cleared = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
    previous, trained = torch.tensor([2]), model.step(torch.tensor([2]), model.start(1)).log_probs
    torch.testing.assert_close(dynamic.step(previous, cleared).log_probs, trained, rtol=0, atol=1e-12)
    assert (dynamic.step(previous, state).log_probs - trained).abs().max() > 0.1


@torch.no_grad()
def test_the_learning_rate_is_the_best_at_the_beginning_of_dev(make_model):
    letters = "abcd" * 30 + "dcba" * 30
    model, dev = make_model(), dev_of(letters)
    variant = DynamicEvaluation(DynamicEvaluationSettings(window=4, dev_tokens=100))
    variant.fit(model, {}, dev, lambda of: score_text(of, dev))
    tried = {
        rate: score_text(DynamicModel(model, 4, rate, variant.config.decay), dev_of(letters[:100])).mean()
        for rate in LEARNING_RATES
    }
    assert variant.chosen() == {"learning_rate": max(tried, key=tried.get)}
    found = score_text(variant.language_model(model, {}), dev)
    assert found.mean() > score_text(model, dev).mean() + 0.3  # a fresh network learns the letters while it reads
    restored = DynamicEvaluation(variant.config)
    restored.restore(variant.chosen())
    assert score_text(restored.language_model(model, {}), dev).tolist() == found.tolist()


def test_a_learning_rate_that_diverges_is_not_chosen(make_model, monkeypatch):
    monkeypatch.setattr("seqlab_lm.dynamic_evaluation.LEARNING_RATES", (math.inf, 0.1, math.nan))
    variant = DynamicEvaluation(DynamicEvaluationSettings(window=4))
    variant.fit(make_model(), {}, dev_of("abcd" * 10), lambda of: None)
    assert variant.chosen() == {"learning_rate": 0.1}


def test_a_given_learning_rate_is_taken(make_model):
    variant = DynamicEvaluation(DynamicEvaluationSettings(learning_rate=0.07))
    variant.fit(make_model(), {}, dev_of("abcd"), lambda of: None)
    assert variant.language_model(make_model(), {}).learning_rate == 0.07


def test_what_is_no_network_does_not_learn():
    fixed = FixedDistribution(Vocabulary.of_outputs(dict.fromkeys("abcd", 1)), np.log([0.25] * 4))
    with pytest.raises(PipelineError, match=r"SL324.*trains a network"):
        DynamicEvaluation(DynamicEvaluationSettings()).language_model(fixed, {})
