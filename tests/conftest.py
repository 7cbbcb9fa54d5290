"""The command line, run in this process."""

from dataclasses import dataclass

import pytest

from seqlab.cli.main import main


@dataclass(frozen=True)
class Answer:
    code: int
    output: str
    errors: str


@pytest.fixture
def seqlab(capsys, monkeypatch):
    """Runs `seqlab ARGUMENTS` as in a pipe."""
    monkeypatch.delenv("SEQLAB_PLUGINS", raising=False)

    def run(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run
