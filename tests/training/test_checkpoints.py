"""Checkpoints: whole or not there, and to the same bits."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from seqlab.errors import RunError
from seqlab.files import write_atomically
from seqlab.interfaces.learner import Learner, TrainingState
from seqlab.training.checkpoints import LAST, Checkpoints, Journal


class Keeper(Learner):
    """A learner that is its state, of one shape."""

    def __init__(self) -> None:
        self.state = TrainingState({}, {})

    def restore(self, state):
        if state.arrays["weights"].shape != (2, 3):
            raise ValueError("'weights' has the shape (1,), not (2, 3)")
        self.state = state

    sizes = fit = predict = training_state = save = load = None


Keeper.__abstractmethods__ = frozenset()

ARRAYS = {
    "weights": np.array([[1.0, -0.0, np.nan], [np.inf, 1e-45, np.pi]], dtype=np.float32),
    "scalar": np.array(7.0, dtype=np.float32),
    "random": np.arange(5056, dtype=np.int64).astype(np.uint8),
    "double": np.array([np.nextafter(1.0, 2.0)]),
    "turned": np.arange(6, dtype=np.int64).reshape(2, 3).T,
    "none": np.zeros((0, 4), dtype=np.float32),
    "flags": np.array([True, False]),
}
STATE = TrainingState(ARRAYS, {"step": 3, "schedule": {"falls": 1}, "rate": 0.1})
JOURNAL = Journal(step=3, epoch=1, best=0.1 + 0.2, loss_sum=[0.1, 1 / 3], loss_count=[1, 2], stopped="why")


def code(caught) -> str:
    return caught.value.problems[0].code


def test_what_is_loaded_is_what_was_saved_to_the_bit(tmp_path):
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    checkpoints.save(LAST, STATE, JOURNAL)
    state, journal = Checkpoints(tmp_path / "checkpoints").load(LAST)
    assert set(state.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert state.arrays[name].dtype == array.dtype, name
        assert state.arrays[name].shape == array.shape, name
        assert state.arrays[name].tobytes() == array.tobytes(), name
    assert state.values == STATE.values
    assert journal == JOURNAL


def test_there_may_be_none(tmp_path):
    assert Checkpoints(tmp_path).load(LAST) is None
    assert Checkpoints(tmp_path).restore(LAST, Keeper()) is None
    assert Checkpoints(None).restore(LAST, Keeper()) is None


def test_without_a_folder_they_are_kept_in_memory():
    checkpoints, keeper = Checkpoints(None), Keeper()
    assert checkpoints.save(LAST, STATE, JOURNAL) is None
    assert checkpoints.restore(LAST, keeper) is not None
    assert keeper.state is STATE


@pytest.mark.parametrize("name, number, said", [
    ("fsync", errno.ENOSPC, "the disk is full"),
    ("replace", errno.ENOSPC, "the disk is full"),
    ("fsync", errno.EIO, "cannot write"),
])  # fmt: skip
def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, name, number, said):
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(LAST, STATE, JOURNAL)
    before = checkpoints.path(LAST).read_bytes()

    def fail(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if name == "fsync" else (Path, "replace")), fail)
        with pytest.raises(RunError, match=said) as caught:
            checkpoints.save(LAST, TrainingState({"weights": np.ones((2, 3))}, {}), Journal())
    assert code(caught) == "SL605"
    assert caught.value.problems[0].place.file == str(checkpoints.path(LAST))
    assert [path.name for path in tmp_path.iterdir()] == ["last.safetensors"]
    assert checkpoints.path(LAST).read_bytes() == before


def test_a_folder_that_is_gone_is_said(tmp_path):
    with pytest.raises(RunError) as caught:
        write_atomically(tmp_path / "gone" / "file", b"x")
    assert code(caught) == "SL605"


def test_content_is_on_disk_before_the_name_is(tmp_path, monkeypatch):
    order = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: (order.append("sync"), sync(file))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (order.append("rename"), replace(path, to))[1])
    write_atomically(tmp_path / "file", b"content")
    assert order == ["sync", "rename", "sync"]
    assert (tmp_path / "file").read_bytes() == b"content"


@pytest.mark.parametrize("cut", [0, 4, 100, -1])
def test_a_broken_file_is_named(tmp_path, cut):
    checkpoints = Checkpoints(tmp_path)
    path = checkpoints.save(LAST, STATE, JOURNAL)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(RunError) as caught:
        checkpoints.load(LAST)
    assert code(caught) == "SL606"
    assert caught.value.problems[0].place.file == str(path)


def test_a_file_of_another_program_is_no_checkpoint(tmp_path):
    from safetensors.numpy import save_file

    save_file({"weights": np.zeros(3)}, tmp_path / "last.safetensors")
    with pytest.raises(RunError) as caught:
        Checkpoints(tmp_path).load(LAST)
    assert code(caught) == "SL606"


def test_a_checkpoint_of_another_model_is_told_to_be_one(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    for arrays in ({}, {"weights": np.zeros(1)}):
        checkpoints.save(LAST, TrainingState(arrays, {}), Journal())
        with pytest.raises(RunError, match="does not fit the model") as caught:
            checkpoints.restore(LAST, Keeper())
        assert code(caught) == "SL606"
