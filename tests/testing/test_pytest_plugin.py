"""The fixtures of the pytest plugin, in a pytest of their own."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

INSTALLED = any(point.value == "seqlab.testing.pytest_plugin" for point in entry_points(group="pytest11"))
ENCODERS = Path(__file__).parent / "wrong_encoders.py"

TESTS = """
import pytest
from seqlab.testing import BrokenLaws

def test_command_line(seqlab_cli):
    assert "lstm" in seqlab_cli("show", "encoder").output

def test_check(seqlab_check):
    assert "padding changes nothing" in seqlab_check("encoder", "lstm", hidden_size=3, bidirectional=True).laws

def test_file(seqlab_check):
    with pytest.raises(BrokenLaws, match="padding changes nothing"):
        seqlab_check("encoder", "leaking", files=["leaking.py"])
"""
PLUGIN = """
from seqlab import hookimpl
from wrong_encoders import Blind, PaddingLeak

@hookimpl
def seqlab_register_components(registry):
    registry.encoder("leaking", PaddingLeak, config=Blind)
"""


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def test_the_fixtures_work_in_the_tests_of_a_plugin(tmp_path):
    (tmp_path / "test_mine.py").write_text(TESTS)
    (tmp_path / "leaking.py").write_text(PLUGIN)
    (tmp_path / "wrong_encoders.py").write_text(ENCODERS.read_text())
    named = [] if INSTALLED else ["-p", "seqlab.testing.pytest_plugin"]
    answer = run(tmp_path, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *named)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "3 passed" in answer.stdout


@pytest.mark.parametrize("module", ["seqlab.testing.pytest_plugin", "seqlab.testing"])
def test_loading_it_imports_nothing_of_weight(tmp_path, module):
    heavy = ("torch", "numpy", "click", "pydantic", "yaml", "seqlab.registry", "seqlab.cli")
    code = f"import sys, pytest, {module}; print([name for name in {heavy} if name in sys.modules])"
    answer = run(tmp_path, "-c", code)
    assert answer.stdout.strip() == "[]", answer.stderr
