"""The walk that opens CONTRIBUTING.md works, step by step."""

import json
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .pages import ROOT, commands, fences

WALK = list(fences(ROOT / "CONTRIBUTING.md"))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder; what is imported from it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_the_walk(seqlab: Callable[..., Any], workplace: Path) -> None:
    for fence in WALK:
        if fence.file:
            (workplace / fence.file).write_text(fence.text, encoding="utf-8")
    asked = [
        words[1:] for fence in WALK if fence.language == "console" for words in commands(fence) if words[0] == "seqlab"
    ]
    assert [words[0] for words in asked] == ["validate", "validate", "run", "run", "plugins"]
    for words in asked:
        trains = words[0] == "run" and words[-1] == "neighbours.yaml"
        small = ["training.epochs=2", "evaluation.resamples=100"] if trains else []
        answer = seqlab(*words, *small)
        assert answer.code == 0, answer.errors
        if words[0] == "run" and not small:
            assert not (workplace / "runs").exists()  # a dry run writes nothing
        if words[0] == "plugins":
            assert "passed       encoder neighbours, 16 laws" in answer.output
    (metrics,) = (workplace / "runs" / "neighbours").glob("*/metrics.json")
    assert {"most_frequent_class", "linear_tagger"} <= set(json.loads(metrics.read_text())["test"]["baselines"])

    names = runpy.run_path(str(workplace / "test_neighbours.py"))
    tests = [name for name in names if name.startswith("test_")]
    assert len(tests) == 2
    for name in tests:
        names[name]()


def test_the_misspelt_setting_is_told(seqlab: Callable[..., Any], workplace: Path) -> None:
    for fence in WALK:
        if fence.file:
            (workplace / fence.file).write_text(fence.text.replace("reach: 1}", "reech: 1}"), encoding="utf-8")
    answer = seqlab("validate", "neighbours.yaml")
    assert answer.code == 2
    assert "did you mean 'reach'?" in answer.errors


def test_without_its_mask_the_check_says_what_is_wrong(seqlab: Callable[..., Any], workplace: Path) -> None:
    for fence in WALK:
        if fence.file == "neighbours.py":
            text = fence.text.replace("(inputs * real)", "inputs")
            assert text != fence.text
            (workplace / fence.file).write_text(text, encoding="utf-8")
    answer = seqlab("plugins", "check", "neighbours", "--plugins-dir", ".")
    assert answer.code == 4
    assert "padding changes nothing" in answer.output
    assert "(row 1, step 0)" in answer.output
