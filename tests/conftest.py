"""The command line, run in this process."""

import pytest

from seqlab.testing import invoke


@pytest.fixture
def seqlab(monkeypatch):
    """Runs `seqlab ARGUMENTS` as in a pipe."""
    monkeypatch.delenv("SEQLAB_PLUGINS", raising=False)
    return invoke
