"""The neural cache against a loop over positions, and what is chosen for it."""

import math

import numpy as np
import pytest
import torch

import seqlab.model.scoring
from seqlab import IGNORED, Corpus, Example, LanguageModel, PipelineError, Tokens, Vocabulary
from seqlab.model.scoring import score_examples, score_text
from seqlab_lm.fixed_baselines import FixedDistribution
from seqlab_lm.neural_cache import THETAS, CachedModel, NeuralCache
from seqlab_lm.variant_settings import NeuralCacheSettings

IDS = torch.tensor([[0, 3, 1, 1, 2, IGNORED, 0, 0, 3, 2, 1, 1, 2, 0]])


@pytest.fixture(autouse=True)
def _no_gradient():
    with torch.no_grad():
        yield


def by_hand(model, ids, size, theta, weight):
    """The distribution before each token, in plain numbers: Grave, Joulin and Usunier 2017, equations 2 and 3."""
    state, previous, read, found = model.start(1), model.begin, [], []
    for id_ in ids:
        taken = model.step(torch.tensor([previous]), state)
        hidden, network = taken.hidden[0].tolist(), taken.log_probs[0].exp().tolist()
        likeness = [
            (math.exp(theta * sum(a * b for a, b in zip(hidden, before, strict=True))), follower)
            for before, follower in read[-size:]
            if follower != IGNORED
        ]
        total = sum(value for value, _ in likeness)
        row = []
        for word, p in enumerate(network):
            cache = sum(value for value, follower in likeness if follower == word)
            row.append((1 - weight) * p + weight * cache / total if likeness else p)
        found.append(row)
        read.append((hidden, id_))
        state, previous = taken.state, id_
    return found


def expected_scores(rows, ids):
    return [math.log(row[id_]) if id_ != IGNORED else 0 for row, id_ in zip(rows, ids, strict=True)]


def dev_of(*lines, ends=False):
    return Corpus.of([Example("1", "dev:1", {"main": Tokens(tuple(line))}) for line in lines], ends)


@pytest.mark.parametrize("size, theta, weight", [(1, 0.7, 0.3), (3, 0.0, 0.5), (4, 2.0, 0.9), (50, 0.3, 0.1)])
@pytest.mark.parametrize("encoder", ["lstm", "gru"])
def test_the_cache_is_the_sum_over_the_last_positions(make_model, in_pieces, in_steps, encoder, size, theta, weight):
    model = make_model(encoder=encoder)
    cached = CachedModel(model, size, theta, weight)
    assert isinstance(cached, LanguageModel)
    rows = by_hand(model, IDS[0].tolist(), size, theta, weight)
    scores = expected_scores(rows, IDS[0].tolist())
    for lengths in ([14], [1] * 14, [5, 2, 7]):
        assert in_pieces(cached, IDS, lengths) == pytest.approx(scores, abs=1e-10)
    stepped = in_steps(cached, IDS[0]).exp()
    assert stepped.tolist() == [pytest.approx(row, abs=1e-10) for row in rows]
    assert stepped.sum(dim=1).tolist() == pytest.approx([1] * 14, abs=1e-12)


def test_nothing_is_remembered_before_the_first_token(make_model):
    model = make_model(ends=True)
    cached = CachedModel(model, 5, theta=1.0, weight=0.4)
    begin = torch.tensor([model.begin])
    found = cached.step(begin, cached.start(1)).log_probs
    torch.testing.assert_close(found, model.step(begin, model.start(1)).log_probs, rtol=0, atol=1e-12)


def test_rows_of_unequal_lengths_are_each_as_if_alone(make_model, in_pieces):
    cached = CachedModel(make_model(), 4, theta=0.5, weight=0.4)
    ids, lengths = torch.tensor([[0, 3, 1, 1, 2, 0], [2, 2, 0, 1, 1, 1], [1, 0, 0, 0, 0, 0]]), torch.tensor([6, 3, 1])
    then = torch.tensor([[3, 1], [2, 0], [1, 2]])
    found, state = cached.score(torch.full((3,), cached.begin), ids, lengths, cached.start(3))
    last = ids.gather(1, lengths.unsqueeze(1) - 1).squeeze(1)
    after, _ = cached.score(last, then, torch.full((3,), 2), state)
    for row, length in enumerate(lengths.tolist()):
        whole = torch.cat([ids[row, :length], then[row]]).unsqueeze(0)
        alone = in_pieces(cached, whole, [length + 2])
        assert [*found[row, :length].tolist(), *after[row].tolist()] == pytest.approx(alone, abs=1e-12)
        assert found[row, length:].tolist() == [0] * (6 - length)


def test_a_later_token_changes_nothing_before_it(make_model, in_pieces):
    cached = CachedModel(make_model(), 6, theta=0.5, weight=0.6)
    for place in range(IDS.shape[1]):
        other = IDS.clone()
        other[0, place] = 3 if IDS[0, place] != 3 else 0
        one, two = (in_pieces(cached, ids, [14]) for ids in (IDS, other))
        assert one[:place] == two[:place]
        assert one[place] != two[place]


def test_a_cleared_state_has_forgotten_all(make_model):
    cached = CachedModel(make_model(), 4, theta=0.5, weight=0.6)
    _, state = cached.score(torch.tensor([cached.begin]), IDS, torch.tensor([14]), cached.start(1))
    cleared = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
    previous = torch.tensor([2])
    assert torch.equal(cached.step(previous, cleared).log_probs, cached.step(previous, cached.start(1)).log_probs)
    assert not torch.equal(cached.step(previous, state).log_probs, cached.step(previous, cached.start(1)).log_probs)


def test_a_text_in_pieces_has_its_cache_full_at_the_start_of_each(make_model, monkeypatch):
    monkeypatch.setattr(seqlab.model.scoring, "LEAST_TOKENS", 100)
    monkeypatch.setattr(seqlab.model.scoring, "WARM_UP", 60)
    monkeypatch.setattr(seqlab.model.scoring, "MEMORY_SHARE", 1)
    monkeypatch.setattr(seqlab.model.scoring, "WINDOW", 13)
    letters = "".join(np.random.default_rng(3).choice(list("abcd"), 500))
    model = make_model(seed=6)
    cached = CachedModel(model, 30, theta=0.5, weight=0.5)
    rows = by_hand(model, ids := model.vocabulary.ids(letters), 30, 0.5, 0.5)
    assert score_text(cached, dev_of(letters)) == pytest.approx(expected_scores(rows, ids), abs=1e-5)


@pytest.mark.parametrize("is_text", [True, False])
def test_theta_and_weight_are_the_best_on_dev(make_model, is_text):
    """What repeats itself wants a cache; the best of a grid ten times as fine is no better than what was chosen."""
    model = make_model(ends=True)
    dev = dev_of(*["abacabad" * 3, "dddcccbbbaaa" * 2, "cacaca" * 4], ends=True)

    def score(of):
        return score_text(of, dev) if is_text else score_examples(of, dev)

    variant = NeuralCache(NeuralCacheSettings(size=8))
    variant.fit(model, {}, dev, score)
    theta, weight = variant.chosen()["theta"], variant.chosen()["weight"]
    assert theta in THETAS
    found = score(variant.language_model(model, {})).mean()
    tried = {
        (theta, weight): score(CachedModel(model, 8, theta, weight)).mean()
        for theta in THETAS
        for weight in np.linspace(0.02, 0.98, 49)
    }
    assert found >= max(tried.values()) - 1e-7
    assert max(tried, key=tried.get) == (theta, pytest.approx(weight, abs=0.02))
    assert found > score(model).mean() + 0.1


@pytest.mark.parametrize(
    "given, chosen", [({"theta": 0.35}, "weight"), ({"weight": 0.35}, "theta"), ({"theta": 0.25, "weight": 0.35}, None)]
)
def test_what_is_given_is_not_chosen(make_model, given, chosen):
    model, dev = make_model(), dev_of("abacabadabacabad")
    variant = NeuralCache(NeuralCacheSettings(size=8, **given))
    variant.fit(model, {}, dev, lambda of: score_text(of, dev))
    for name, value in given.items():
        assert variant.chosen()[name] == pytest.approx(value, abs=1e-15)
    if chosen:
        tried = np.linspace(0.02, 0.98, 49) if chosen == "weight" else THETAS
        settings = [{**given, chosen: float(each)} for each in tried]
        best = max(score_text(CachedModel(model, 8, **each), dev).mean() for each in settings)
        assert score_text(variant.language_model(model, {}), dev).mean() >= best - 1e-7


def test_a_cache_may_be_mixed_with_baselines_and_is_restored(make_model, in_steps):
    model, dev = make_model(), dev_of("abacabadabacabad")
    vocabulary = Vocabulary.of_outputs(dict.fromkeys("abcd", 1))
    baselines = {"fixed": FixedDistribution(vocabulary, np.log([0.5, 0.3, 0.15, 0.05]))}
    variant = NeuralCache(NeuralCacheSettings(size=8, baseline=("fixed",)))
    variant.fit(model, baselines, dev, lambda of: score_text(of, dev))
    restored = NeuralCache(variant.config)
    restored.restore(variant.chosen())
    mixed = restored.language_model(model, baselines)
    chosen = variant.chosen()
    rows = by_hand(model, IDS[0].tolist(), 8, chosen["theta"], chosen["weight"])
    share = chosen["mixture.fixed"]
    assert 0 < share < 1
    expected = (1 - share) * np.array(rows) + share * np.array([0.5, 0.3, 0.15, 0.05])
    np.testing.assert_allclose(in_steps(mixed, IDS[0]).exp().numpy(), expected, rtol=0, atol=1e-10)
    assert mixed.memory == 8


def test_a_model_without_states_has_no_cache():
    fixed = FixedDistribution(Vocabulary.of_outputs(dict.fromkeys("abcd", 1)), np.log([0.25] * 4))
    with pytest.raises(PipelineError, match=r"SL324.*needs the states of a network"):
        NeuralCache(NeuralCacheSettings()).language_model(fixed, {})
