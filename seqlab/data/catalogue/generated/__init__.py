"""Samples that are made where they are first used: generated, or read from the files of the running Python.

None of their text ships with seqlab. What Python's own documentation and sources say is under Python's licence
(https://docs.python.org/3/license.html).
"""

from __future__ import annotations

from seqlab.data.catalogue.generated.shelf import made, shelf_of

__all__ = ["made", "shelf_of"]
