"""Texts that a language model writes while it is trained: always from the same prompt and the same draws."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from seqlab.config.pipeline import Pipeline
from seqlab.errors import RunError
from seqlab.interfaces.decoding import Decoding
from seqlab.interfaces.learner import Learner, Progress
from seqlab.interfaces.vocabulary import END
from seqlab.model.generation import generate
from seqlab.model.prefix import read_prompts
from seqlab.registry import Registry
from seqlab.runs.wording import GrowingText, Wording


class Samples:
    """Makes a text after the first epoch, the second, the fourth, ... and the last.

    Running text goes on through `</s>`, which is shown as the end of a line. Nothing of it is drawn from torch's
    generator, so that training goes on as if no text had been made.

    Args:
        pipeline: Of the run.
        registry: Builds its reader.
    """

    def __init__(self, pipeline: Pipeline, registry: Registry) -> None:
        self.data = pipeline.data
        self.build = registry.build
        self.section = pipeline.evaluation.samples
        self.wanted = pipeline.model.settings.head_settings.target == "next_token" and self.section.length > 0
        self.is_text = pipeline.training.is_text

    @cached_property
    def wording(self) -> Wording:
        """How text becomes tokens; other tasks never ask."""
        return Wording(self.data, self.build)

    def __call__(self, learner: Learner, progress: Progress) -> Mapping[str, Any] | None:
        """The text of this moment, as `prompt` and what follows it, `text`; None where it is no moment for one."""
        speaks = type(learner).language_model is not Learner.language_model
        if not (self.wanted and speaks and is_moment(progress)):
            return None
        prompt = self.wording.tokens(self.section.prompt)
        decoding = Decoding(max_length=self.section.length, temperature=self.section.temperature)
        with learner.language_model() as model:
            vocabulary = model.vocabulary
            end = vocabulary.id(END) if END in vocabulary and not self.is_text else None
            try:
                ((found,),) = generate(
                    read_prompts(model, [vocabulary.ids(prompt)]),
                    decoding,
                    end=end,
                    banned=[vocabulary.unknown],
                    seed=learner.context.seed_for("sample"),
                )
            except RunError:  # nothing can be chosen; that is no reason to stop training
                return None
        growing = GrowingText(self.wording, prompt)
        text = "".join(growing.add(vocabulary.item(id_)) for id_ in found.ids)
        return {"prompt": self.wording.text(prompt), "text": text}


def is_moment(progress: Progress) -> bool:
    """Whether a text is made: after epoch 1, 2, 4, 8, ..., and at the end of training."""
    power_of_two = progress.epoch > 0 and progress.epoch & (progress.epoch - 1) == 0
    return progress.share >= 1 or (progress.epoch_ended and power_of_two)
