"""Sample `hello`: one word, for the first example of every lecture on recurrent networks."""

from __future__ import annotations

from collections.abc import Mapping

EDITION = 1
TIMES = 100


def texts() -> Mapping[str, str]:
    """The line `hello`, many times: its four letters are h, e, l and o. All splits are the same."""
    return dict.fromkeys(("train", "dev", "test"), "hello\n" * TIMES)
