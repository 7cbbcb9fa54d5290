"""Sample `python-topics`: prose about Python, from the help texts that the running Python carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module

from seqlab.data.catalogue.generated.cut import cut
from seqlab.data.catalogue.generated.library import absent
from seqlab.errors import DataError

EDITION = 1
REPEATED = 0.5


def texts() -> Mapping[str, str]:
    """The help texts of all topics, each once, cut by topic.

    Raises:
        DataError: SL438 if this Python comes without them.
    """
    try:
        topics: Mapping[str, str] = import_module("pydoc_data.topics").topics
    except ImportError:
        raise DataError(absent("its help texts, pydoc_data")) from None
    return cut(once(topics))


def once(topics: Mapping[str, str]) -> Mapping[str, str]:
    """Leave out each topic most of which stands in longer ones: `if` and `for` are sections of `compound`.

    Else the same paragraphs would stand in train and in test.
    """
    kept: dict[str, str] = {}
    seen: set[str] = set()
    for name in sorted(topics, key=lambda name: (-len(topics[name]), name)):
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", topics[name])]
        if sum(len(part) for part in paragraphs if part in seen) <= REPEATED * sum(map(len, paragraphs)):
            kept[name] = topics[name]
            seen.update(paragraphs)
    return kept
