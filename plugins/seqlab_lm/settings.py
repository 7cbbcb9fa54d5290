"""Settings of the language-model head, its metrics and its floor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Lt
from typing_extensions import Doc

from seqlab import BaselineSettings, HeadSettings, Kind, MetricSettings, Part, Requirements


@dataclass(frozen=True)
class LanguageModelSettings(HeadSettings):
    """The next token from each state of a causal encoder."""

    output: Annotated[Part, Kind("output", default="full"), Doc("states -> probabilities of the next token")] = field(
        default=Part("output", "full", None)
    )
    dropout: Annotated[float, Ge(0), Lt(1), Doc("share of each state set to 0 before the output layer")] = 0.0
    variational: Annotated[bool, Doc("one dropout mask for all steps of a row")] = False
    unknown: Annotated[bool, Doc("<unk> can be predicted: it stands for every token outside the vocabulary")] = True
    sentence_ends: Annotated[
        bool, Doc("every example ends with </s>, which is predicted too; write false for running text")
    ] = True

    target: ClassVar[Literal["next_token"]] = "next_token"
    requires: ClassVar[Requirements] = Requirements(causal=True)
    default_metrics: ClassVar[tuple[str, ...]] = ("nats_per_token", "perplexity", "bits_per_character")
    default_baselines: ClassVar[tuple[str, ...]] = ("uniform", "unigram", "kneser_ney")

    @property
    def output_specials(self) -> tuple[str, ...]:
        """`<unk>` and `</s>`, as the settings say."""
        return ("<unk>",) * self.unknown + ("</s>",) * self.sentence_ends


@dataclass(frozen=True)
class LossMetricSettings(MetricSettings):
    """A score of log-probabilities; it has no settings."""

    targets: ClassVar[tuple[Literal["next_token"], ...]] = ("next_token",)


@dataclass(frozen=True)
class UniformSettings(BaselineSettings):
    """Every token of the vocabulary alike; it has no settings."""

    targets: ClassVar[tuple[Literal["next_token"], ...]] = ("next_token",)


@dataclass(frozen=True)
class UnigramSettings(BaselineSettings):
    """How often each token stands in train; it has no settings."""

    targets: ClassVar[tuple[Literal["next_token"], ...]] = ("next_token",)


@dataclass(frozen=True)
class KneserNeySettings(BaselineSettings):
    """N-grams with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999)."""

    order: Annotated[int, Ge(1), Doc("tokens of the longest n-gram; characters want 6 or 7, words 5")] = 5
    arpa: Annotated[bool, Doc("write kneser_ney.arpa.gz too, which other programs read")] = False

    targets: ClassVar[tuple[Literal["next_token"], ...]] = ("next_token",)

    @property
    def key(self) -> str:
        """`kneser_ney_5`."""
        return f"kneser_ney_{self.order}"
