"""What a component's settings look like, and what validation may ask of them.

The settings of a component are one frozen dataclass whose fields are `Annotated` with a type, bounds from
`annotated_types` and a `Doc`. The module that holds it imports neither torch nor numpy, since `seqlab validate`
reads it. What must be known before anything is built (is this encoder causal? what does this head need?) stands
on the settings class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from seqlab.interfaces.vocabulary import END

TargetKind = Literal["tags", "labels", "number", "tokens", "next_token"]
"""What is predicted: a tag per token, a label or a number per example, a sequence, or the next token of the input itself."""

InputKind = Literal["tokens", "text", "image", "features"]
"""What an input of an example is; `text` is tokenised when the data is read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Marks a field that holds a component: `encoder: Annotated[Part, Kind("encoder")]`.

    `Part | None` may be left out, `tuple[Part, ...]` takes a list (or one alone).

    Args:
        name: The kind of component, as in the registry.
        default: The component that is meant when `type:` (or the whole field) is left out; None when one must be named.
    """

    name: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A component as a pipeline names it, with its settings.

    Args:
        kind: Kind of component: `encoder`.
        type: Its registered name: `lstm`.
        settings: An instance of its settings class.
        name: What results are filed under, where a pipeline gives a `name:` (baselines); else None.
    """

    kind: str
    type: str
    settings: Any
    name: str | None = None

    @property
    def key(self) -> str:
        """The name that results are filed under: `name:`, the settings' own, or the type without its distribution."""
        return self.name or getattr(self.settings, "key", None) or self.type.rpartition("/")[2]


@dataclass(frozen=True)
class NoSettings:
    """A component without settings."""


@dataclass(frozen=True)
class EncoderSettings:
    """What every encoder's settings can be asked."""

    @property
    def is_causal(self) -> bool:
        """Whether state t is a function of inputs up to t only."""
        return False

    @property
    def has_state(self) -> bool:
        """Whether a state can be carried from one window to the next."""
        return False

    @property
    def directions(self) -> int:
        """1, or 2 for a bidirectional encoder."""
        return 1

    @property
    def is_backward(self) -> bool:
        """Whether the one direction is that from the end to the beginning, so that the final state is the first one."""
        return False


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a head needs of the network below it.

    Args:
        causal: Every encoder must be causal.
        pooler: Every input must be pooled into one vector.
        inputs: Names of the inputs that it reads; empty for the single input `main`.
    """

    causal: bool = False
    pooler: bool = False
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeadSettings:
    """What every head's settings can be asked."""

    target: ClassVar[TargetKind] = "labels"
    several_labels: ClassVar[bool] = False
    """Of labels: whether an example may have several, or none."""
    decides_by_scores: ClassVar[bool] = False
    """Whether the head is a `ScoringHead`, so that an ensemble of networks can have it."""
    requires: ClassVar[Requirements] = Requirements()
    default_metrics: ClassVar[tuple[str, ...]] = ()
    default_baselines: ClassVar[tuple[str, ...]] = ()
    default_controls: ClassVar[tuple[str, ...]] = ()

    @property
    def output_specials(self) -> tuple[str, ...]:
        """Symbols that the task adds to the output vocabulary: `<unk>`, `<s>`, `</s>`."""
        return ()

    @property
    def ends(self) -> bool:
        """Whether `</s>` is predicted after the last token."""
        return END in self.output_specials


@dataclass(frozen=True)
class ReaderSettings:
    """What every reader's settings can be asked."""

    @property
    def inputs(self) -> Mapping[str, InputKind]:
        """Names and kinds of the inputs of its examples; a single input is called `main`."""
        return {"main": "tokens"}

    @property
    def target(self) -> TargetKind | None:
        """What its examples carry to be predicted; None when there is nothing but the input."""
        return None


@dataclass(frozen=True)
class EmbedderSettings:
    """What every embedder's settings can be asked."""

    accepts: ClassVar[tuple[InputKind, ...]] = ("tokens",)


@dataclass(frozen=True)
class MetricSettings:
    """What every metric's settings can be asked; one that is for numbers says so in `targets`."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("tags", "labels", "tokens", "next_token")
    several_labels: ClassVar[bool] = True
    """Of labels: whether it can score an example that has several, or none."""


@dataclass(frozen=True)
class BaselineSettings:
    """What every baseline's settings can be asked; one that is for numbers says so in `targets`."""

    targets: ClassVar[tuple[TargetKind, ...]] = ("tags", "labels", "tokens", "next_token")
    accepts: ClassVar[tuple[InputKind, ...]] = ()
    """Kinds of inputs of which it reads one; empty for any, or none."""

    @property
    def key(self) -> str | None:
        """What its results are filed under, where that hangs on a setting: `kneser_ney_5`; None for its type."""
        return None


def can_read(settings: Any, inputs: Mapping[str, InputKind]) -> bool:
    """Whether a baseline with these settings reads one of the inputs; a text counts as tokens, which a tokenizer makes of it."""
    accepts: tuple[InputKind, ...] = getattr(settings, "accepts", ())
    return not accepts or any(("tokens" if kind == "text" else kind) in accepts for kind in inputs.values())


@dataclass(frozen=True)
class VariantSettings:
    """What every variant's settings can be asked."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the baselines that it is made with."""
        return ()


@dataclass(frozen=True)
class LearnerSettings:
    """What every learner's settings can be asked.

    `head_settings` lets the checks see through the learner: which target it predicts, which metrics and floors
    belong to it. A learner without a head states them here itself.

    `training_needed` are settings of `training:` that must be given, `training_unused` those that the learner has no use
    for; a pipeline that gives one of these is told so.
    """

    training_needed: ClassVar[tuple[str, ...]] = ()
    training_unused: ClassVar[tuple[str, ...]] = ()

    @property
    def head_settings(self) -> HeadSettings:
        """Target, default metrics and default baselines of the task."""
        raise NotImplementedError


@dataclass(frozen=True)
class InputParts:
    """Embedders, encoder and poolers of one input."""

    embedder: tuple[Part, ...]
    encoder: Part
    pooler: tuple[Part, ...] = ()
