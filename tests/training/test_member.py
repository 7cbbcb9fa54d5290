"""One network while it learns: which threads do what."""

from itertools import islice

import pytest
import torch


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ((), {1}),
        (("model.ensemble=2", "threads=1"), {1}),
        (("model.encoder.bidirectional=false",), {2}),
        (("model.encoder=identity",), {2}),
    ],
)
def test_between_the_calls_of_two_directions_there_is_one_thread(make_learner, train, overrides, expected):
    torch.set_num_threads(2)
    learner = make_learner(*overrides)
    seen = []
    for network in learner.network.members:
        network.head.projection.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    list(islice(learner.fit(train, []), 2))
    assert set(seen) == expected
    seen.clear()
    list(learner.predict(train[:3]))
    assert set(seen) == expected
    assert torch.get_num_threads() == 2
