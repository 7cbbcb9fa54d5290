"""A trained model that generates targets from inputs, for the verbs `generate` and `score`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch

from seqlab.config.pipeline import Pipeline
from seqlab.data.batching import pad
from seqlab.data.checks import check_examples
from seqlab.data.load import tokenised
from seqlab.data.shown import shown_inputs
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.subwords import Subwords
from seqlab.interfaces.vocabulary import BEGIN, END, IGNORED, Vocabulary
from seqlab.model.prefix import Prefix, read_prompts
from seqlab.plugins import Plugins
from seqlab.runs.generators import Asked, SavedGenerator
from seqlab.runs.predict import Form, Predictor
from seqlab.runs.wording import Wording


class SavedDecoder(SavedGenerator):
    """The trained model of a run; its texts answer inputs, which are given as `seqlab predict` reads them.

    Args:
        pipeline: Of the model.
        learner: One that has a `target_model`.
        folder: Of the run's model.
        plugins: The loaded plugins.
        vocabulary: Of the targets.
        subwords: What the words of inputs and targets are cut by, if they are.
    """

    takes_input: ClassVar[bool] = True

    def __init__(
        self,
        pipeline: Pipeline,
        learner: Learner,
        folder: Path,
        plugins: Plugins,
        vocabulary: Vocabulary,
        subwords: Subwords | None,
    ) -> None:
        super().__init__("model", folder, vocabulary, Wording(pipeline.data, plugins.registry.build, subwords))
        self.learner = learner
        self.max_length = pipeline.data.max_length
        self.predictor = Predictor(pipeline, learner, plugins, Form())

    def banned(self, allow_unknown: bool) -> tuple[int, ...]:
        """`<s>` is no token of a target."""
        return (self.vocabulary.id(BEGIN), *super().banned(allow_unknown))

    def asked(self, lines: Iterable[str], name: str) -> Iterator[Asked]:
        """The inputs of lines; their texts begin with nothing."""
        for examples in self.predictor.examples(lines, name):
            for example in examples:
                given = example.source if example.source is not None else self._shown(example)
                yield Asked("", (), example, given)

    def pairs(self, file: Path) -> Iterator[Asked]:
        """Each target of a file in the form of the run's reader; alternatives one after the other."""
        subwords = self.wording.subwords
        read = self.wording.reader.read(file, "test")
        examples = read if self.wording.tokenizer is None else tokenised(read, self.wording.tokenizer)
        while chunk := list(islice(examples, self.rows)):
            check_examples(chunk, self.max_length)
            for example in chunk:
                for target in example.target if isinstance(example.target, tuple) else (example.target,):
                    assert isinstance(target, Tokens)
                    tokens = target.items if subwords is None else subwords.cut(target.items)
                    yield Asked(self.wording.text(tokens), tokens, replace(example, target=None), self._shown(example))

    @contextmanager
    def begun(self, asked: Sequence[Asked]) -> Iterator[Prefix]:
        """Each distinct input is encoded once."""
        distinct = list(dict.fromkeys(asked))
        with self._model(distinct) as model:
            prefix = read_prompts(model, [()] * len(distinct))
            yield prefix.select(torch.tensor([distinct.index(each) for each in asked]))

    def log_probs(self, asked: Sequence[Asked]) -> Iterator[tuple[float, ...]]:
        """The log-probability of each token of a target given its input, and of `</s>`."""
        for first in range(0, len(asked), self.rows):
            some = asked[first : first + self.rows]
            rows = [np.array(self.vocabulary.ids((*each.tokens, END))) for each in some]
            ids, lengths = (torch.from_numpy(each) for each in pad(rows, IGNORED))
            with self._model(some) as model:
                previous = torch.full((len(some),), model.begin)
                found, _ = model.score(previous, ids, lengths, model.start(len(some)))
                values = found.double().masked_fill(ids == IGNORED, math.nan).tolist()
            yield from (tuple(row[:length]) for row, length in zip(values, lengths.tolist(), strict=True))

    @contextmanager
    def _model(self, asked: Sequence[Asked]) -> Iterator[LanguageModel]:
        with self.learner.target_model([each.example for each in asked if each.example is not None]) as model:
            yield model

    def _shown(self, example: Example) -> str:
        """The inputs in one line; vectors by the place of their row."""
        return " | ".join(shown_inputs(example, self.wording.reader.text_of).values()) or example.place
