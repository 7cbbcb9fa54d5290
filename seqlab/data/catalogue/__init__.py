"""The catalogue of named datasets: which files each has, their sha256, licence, citation and source.

A dataset is looked for in `$SEQLAB_DATA/NAME/`, then in the user's cache; samples come with seqlab, or are made where they
are first used. Only `fetch.py` and
`download.py` open a socket, and only `seqlab data fetch` imports them.
"""

from __future__ import annotations

from seqlab.data.catalogue.entries import CatalogueEntry, CatalogueFile, Source
from seqlab.data.catalogue.lookup import (
    CATALOGUE,
    SAMPLES,
    Located,
    check_others,
    entry_named,
    find,
    locate,
    whereabouts,
)

__all__ = [
    "CATALOGUE",
    "SAMPLES",
    "CatalogueEntry",
    "CatalogueFile",
    "Located",
    "Source",
    "check_others",
    "entry_named",
    "find",
    "locate",
    "whereabouts",
]
