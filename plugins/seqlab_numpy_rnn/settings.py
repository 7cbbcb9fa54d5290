"""Settings of the learner `min_char_rnn`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt
from typing_extensions import Doc

from seqlab import HeadSettings, LearnerSettings


@dataclass(frozen=True)
class NextCharacter(HeadSettings):
    """The next token of a running text; the vocabulary is what stands in train, and nothing else."""

    target: ClassVar[Literal["next_token"]] = "next_token"
    default_metrics: ClassVar[tuple[str, ...]] = ("nats_per_token", "perplexity", "bits_per_character")
    default_baselines: ClassVar[tuple[str, ...]] = ("uniform", "unigram", "kneser_ney")


@dataclass(frozen=True)
class MinCharRNNSettings(LearnerSettings):
    """One tanh layer over one running text, trained window by window with Adagrad, a batch of one row.

    Windows are training.window_length tokens long, and the state is carried from one to the next
    (training.carry_state); training.gradient_clip_value clips each element of the gradient.
    """

    hidden_size: Annotated[int, Ge(1), Doc("width of the state")] = 100
    lr: Annotated[float, Gt(0), Doc("learning rate of Adagrad")] = 0.1
    form: Annotated[
        Literal["hoisted", "plain"],
        Doc("hoisted: few large products, in float32; plain: the equations step by step, in float64"),
    ] = "hoisted"

    training_needed: ClassVar[tuple[str, ...]] = ("window_length",)
    training_unused: ClassVar[tuple[str, ...]] = (
        "optimizer", "schedule", "batch_size", "batch_tokens", "vary_window", "gradient_clip_norm", "average_last",
        "average_after", "bptt", "sampling_rate",
    )  # fmt: skip

    @property
    def head_settings(self) -> HeadSettings:
        """It predicts the next token."""
        return NextCharacter()
