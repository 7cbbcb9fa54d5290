"""The cut of texts into train, dev and test, by a seeded hash of their names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

SEED = 13
SHARE = 0.1
"""Of the characters, for dev and for test each."""


def cut(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Cut whole texts into splits of about 80%, 10% and 10% of the characters.

    In the order of the seeded hashes of their names, those whose middle stands in the first tenth of all characters are
    test, those whose middle stands in the second are dev. So no split is wrong by more than half a text at either end,
    however unequal they are.

    Args:
        texts: By name.

    Returns:
        For each split its texts one after the other, by name, with an empty line between them.
    """
    whole = sum(map(len, texts.values()))
    chosen: dict[str, list[str]] = {"train": [], "dev": [], "test": []}
    before = 0
    for name in sorted(texts, key=lambda name: hashlib.sha256(f"{SEED}/{name}".encode()).digest()):
        middle = (before + len(texts[name]) / 2) / whole
        before += len(texts[name])
        chosen["test" if middle < SHARE else "dev" if middle < 2 * SHARE else "train"].append(name)
    return {
        split: "\n".join(texts[name].strip("\n") + "\n" for name in sorted(names)) for split, names in chosen.items()
    }
