"""Scheduled sampling: how much is replaced, by what, and that the text is read from left to right."""

import pytest
import torch

from seqlab.data.batching import gather
from seqlab.training.scheduled_sampling import ScheduledSampling


@pytest.fixture
def learner(make_learner):
    return make_learner("training.sampling_rate=0.5", pipeline="language_model")


@pytest.fixture
def batch(learner, train):
    indexed, features = learner.prepare(train, expand=True)
    batches, _ = learner._batches(indexed, features, 0, 0)
    return next(iter(batches))


def sampler(learner):
    return ScheduledSampling(learner.network, learner.context.vocabularies.target)


def read(batch):
    """What each position reads: the one number by which the word embedder knows a word, `(B, T)`."""
    main = batch.inputs["main"]
    return main.features[0].flatten()[main.index]


def test_without_a_rate_nothing_changes(learner, batch):
    mixed = sampler(learner).mixed(batch, {}, 0.0)
    assert torch.equal(read(mixed), read(batch))
    assert torch.equal(mixed.target, batch.target)


def test_at_a_rate_of_one_all_but_the_first_column_is_drawn_from_the_model(learner, batch):
    certain = learner.context.vocabularies.target.id("w3")
    table = learner.network.head.output.weight
    with torch.no_grad():  # the states become one vector, and only w3 points that way
        table.zero_()
        table[-len(learner.context.vocabularies.target) + certain] = 100.0
        for parameter in learner.network.inputs["main"].encoder.parameters():
            parameter.fill_(1.0)
    mixed = read(sampler(learner).mixed(batch, {}, 1.0))
    word = learner.network.features("main", ["w3"])[0].flatten()
    assert torch.equal(mixed[:, 0], read(batch)[:, 0])
    assert (mixed[:, 1:] == word).all()


def test_about_the_rate_is_replaced(learner, train):
    indexed, features = learner.prepare(train, expand=True)
    main = gather([indexed.corpus.inputs(0, 120)] * 50, features["main"])
    batches, _ = learner._batches(indexed, features, 0, 0)
    wide = next(iter(batches)).__class__(
        inputs={"main": main}, target=None, target_lengths=None, examples=(), continues=None
    )
    torch.manual_seed(1)
    same = (read(sampler(learner).mixed(wide, {}, 0.3)) == read(wide))[:, 1:].double().mean()
    by_chance = 1 / len(learner.context.vocabularies.target)  # an untrained model draws the same word now and then
    assert same.item() == pytest.approx(0.7 + 0.3 * by_chance, abs=0.03)


def test_the_network_is_left_as_it_was(learner, batch):
    learner.network.train()
    sampler(learner).mixed(batch, {}, 0.5)
    assert learner.network.training
    assert all(parameter.grad is None for parameter in learner.network.parameters())


def test_the_rate_rises_to_its_value(learner, train):
    rates = [progress.values["sampling_rate"] for progress in learner.fit(train, train)]
    assert rates == sorted(rates)
    assert rates[0] == 0
    assert 0.4 < rates[-1] < 0.5
