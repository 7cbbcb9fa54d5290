"""What a result depends on, and how to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seqlab.interfaces.moments import ReportData


def repeat_command(report: ReportData) -> str:
    """The command that repeats the run: its folder keeps the resolved pipeline."""
    return f"seqlab run {shlex.quote(str(report.folder / 'pipeline.yaml'))}"


def flattened(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of nested mappings as rows of a table: `libraries.torch`, `2.2.0`."""
    for key, value in values.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            yield from flattened(value, name)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield name, shlex.join(map(str, value)) if name == "command" else ", ".join(map(str, value))
        else:
            yield name, "" if value is None else str(value)
