"""`seqlab new`."""

import os
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_new_pipeline_has_its_own_name_and_is_valid(seqlab, tmp_path):
    answer = seqlab("new", "pipeline", "mine.yaml", "--from", "pos")
    assert answer.output == "wrote mine.yaml\n  next: seqlab validate mine.yaml\n"
    text = (tmp_path / "mine.yaml").read_text()
    assert "\nname: mine\n" in text
    assert "pipelines/pos.yaml" not in text
    assert "$schema" not in text
    assert seqlab("validate", "mine.yaml").code == 0


def test_nothing_is_overwritten(seqlab, tmp_path):
    (tmp_path / "mine.yaml").write_text("precious")
    answer = seqlab("new", "pipeline", "mine.yaml", "--from", "pos")
    assert answer.code == 2
    assert "'mine.yaml' exists already" in answer.errors
    assert (tmp_path / "mine.yaml").read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(seqlab):
    answer = seqlab("new", "pipeline", "nowhere/mine.yaml", "--from", "pos")
    assert answer.code == 2
    assert "cannot be written: No such file or directory" in answer.errors


def test_an_unknown_origin_is_told_the_nearest(seqlab):
    assert "did you mean 'pos'?" in seqlab("new", "pipeline", "mine.yaml", "--from", "poss").errors


def test_the_skeleton_of_a_plugin_works_and_its_test_passes(seqlab, tmp_path):
    assert seqlab("new", "plugin", "seqlab-mine").code == 0
    shown = [sys.executable, "-m", "seqlab.cli.main", "--plugins-dir", "seqlab-mine", "show", "encoder", "mine"]
    assert "one layer for each position" in subprocess.run(shown, capture_output=True, text=True, check=True).stdout
    folder = tmp_path / "seqlab-mine"
    test = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True,
    )  # fmt: skip
    assert test.returncode == 0, test.stdout
    assert "exists already" in seqlab("new", "plugin", "seqlab-mine").errors


@pytest.mark.parametrize("name", ["Bad", "9lives", "a b", "../up"])
def test_a_name_that_no_module_can_have_is_refused(seqlab, name):
    answer = seqlab("new", "plugin", name)
    assert answer.code == 2
    assert "is no name for a plugin" in answer.errors
