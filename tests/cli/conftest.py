"""A finished run of the tagger on the sample treebank, and another with other settings; made once."""

import contextlib
import io
from pathlib import Path

import pytest

import seqlab
from seqlab.cli.main import main

SMALL = ("threads=1", "data.limit=60", "training.epochs=3", "training.batch_tokens=80", "evaluation.resamples=200")
TEST_FILE = Path(seqlab.__file__).parent / "data" / "samples" / "treebank" / "test.conllu"


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A folder with `runs/pos/a` and `runs/pos/b`."""
    home = tmp_path_factory.mktemp("finished")
    for name, *more in (("a",), ("b", "seed=14", "model.encoder.hidden_size=20")):
        with contextlib.redirect_stdout(io.StringIO()):
            code = main(["run", "pos", *SMALL, *more, "--run-dir", str(home / "runs" / "pos" / name)])
        assert code == 0
    return home


@pytest.fixture
def here(finished, monkeypatch):
    """The same, as the current folder."""
    monkeypatch.chdir(finished)
    return finished


@pytest.fixture
def test_file():
    return TEST_FILE


@pytest.fixture
def typed(monkeypatch):
    """Puts bytes or text on standard input."""

    def give(content):
        stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))

    return give
