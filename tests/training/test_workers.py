"""Processes that train the networks of an ensemble: the same bits as in one, and none is left behind."""

import multiprocessing
import os
import signal
import sys
from itertools import islice

import numpy as np
import pytest
import torch

from seqlab.errors import RunError
from seqlab.training.member import Member

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems train them in one process")

SETTINGS = ("training.gradient_clip_norm=1", "training.average_last=1", "training.log_steps=1")


def begun(make_learner, train, networks=2):
    """A learner after one update, its updates, and the processes beside this one."""
    learner = make_learner(f"model.ensemble={networks}", f"threads={networks}")
    updates = learner.fit(train, [])
    next(updates)
    return learner, updates, multiprocessing.active_children()


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


@pytest.mark.parametrize(("networks", "processes"), [(2, 2), (5, 2), (3, 3), (2, 4)])
def test_so_many_processes_as_there_are_threads_learn_the_same_bits(make_learner, train, networks, processes):
    here = make_learner(*SETTINGS, f"model.ensemble={networks}")
    apart = make_learner(*SETTINGS, f"model.ensemble={networks}", f"threads={processes}")
    expected = list(here.fit(train, []))
    seen = []
    for progress in apart.fit(train, []):
        seen.append(progress)
        if not progress.epoch_ended:
            assert len(multiprocessing.active_children()) == min(networks, processes) - 1
    assert seen == expected
    assert len(expected) > 10
    assert_same(apart.training_state().arrays, here.training_state().arrays)
    assert list(apart.predict(train)) == list(here.predict(train))
    assert not multiprocessing.active_children()


def test_what_is_kept_in_the_middle_of_an_epoch_goes_on_to_the_same_bits(make_learner, train):
    whole = make_learner(*SETTINGS, "model.ensemble=3", "threads=2")
    begun = make_learner(*SETTINGS, "model.ensemble=3", "threads=2")
    expected = list(whole.fit(train, []))
    updates = begun.fit(train, [])
    seen = list(islice(updates, 7))
    assert not seen[-1].epoch_ended
    state = begun.training_state()
    updates.close()
    assert not multiprocessing.active_children()
    assert_same(begun.training_state().arrays, state.arrays)
    resumed = make_learner(*SETTINGS, "model.ensemble=3", "threads=2")
    resumed.restore(state)
    assert seen + list(resumed.fit(train, [])) == expected
    assert_same(resumed.training_state().arrays, whole.training_state().arrays)


def test_to_restore_while_they_work_ends_them(make_learner, train):
    learner = make_learner("model.ensemble=2", "threads=2")
    first = learner.training_state()
    updates = learner.fit(train, [])
    list(islice(updates, 3))
    learner.restore(first)
    assert not multiprocessing.active_children()
    assert_same(learner.training_state().arrays, first.arrays)
    updates.close()
    assert_same(learner.training_state().arrays, first.arrays)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_loss_that_is_no_number_is_told_from_wherever_it_was(make_learner, train, broken):
    learner = make_learner("model.ensemble=2", "threads=2")
    updates = learner.fit(train, [])
    with torch.no_grad():
        learner.network.members[broken].head.projection.bias.fill_(torch.nan)
    with pytest.raises(RunError, match="the loss is not a finite number at update 1"):
        next(updates)
    assert not multiprocessing.active_children()


def test_a_process_that_is_ended_from_outside_is_told(make_learner, train):
    _, updates, (child,) = begun(make_learner, train)
    child.kill()
    with pytest.raises(RunError, match=r"SL621.*exit code -9"):
        list(updates)
    assert not multiprocessing.active_children()


def test_ctrl_c_is_left_to_the_process_that_the_user_sees(make_learner, train):
    _, updates, (child,) = begun(make_learner, train)
    os.kill(child.pid, signal.SIGINT)
    assert len(list(updates)) > 10


def test_they_end_when_the_process_that_asks_them_is_gone(make_learner, train, monkeypatch):
    """Three, so that no one must hold open what another waits for."""
    learner, updates, children = begun(make_learner, train, networks=3)
    for pipe in learner.workers._pipes:
        pipe.close()
    for child in children:
        child.join(5)
        assert child.exitcode == 0
    monkeypatch.setattr(Member, "restore", None)  # nothing is fetched from what is gone
    with pytest.raises(RunError, match="SL621"):
        next(updates)


def test_each_process_has_one_thread_in_an_update_and_this_one_all_of_them_after(make_learner, train, monkeypatch):
    seen, update = [], Member.update

    def watched(member, *given):
        seen.append(torch.get_num_threads())
        return update(member, *given)

    monkeypatch.setattr(Member, "update", watched)
    torch.set_num_threads(2)
    _, updates, _ = begun(make_learner, train)
    assert seen == [1]
    assert torch.get_num_threads() == 2
    updates.close()
