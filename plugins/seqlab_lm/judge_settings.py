"""Settings of the judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from typing_extensions import Doc


@dataclass(frozen=True)
class CopiedSettings:
    """Share of the n-grams of a text that stand in train."""

    length: Annotated[int, Ge(1), Doc("tokens of an n-gram")] = 8
