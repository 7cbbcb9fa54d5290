"""A run can be killed at any instant and resumed to the same bits."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest
from filelock import FileLock

PLUGIN = """
import os
from seqlab import hookimpl

@hookimpl
def seqlab_should_stop(progress):
    if progress.step == {step}:
        raise RuntimeError("the power went off")
"""


@pytest.fixture
def power_cut(tmp_path):
    """The folder of a plugin that breaks a run at an update."""

    def at(step):
        folder = tmp_path / f"cut-{step}"
        folder.mkdir()
        stem = f"power_cut_{uuid.uuid4().hex}"  # this process keeps the modules of earlier tests
        (folder / f"{stem}.py").write_text(PLUGIN.format(step=step))
        return str(folder)

    return at


@pytest.mark.parametrize("step", [1, 7, 14, 20])
def test_a_run_that_was_cut_resumes_to_the_same_bits(run_small, power_cut, step):
    settings = ("training.checkpoint_steps=3", "training.average_last=1", "training.schedule=plateau")
    whole = run_small("whole", *settings)
    cut = run_small("cut", *settings, "--plugins-dir", power_cut(step))
    assert cut.code == 1
    assert "the power went off" in cut.errors
    resumed = run_small("cut", *settings, "--resume")
    assert resumed.code == 0, resumed.errors
    assert resumed.weights == whole.weights
    assert resumed.metrics == whole.metrics
    assert resumed.log == whole.log


def test_a_killed_process_resumes_to_the_same_bits(run_small, tmp_path):
    """SIGKILL in mid-epoch, in a process of its own."""
    settings = ("training.epochs=12", "training.checkpoint_steps=5", "evaluation.resamples=200")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "seqlab.cli.main", "run", "pos", *settings, "threads=1"]
    whole = subprocess.run([*command, "--run-dir", "whole"], env=environment, capture_output=True, check=True)
    assert b"Scores on test" in whole.stdout
    process = subprocess.Popen([*command, "--run-dir", "killed"], env=environment, stdout=subprocess.DEVNULL)
    checkpoint = tmp_path / "killed" / "checkpoints" / "last.safetensors"
    while not checkpoint.is_file() and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed" / "model").exists()
    subprocess.run([*command, "--run-dir", "killed", "--resume"], env=environment, capture_output=True, check=True)
    weights = [tmp_path / name / "model" / "model.safetensors" for name in ("whole", "killed")]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_ctrl_c_writes_a_checkpoint_and_says_how_to_go_on(run_small, tmp_path):
    command = [sys.executable, "-m", "seqlab.cli.main", "run", "pos", "training.epochs=500", "threads=1"]
    process = subprocess.Popen(
        [*command, "--run-dir", "run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while "epoch   2" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "seqlab run pos training.epochs=500 threads=1 --run-dir run --resume" in errors
    assert "Traceback" not in errors
    assert (tmp_path / "run" / "checkpoints" / "last.safetensors").is_file()


def test_another_process_in_the_same_folder_is_refused(run_small, tmp_path):
    (tmp_path / "run").mkdir()
    with FileLock(tmp_path / "run" / ".lock"):
        ran = run_small("run")
    assert ran.code == 6
    assert "run: error[SL601]: another process is at work in this run's folder" in ran.errors
    assert run_small("run").code == 0  # and nothing was left behind that hinders


def test_a_folder_with_something_else_is_not_touched(run_small, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("precious")
    ran = run_small("run")
    assert ran.code == 6
    assert "error[SL603]: this folder holds something else (thesis.txt)" in ran.errors
    assert [path.name for path in (tmp_path / "run").iterdir() if not path.name.startswith(".")] == ["thesis.txt"]


def test_a_finished_run_is_not_overwritten(run_small):
    before = run_small("run").weights
    ran = run_small("run", "seed=14")
    assert ran.code == 6
    assert "error[SL603]: this folder holds a finished run" in ran.errors
    assert ran.weights == before


def test_resuming_with_other_settings_names_them(run_small):
    run_small("run")
    ran = run_small("run", "model.encoder.hidden_size=32", "--resume")
    assert ran.code == 6
    assert "error[SL611]" in ran.errors
    assert "model.encoder.hidden_size: 64 then, 32 now" in ran.errors


def test_resuming_with_other_data_is_refused(run_small, tmp_path, power_cut):
    from seqlab.data.catalogue import find

    train = tmp_path / "train.conllu"
    train.write_bytes(find("sample-treebank")["train"].read_bytes())
    data = ("~data.dataset", f"data.train={train}")
    assert run_small("run", *data, "--plugins-dir", power_cut(5)).code == 1
    train.write_text(train.read_text().replace("NOUN", "PROPN"))
    ran = run_small("run", *data, "--resume")
    assert ran.code == 6
    assert f"{train}: error[SL604]: the data is not what this run began with" in ran.errors


def test_a_broken_checkpoint_is_named(run_small, power_cut):
    run_small("run", "training.checkpoint_steps=2", "--plugins-dir", power_cut(5))
    checkpoint = run_small("run", "--dry-run").folder / "checkpoints" / "last.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    ran = run_small("run", "training.checkpoint_steps=2", "--resume")
    assert ran.code == 6
    assert "error[SL606]: this checkpoint cannot be read" in ran.errors


def test_there_may_be_nothing_to_resume(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = seqlab("run", "pos", "--resume")
    assert answer.code == 6
    assert "error[SL609]: there is no unfinished run of 'pos' to resume" in answer.errors


def test_resume_finds_the_newest_unfinished_run(seqlab, tmp_path, monkeypatch, power_cut):
    monkeypatch.chdir(tmp_path)
    small = (
        "data.limit=60",
        "training.epochs=2",
        "training.batch_tokens=80",
        "evaluation.resamples=200",
        "training.checkpoint_steps=1",
    )
    assert seqlab("run", "pos", *small, "--plugins-dir", power_cut(3)).code == 1
    answer = seqlab("run", "pos", *small, "--resume")
    assert answer.code == 0, answer.errors
    assert "resumed from its last checkpoint" in answer.output
    [folder] = (tmp_path / "runs" / "pos").iterdir()
    assert (folder / "metrics.json").is_file()


def test_a_full_disk_leaves_nothing_half_written(run_small, tmp_path, monkeypatch):
    import errno

    whole = run_small("whole")
    real = os.fsync
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    ran = run_small("full")
    monkeypatch.setattr(os, "fsync", real)
    assert ran.code == 6
    assert "error[SL605]: the disk is full" in ran.errors
    assert not list(ran.folder.rglob("*.tmp"))
    resumed = run_small("full", "--resume")
    assert resumed.code == 0, resumed.errors
    assert resumed.weights == whole.weights
