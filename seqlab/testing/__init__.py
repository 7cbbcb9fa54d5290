"""For tests of plugins: the command line in this process, and what it answered."""

from __future__ import annotations

from seqlab.testing.command_line import Answer, invoke

__all__ = ["Answer", "invoke"]
