"""The command line, run in this process as in a pipe."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from seqlab.cli.main import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered.

    Args:
        code: Its exit code.
        output: All of its standard output.
        errors: All of its standard error.
    """

    code: int
    output: str
    errors: str


def invoke(*arguments: str) -> Answer:
    """Run `seqlab ARGUMENTS`: `invoke("run", "my.yaml", "--dry-run")`."""
    with redirect_stdout(io.StringIO()) as output, redirect_stderr(io.StringIO()) as errors:
        code = main(arguments)
    if "torch" in sys.modules:  # a run treats denormal numbers as 0; the tests after it must not
        sys.modules["torch"].set_flush_denormal(False)
    return Answer(code, output.getvalue(), errors.getvalue())
