"""The example of a stranger's plugin: it is found as it stands, and its own tests pass."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "examples/seqlab-example-plugin"


def run(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=FOLDER, env=environment, capture_output=True, text=True)


def test_its_entry_point_names_its_module():
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["seqlab"] == {"example": "seqlab_example_plugin"}
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert shipped == sorted(path.name for path in FOLDER.glob("*.py"))


def test_its_encoder_is_shown():
    answer = run("-m", "seqlab.cli.main", "--plugins-dir", str(FOLDER), "show", "encoder", "ema")
    assert answer.returncode == 0, answer.stderr
    assert "causal: yes\n  can carry a state from window to window: yes\n" in answer.stdout


def test_its_own_tests_pass():
    answer = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".", "tests")
    assert answer.returncode == 0, answer.stdout
