"""The variants of a run: fitted on dev, scored beside the model, and made again from what was written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from seqlab.config.pipeline import Pipeline
from seqlab.errors import Place, Problem, RunError
from seqlab.evaluation.choice import chosen_variants
from seqlab.files import write_json_atomically
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.records import Example, Prediction
from seqlab.interfaces.variant import Variant
from seqlab.registry import Registry
from seqlab.runs.folder import RunFolder


class Variants:
    """All variants that a pipeline names, over one learner and its baselines.

    Args:
        pipeline: Of the run.
        registry: Builds the variants.
        learner: The trained model.
        baselines: By key, fitted or loaded.
    """

    def __init__(
        self, pipeline: Pipeline, registry: Registry, learner: Learner, baselines: Mapping[str, Baseline]
    ) -> None:
        self.variants: dict[str, Variant] = {
            key: registry.build(part) for key, part in chosen_variants(pipeline).items()
        }
        self.is_text = pipeline.training.is_text
        self.learner = learner
        needed = {key for part in chosen_variants(pipeline).values() for key in part.settings.needs}
        self.baselines: dict[str, LanguageModel] = {
            key: baseline.language_model() for key, baseline in baselines.items() if key in needed
        }

    def fit(self, dev: Sequence[Example]) -> None:
        """Let each choose on dev what it has to choose."""
        if not self.variants:
            return
        from seqlab.model.scoring import score_corpus  # it brings torch

        assert isinstance(dev, Corpus)
        with self.learner.language_model() as model:
            for variant in self.variants.values():
                variant.fit(model, self.baselines, dev, lambda of: score_corpus(of, dev, self.is_text))

    def predict(self, examples: Sequence[Example]) -> dict[str, list[Prediction]]:
        """What each says of a split."""
        if not self.variants:
            return {}
        from seqlab.model.scoring import predict_next_tokens

        assert isinstance(examples, Corpus)
        with self.learner.language_model() as model:
            made = {key: each.language_model(model, self.baselines) for key, each in self.variants.items()}
            return {key: list(predict_next_tokens(each, examples, self.is_text)) for key, each in made.items()}

    def save(self, folder: RunFolder) -> None:
        """Write what each chose, if there are any."""
        if self.variants:
            write_json_atomically(folder.variants, {key: dict(each.chosen()) for key, each in self.variants.items()})

    def load(self, folder: RunFolder) -> None:
        """Read what `save` wrote.

        Raises:
            RunError: SL614 if it cannot be read.
        """
        if not self.variants:
            return
        try:
            record: dict[str, Any] = json.loads(folder.variants.read_text(encoding="utf-8"))
            for key, variant in self.variants.items():
                variant.restore(record[key])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                Problem("SL614", f"this file of a run cannot be read: {error}", Place(str(folder.variants)),
                        notes=("was the run written by another version of seqlab?",))
            ) from error  # fmt: skip
