"""Sample `seeds`: numbers out of which readers of generated tasks grow their examples."""

from __future__ import annotations

from collections.abc import Mapping

EDITION = 1
SIZES = {"train": 10_000, "dev": 1_000, "test": 2_000}
"""Examples."""


def texts() -> Mapping[str, str]:
    """The numbers from 1 on, one a line; a reader takes the split into account, so the same number grows otherwise."""
    return {split: "".join(f"{number}\n" for number in range(1, size + 1)) for split, size in SIZES.items()}
