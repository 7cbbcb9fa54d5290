"""Decoding: how texts are made from a model's distributions, and the record of one that was. Imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, get_args, get_type_hints

from annotated_types import Ge, Gt, Le
from typing_extensions import Doc


@dataclass(frozen=True)
class Decoding:
    """How texts are made, token by token: drawn, the likeliest at each step (`temperature: 0`), or by a beam search.

    What is drawn is drawn after `temperature`, `top_k` and `top_p`, in that order.
    """

    max_length: Annotated[int, Ge(1), Doc("most tokens of a text, `</s>` among them")] = 100
    temperature: Annotated[
        float, Ge(0), Doc("below 1 likely tokens become likelier, above 1 rare ones; 0 takes the likeliest")
    ] = 1.0
    top_k: Annotated[int | None, Ge(1), Doc("draw from so many of the likeliest tokens; null for all")] = None
    top_p: Annotated[float, Gt(0), Le(1), Doc("draw from the fewest tokens that hold this much of the probability")] = (
        1.0
    )
    beam: Annotated[int | None, Ge(1), Doc("texts that a beam search keeps side by side; null for none")] = None
    length_penalty: Annotated[float, Ge(0), Doc("how much a beam search favours long texts; 0 for not at all")] = 0.0
    n_best: Annotated[int, Ge(1), Doc("how many texts a beam search gives for each row, best first")] = 1

    def __post_init__(self) -> None:
        """Refuse what is out of bounds, and settings that contradict each other.

        Raises:
            ValueError: `setting: what must be`.
        """
        _check_bounds(self)
        if self.beam is None:
            for name, given in (("length_penalty", self.length_penalty > 0), ("n_best", self.n_best > 1)):
                if given:
                    raise ValueError(f"{name}: is for a beam search; set 'beam' too, or leave it out")
            return
        draws = ("temperature", self.temperature != 1), ("top_k", self.top_k is not None), ("top_p", self.top_p < 1)
        for name, given in draws:
            if given:
                raise ValueError(f"{name}: a beam search draws nothing; leave it out, or set 'beam' to null")
        if self.n_best > self.beam:
            raise ValueError(f"n_best: a beam of {self.beam} finds no more than {self.beam} texts, not {self.n_best}")

    @property
    def strategy(self) -> Literal["greedy", "sample", "beam"]:
        """What the settings amount to."""
        if self.beam is not None:
            return "beam"
        return "greedy" if self.temperature == 0 else "sample"


@dataclass(frozen=True, slots=True)
class Generated:
    """A text that was generated.

    Args:
        ids: Its tokens, without `</s>`.
        log_probs: Of each token given those before, in nats, under the model as it is: before temperature, `top_k`,
            `top_p` and banned symbols. Where the text has ended, that of `</s>` is the last of them.
        ended: Whether it ended by `</s>`; else it was cut at the longest length.
        score: What a beam search ranks by: `log_prob` over the length penalty. Without one, `log_prob`.
        attention: For each of `ids`, its weights over the memory; None for a model without attention.
    """

    ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    ended: bool
    score: float
    attention: tuple[tuple[float, ...], ...] | None = None

    @property
    def log_prob(self) -> float:
        """Of the whole text, in nats."""
        return sum(self.log_probs)


def _check_bounds(settings: Any) -> None:
    """The bounds of the annotations; a pipeline's are checked before, where their place in the file is known."""
    hints = get_type_hints(type(settings), include_extras=True)
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value is None:
            continue
        if not math.isfinite(value):
            raise ValueError(f"{field.name}: must be a finite number, got {value}")
        for bound in get_args(hints[field.name])[1:]:
            kept, wanted = True, ""
            match bound:
                case Ge(least):
                    kept, wanted = value >= least, f">= {least}"
                case Gt(below):
                    kept, wanted = value > below, f"> {below}"
                case Le(most):
                    kept, wanted = value <= most, f"<= {most}"
            if not kept:
                raise ValueError(f"{field.name}: must be {wanted}, got {value}")
