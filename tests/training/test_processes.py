"""Threads: how many, and how they wait."""

import os

import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from seqlab.training.processes import cores, default_threads, measure_threads, prepare_for_torch, use_threads


@pytest.fixture(autouse=True)
def _same_threads_after():
    count = torch.get_num_threads()
    with threadpool_limits(1, user_api="blas"):  # it puts back what it finds
        yield
    torch.set_num_threads(count)
    torch.set_flush_denormal(False)


def test_threads_prepare_for_torch(monkeypatch):
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.setenv(name, "of the user")
        monkeypatch.delenv(name)
    prepare_for_torch()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    assert int(os.environ["GOMP_SPINCOUNT"]) > 0


def test_what_the_user_says_holds(monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "1000")
    prepare_for_torch()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "1000"


def test_measured_threads_are_cores_of_this_machine():
    assert 1 <= measure_threads(seconds=0.01) <= cores()


def test_threads_by_default_are_the_cores_but_no_more_than_four(monkeypatch):
    assert default_threads() == min(4, cores())
    monkeypatch.setattr("seqlab.training.processes.cores", lambda: 64)
    assert default_threads() == 4


def test_torch_takes_the_number_and_flushes_denormal_numbers():
    use_threads(2)
    assert torch.get_num_threads() == 2
    smallest = torch.tensor([torch.finfo(torch.float32).tiny])
    assert (smallest / 4).item() == 0


@pytest.mark.parametrize("count", [1, 2])
def test_numpy_takes_the_number_too(count):
    with threadpool_limits(3 - count, user_api="blas"):
        use_threads(count)
        found = {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}
    assert found == {count}
