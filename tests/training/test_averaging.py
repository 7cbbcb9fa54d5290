"""Where the mean of the weights begins: the trigger of NT-ASGD, held against the rule as its authors wrote it."""

import json
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab.config.pipeline import TrainingSection
from seqlab.training.averaging import WeightAverage, has_stalled

SCORES = st.lists(st.integers(0, 12), min_size=1, max_size=12)


def with_best(scores, higher_is_better: bool) -> list[tuple[float, bool]]:
    """Each score, and whether it is the best so far, as the loop says it."""
    told, best = [], None
    for score in scores:
        better = best is None or (score > best if higher_is_better else score < best)
        told.append((float(score), better))
        best = score if better else best
    return told


@given(SCORES, st.integers(1, 5), st.booleans())
def test_dev_has_stalled_when_it_is_no_better_than_the_best_of_more_than_so_many_before(scores, after, higher):
    """With losses: more than n are there, and the new one is at least the least of all but the last n."""
    *logs, new = [-score for score in scores] if higher else scores
    expected = len(logs) > after and new >= min(logs[:-after])
    assert has_stalled(with_best(scores, higher), after) == expected


@pytest.mark.parametrize(
    "losses, after, stalled",
    [
        ([5, 6], 1, False),  # too early to say
        ([5, 4, 6], 1, True),
        ([5, 4, 4.5], 1, False),  # worse than the last, better than the one before it: patience would count it
        ([5, 4, 3, 4.5], 1, True),
        ([5, 4, 3, 4.5], 2, False),
        ([5, 4, 3, 2.9], 2, False),
        ([5, 4, 3, 4], 1, True),  # no better is enough
        ([5, math.nan, math.nan], 1, True),
        ([5, 4, math.nan], 1, True),
    ],
)
def test_examples_of_a_stall(losses, after, stalled):
    told, best = [], math.inf
    for loss in losses:
        told.append((loss, loss < best))
        best = min(best, loss) if loss == loss else best
    assert has_stalled(told, after) == stalled


def averaged(losses, after: int, epochs: int = 9, through_a_checkpoint: bool = False) -> list[float]:
    """What stands in the network when each epoch has ended: its weight is the number of the epoch, and there is one."""
    settings = TrainingSection(epochs=epochs, average_after=after)
    average, found = WeightAverage(settings), []
    for epoch, (loss, best) in enumerate(with_best(losses, higher_is_better=False), 1):
        if through_a_checkpoint:
            state, mean = json.loads(json.dumps(average.state())), [each.clone() for each in average.mean]
            average = WeightAverage(settings)
            average.restore(state, mean)
        weight = torch.tensor([float(epoch)])
        average.update([weight], epoch - 1)
        with average.standing_in([weight]):
            found.append(weight.item())
        assert weight.item() == epoch
        average.observe({"loss": loss}, best)
    return found


LOSSES = [5, 4, 3, 4, 3.5, 3, 9, 1, 2]


def test_the_mean_begins_after_the_stall_and_never_ends():
    """After epoch 4 the loss 4 is no better than that of epoch 2: means over 5, 5 to 6, 5 to 7, ..."""
    assert averaged(LOSSES, 1) == [1, 2, 3, 4, 5, 5.5, 6, 6.5, 7]


def test_a_larger_interval_bears_more():
    """The loss 9 of epoch 7 is the first that is no better than the best of more than 3 epochs before."""
    assert averaged(LOSSES, 3) == [1, 2, 3, 4, 5, 6, 7, 8, 8.5]


@pytest.mark.parametrize("after", [1, 2, 3, 8])
def test_a_checkpoint_between_any_two_epochs_changes_nothing(after):
    assert averaged(LOSSES, after) == averaged(LOSSES, after, through_a_checkpoint=True)


@pytest.mark.parametrize("last, expected", [(0, [1, 2, 3, 4]), (2, [1, 2, 3, 3.5]), (4, [1, 1.5, 2, 2.5])])
def test_without_it_the_mean_is_over_the_last_epochs_whatever_dev_does(last, expected):
    average, found = WeightAverage(TrainingSection(epochs=4, average_last=last)), []
    for epoch in range(1, 5):
        weight = torch.tensor([float(epoch)])
        average.update([weight], epoch - 1)
        with average.standing_in([weight]):
            found.append(weight.item())
        average.observe({"loss": float(epoch)}, epoch == 1)
    assert found == expected


def test_the_weights_come_back_though_what_is_done_with_the_mean_fails():
    average = WeightAverage(TrainingSection(epochs=1, average_last=1))
    weight = torch.tensor([1.0])
    average.update([weight], 0)
    weight += 1

    def fail():
        with average.standing_in([weight]):
            assert weight.item() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert weight.item() == 2
