"""Settings of the poolers. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt
from typing_extensions import Doc


@dataclass(frozen=True)
class AttentionSettings:
    """A weighted mean of the states: each is projected, squashed, and compared with a learnt query.

    The weights of a row are a distribution over its real positions, and are kept with the predictions of heads that
    show what was looked at.
    """

    size: Annotated[int, Ge(1), Doc("width of the projection that is compared with the query")] = 100
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of the elements of the projection set to 0")] = 0.0
