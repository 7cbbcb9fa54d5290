"""Diagnosis: what became of the gradients and of the past in a trained model; the shape of `diagnosis.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import Any

UPDATE_RATIO = "update_ratio/"
"""What the names of logged values begin with that say how far an update moved the weights of a part."""


@dataclass(frozen=True, slots=True)
class GradientFlow:
    """How far the gradient of a loss reaches back through an encoder.

    Lag k is k steps before the token whose loss it is; every list has a number for each lag, from 0.

    Args:
        examples: B, how many losses are looked at, each at the last of `lags + 1` tokens.
        median: Norm of the gradient of the loss with respect to the state k steps before, the median over examples.
        low: The same, the 10th percentile.
        high: The 90th.
        share: How much of the gradient with respect to the encoder's weights comes from the step k before: norm of that
            part over the sum of all these norms.
        bias: Norm of what is missing in the gradient of the weights where steps more than k before are cut off, over the
            norm of all of it.
    """

    examples: int
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    share: tuple[float, ...]
    bias: tuple[float, ...]

    @property
    def lags(self) -> int:
        """The largest lag."""
        return len(self.median) - 1

    @property
    def held(self) -> tuple[float, ...]:
        """The share that comes from the steps up to each lag: the running sum of `share`."""
        return tuple(accumulate(self.share))

    def length_keeping(self, kept: float) -> int | None:
        """Fewest steps that hold so large a share of the gradient; None if all together hold none."""
        return next((lag + 1 for lag, held in enumerate(self.held) if held >= kept - 1e-12), None)


@dataclass(frozen=True, slots=True)
class RecurrentMatrix:
    """A recurrent matrix W, which a tanh or ReLU network multiplies its state by at every step.

    Args:
        name: Layer and gate.
        spectral_radius: Largest absolute eigenvalue. Below 1 the gradient of a linear network vanishes.
        norm: Largest singular value: no step of a plain network lets a gradient grow by more (Pascanu et al. 2013, section
            2.1), since the slope of tanh is at most 1.
    """

    name: str
    spectral_radius: float
    norm: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """How often a gate or a unit stands at an end of its range, where it lets no gradient through.

    Args:
        name: Layer and gate, or `state`.
        low: Share of values in the lowest tenth of the range.
        high: Share in the highest tenth.
    """

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ContextLoss:
    """How much a language model makes of the past.

    Args:
        targets: How many tokens are predicted.
        tokens: How many tokens before each are left as they are, `(K,)`; the last is the whole context.
        kept: Mean loss in nats where only so many tokens are read.
        shuffled: Mean loss where the others are read too, in random order (Khandelwal et al. 2018, section 5).
    """

    targets: int
    tokens: tuple[int, ...]
    kept: tuple[float, ...]
    shuffled: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `seqlab diagnose` finds.

    Args:
        encoder: Type of the encoder.
        trained: Whether the weights are the trained ones, or fresh.
        flow: None where the encoder carries no state.
        matrices: The recurrent matrices.
        saturation: Gates and units.
        context: None where it is no language model of running text.
        clip_rate: Share of updates whose gradient was clipped, by epoch.
        update_ratio: By part, how far an update moves its weights as a share of their norm: the median over the log.
    """

    encoder: str
    trained: bool
    flow: GradientFlow | None
    matrices: tuple[RecurrentMatrix, ...] = ()
    saturation: tuple[Saturation, ...] = ()
    context: ContextLoss | None = None
    clip_rate: tuple[float, ...] = ()
    update_ratio: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `diagnosis.json` holds it."""
        return {"schema": 1, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Diagnosis:
        """What `as_json` gave.

        Raises:
            KeyError: If something is missing.
            TypeError: If something has another shape.
        """
        flow, context = record["flow"], record["context"]
        return cls(
            encoder=record["encoder"],
            trained=record["trained"],
            flow=None if flow is None else GradientFlow(**_tuples(flow)),
            matrices=tuple(RecurrentMatrix(**each) for each in record["matrices"]),
            saturation=tuple(Saturation(**each) for each in record["saturation"]),
            context=None if context is None else ContextLoss(**_tuples(context)),
            clip_rate=tuple(record["clip_rate"]),
            update_ratio=dict(record["update_ratio"]),
        )


def _tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
