"""An ensemble: every network learns as if alone, and the means of their scores decide."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch

from seqlab.errors import RunError
from seqlab.model.ensemble import Ensemble

ALONE = ("model.embedder.dropout=0", "model.embedder.word_dropout=0", "model.encoder.dropout=0", "model.head.dropout=0")
CLIPPED = (*ALONE, "training.optimizer={type: sgd, lr: 0.5}", "training.gradient_clip_norm=0.05")


def weights_of(network):
    return {name: weight.detach().numpy().copy() for name, weight in network.named_parameters()}


def give(learner, weights):
    with torch.no_grad():
        for name, weight in learner.network.named_parameters():
            weight.copy_(torch.from_numpy(weights[name]))


def test_every_network_learns_as_if_alone(make_learner, train):
    """The gradient is not shared out between them, and each is clipped by its own norm."""
    together = make_learner(*CLIPPED, "model.ensemble=3")
    before = [weights_of(member) for member in together.network.members]
    seen = [(progress.loss, progress.targets, progress.values["gradient_norm"]) for progress in together.fit(train, [])]
    alone = []
    for number, weights in enumerate(before):
        learner = make_learner(*CLIPPED)
        give(learner, weights)
        alone.append([(p.loss, p.targets, p.values["gradient_norm"]) for p in learner.fit(train, [])])
        for name, weight in weights_of(together.network.members[number]).items():
            assert not np.array_equal(weight, before[number][name]), name
            np.testing.assert_allclose(weight, weights_of(learner.network)[name], rtol=1e-5, atol=1e-7, err_msg=name)
    for (loss, targets, norm), each in zip(seen, zip(*alone, strict=True), strict=True):
        assert loss == pytest.approx(np.mean([one[0] for one in each]), rel=1e-5)
        assert targets == each[0][1]
        assert norm == pytest.approx(max(one[2] for one in each), rel=1e-4)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_gradient_that_is_no_number_is_told_whichever_network_has_it(make_learner, train, monkeypatch, broken):
    learner = make_learner(*CLIPPED, "model.ensemble=2")
    network = learner.network.members[broken]
    head, before = network.head, weights_of(network)
    loss = head.loss

    def with_a_broken_slope(encoded, batch):
        found = loss(encoded, batch)
        return type(found)(found.sum + (0 * encoded.encodings["main"].states).sum().sqrt(), found.count)

    monkeypatch.setattr(head, "loss", with_a_broken_slope)
    with pytest.raises(RunError, match="the gradient is not a finite number at update 1"):
        next(learner.fit(train, []))
    assert all(np.array_equal(weight, before[name]) for name, weight in weights_of(network).items())


def test_they_start_from_other_weights(make_learner):
    first, second = (weights_of(member) for member in make_learner("model.ensemble=2").network.members)
    assert all(not np.array_equal(first[name], second[name]) for name in first if "bias" not in name)


def test_the_distributions_geometric_mean_decides(make_learner, train):
    together = make_learner("model.ensemble=2")
    for parameter in together.network.parameters():
        torch.nn.init.normal_(parameter)
    each = []
    for member in together.network.members:
        learner = make_learner()
        give(learner, weights_of(member))
        each.append(learner)
    names = together.context.vocabularies.target.items
    for example, found in zip(train, together.predict(train), strict=True):
        product_of = 1.0
        for learner in each:
            with torch.inference_mode():
                learner.network.eval()
                ((_, encoded, _),) = learner._encoded([example])
                scores = learner.network.head.scores(encoded)["tags"][0].double()
                product_of = product_of * scores.softmax(dim=-1).numpy()
        shares = np.sqrt(product_of)
        shares /= shares.sum(axis=1, keepdims=True)
        assert found.tags == tuple(names[place] for place in shares.argmax(axis=1))
        np.testing.assert_allclose(found.probabilities, shares.max(axis=1), rtol=1e-4)


def test_of_random_fields_the_mean_score_of_a_sequence_decides(make_learner, train):
    together = make_learner("model.ensemble=3", "model.head={type: crf_tagger}")
    with torch.no_grad():
        for parameter in together.network.parameters():
            parameter.normal_()
    short = [example for example in train if len(example.inputs["main"].items) <= 4]
    assert len(short) > 3
    names = together.context.vocabularies.target.items
    for example, found in zip(short, together.predict(short), strict=True):
        with torch.inference_mode():
            together.network.eval()
            ((_, encoded, _),) = together._encoded([example])
            fields = []
            for number, member in enumerate(together.network.members):
                states = encoded.encodings[f"{number}/main"].states[0]
                head = member.head
                fields.append(
                    [each.double() for each in (head.projection(states), head.transitions, head.start, head.end)]
                )
        length = len(example.inputs["main"].items)
        scored = {
            path: sum(_score(path, *field) for field in fields) / 3
            for path in product(range(len(names)), repeat=length)
        }
        best = max(scored, key=scored.__getitem__)
        assert found.tags == tuple(names[tag] for tag in best)
        total = np.logaddexp.reduce(list(scored.values()))
        shares = [
            np.exp([score - total for path, score in scored.items() if path[place] == best[place]]).sum()
            for place in range(length)
        ]
        np.testing.assert_allclose(found.probabilities, shares, rtol=1e-4)


def _score(path, emissions, transitions, start, end):
    score = float(start[path[0]] + end[path[-1]]) + sum(float(emissions[t, tag]) for t, tag in enumerate(path))
    return score + sum(float(transitions[pair]) for pair in pairwise(path))


def test_sizes_are_those_of_all_by_part(make_learner):
    one, three = make_learner().sizes(), make_learner("model.ensemble=3").sizes()
    assert three == {part: 3 * size for part, size in one.items()}


def test_vectors_are_those_of_all_side_by_side(make_learner, train):
    together = make_learner("model.ensemble=2")
    alone = []
    for member in together.network.members:
        learner = make_learner()
        give(learner, weights_of(member))
        alone.append(list(learner.vectors(train)))
    for found, first, second in zip(together.vectors(train), *alone, strict=True):
        np.testing.assert_allclose(found, np.concatenate([first, second]), rtol=1e-5, atol=1e-6)


def test_networks_whose_head_has_no_scores_cannot_decide_together(make_learner):
    members = [make_learner(pipeline="language_model").network for _ in range(2)]
    with pytest.raises(TypeError, match="Tied is no ScoringHead"):
        Ensemble(members)
