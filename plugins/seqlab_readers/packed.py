"""Files that may stand there packed."""

from __future__ import annotations

from pathlib import Path


def present(file: Path) -> Path:
    """The file, or the same with `.gz` where only that is there."""
    packed = file.with_name(f"{file.name}.gz")
    return packed if packed.is_file() and not file.is_file() else file
