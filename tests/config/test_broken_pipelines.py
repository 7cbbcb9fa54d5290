"""What a newcomer is told: every broken pipeline and its golden message.

After a message was changed on purpose: `SEQLAB_REGENERATE=1 pytest tests/config/test_broken_pipelines.py`, and read
each changed text aloud.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from seqlab.config.load import load_pipeline
from seqlab.errors import PipelineError, SeqlabError
from seqlab.plugins import Plugins

FOLDER = Path(__file__).parent / "broken"
PIPELINES = sorted(FOLDER.glob("*.yaml"))


def arguments(path: Path, word: str) -> list[str]:
    """What the leading comment `# overrides: ...` or `# environment: ...` gives."""
    first = path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    return first.removeprefix(f"# {word}: ").split() if first.startswith(f"# {word}: ") else []


def message(path: Path, plugins: Plugins) -> str:
    variables = dict(text.split("=", 1) for text in arguments(path, "environment"))
    with pytest.raises(SeqlabError) as caught:
        load_pipeline(path.name, plugins, arguments(path, "overrides"), variables)
    assert isinstance(caught.value, PipelineError)
    return str(caught.value).replace(f"{FOLDER.parent}{os.sep}", "") + "\n"


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_message_is_the_golden_one(path: Path, plugins: Plugins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    golden = path.with_suffix(".txt")
    told = message(path, plugins)
    if os.environ.get("SEQLAB_REGENERATE"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_every_problem_has_a_code_and_a_place(path: Path) -> None:
    heads = [line for line in path.with_suffix(".txt").read_text(encoding="utf-8").splitlines() if "error[" in line]
    assert heads
    for head in heads:
        assert re.match(
            r"(\S+\.yaml(:\d+){0,2}|command line:\d+:\d+|environment:\d+:\d+): error\[SL[1-5]\d\d\]: ", head
        )


def test_no_golden_text_is_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == [path.stem for path in PIPELINES]
