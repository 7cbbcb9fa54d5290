"""Networks of one kind side by side, that learn each by itself and decide together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seqlab.interfaces.head import Encoded, ScoringHead
from seqlab.interfaces.records import Batch, Prediction
from seqlab.model.network import Network


class Ensemble(nn.Module):
    """What a learner asks of a `Network` that has learned, by several: the means of their scores decide.

    They have other initial weights and drop other elements out, and so make other mistakes, of which the mean makes fewer
    (Hansen and Salamon 1990). What they encode stands in one `Encoded`, by input name behind the number of the network.

    Args:
        members: Networks of the same settings, whose heads decide by scores.

    Raises:
        TypeError: If a head does not decide by scores.

    References:
        Lars Kai Hansen and Peter Salamon, "Neural network ensembles", IEEE PAMI 12 (1990).
    """

    def __init__(self, members: Sequence[Network]) -> None:
        super().__init__()
        self.members = tuple(members)
        self.networks = nn.ModuleList(members)
        self.heads = tuple(member.head for member in members if isinstance(member.head, ScoringHead))
        if len(self.heads) < len(self.members):
            raise TypeError(
                f"{type(members[0].head).__name__} is no ScoringHead, so that networks cannot decide together"
            )

    def features(self, name: str, items: Sequence[Any]) -> tuple[Tensor, ...]:
        """What does not train, and is the same for all; see `Network.features`."""
        return self.members[0].features(name, items)

    def forward(self, batch: Batch) -> Encoded:
        """Encode a batch by every network; see `Network.forward`."""
        each = [member(batch) for member in self.members]
        return Encoded(
            {f"{number}/{name}": of for number, one in enumerate(each) for name, of in one.encodings.items()},
            {f"{number}/{name}": of for number, one in enumerate(each) for name, of in one.pooled.items()},
        )

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """What the means of the scores say."""
        parted = self._parted(encoded)
        return self.heads[0].decide(self._scores(parted), parted[0], batch)

    def calibrate(self, batches: Iterable[tuple[Encoded, Batch]]) -> None:
        """Let the head that decides look at the means of the scores of dev."""
        self.heads[0].calibrate((self._scores(self._parted(encoded)), batch) for encoded, batch in batches)

    def vectors(self, encoded: Encoded) -> Tensor:
        """What stands for each row, of all networks side by side."""
        parted = zip(self.members, self._parted(encoded), strict=True)
        return torch.cat([member.vectors(of) for member, of in parted], dim=1)

    def part_sizes(self) -> dict[str, int]:
        """Number of trained numbers in each part, of all networks together."""
        sizes = [member.part_sizes() for member in self.members]
        return {part: sum(each[part] for each in sizes) for part in sizes[0]}

    def part_of(self, parameter: str) -> str:
        """Which part a parameter belongs to, in whichever network; see `Network.part_of`."""
        return self.members[0].part_of(parameter.split(".", 2)[2])

    def _parted(self, encoded: Encoded) -> list[Encoded]:
        """What each network encoded, by input name."""
        return [
            Encoded(_of(number, encoded.encodings), _of(number, encoded.pooled)) for number in range(len(self.members))
        ]

    def _scores(self, parted: Sequence[Encoded]) -> dict[str, Tensor]:
        each = [head.scores(encoded) for head, encoded in zip(self.heads, parted, strict=True)]
        return {name: torch.stack([scores[name] for scores in each]).mean(dim=0) for name in each[0]}


def _of(number: int, named: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to one network, without its number."""
    return {name.partition("/")[2]: of for name, of in named.items() if name.startswith(f"{number}/")}
