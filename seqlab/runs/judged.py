"""Texts of the model and of every baseline that can write, judged."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from seqlab.config.pipeline import SamplesSection
from seqlab.evaluation.bootstrap import draw, interval
from seqlab.interfaces.baseline import Baseline
from seqlab.interfaces.context import Context
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.decoding import Decoding
from seqlab.interfaces.evaluation import Judged, Scores
from seqlab.interfaces.judge import Judge
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.vocabulary import END, UNKNOWN
from seqlab.model.generation import generate
from seqlab.model.prefix import read_prompts

RESAMPLES = 2_000
BATCH = 50
"""Texts that are written side by side."""


def judge_texts(
    section: SamplesSection,
    learner: Learner,
    baselines: Mapping[str, Baseline],
    train: Corpus,
    reader: Reader,
    context: Context,
) -> Judged:
    """Let each system write `section.count` texts from the same prompt and seeds, and judge them.

    Args:
        section: Prompt, length, temperature, judges.
        learner: The trained model.
        baselines: By key; those that are no language models are left out.
        train: What the judges may compare with.
        reader: Cuts the prompt into tokens, and makes text of tokens.
        context: Builds the judges, and has the seed.
    """
    judges: dict[str, Judge] = {part.key: context.build(part) for part in section.judges}
    for judge in judges.values():
        judge.prepare(train)
    scores: dict[str, Scores] = {}
    for key, baseline in baselines.items():
        with suppress(NotImplementedError):
            scores[key] = _judged(baseline.language_model(), judges, section, reader, context)
    with learner.language_model() as model:
        scores["model"] = _judged(model, judges, section, reader, context)
    return Judged(section.count, scores)


def _judged(
    model: LanguageModel, judges: Mapping[str, Judge], section: SamplesSection, reader: Reader, context: Context
) -> Scores:
    texts = _write(model, section, reader, context.seed_for("judged"))
    values: dict[str, float] = {}
    intervals: dict[str, tuple[float, float]] = {}
    for name, judge in judges.items():
        shares = np.array([judge.share(reader.text_of(tokens), tokens) for tokens in texts])
        means = [weights @ shares / len(shares) for weights in draw(len(shares), RESAMPLES, context.seed)]
        values[name], intervals[name] = float(shares.mean()), interval(np.concatenate(means))
    return Scores(values, intervals)


def _write(model: LanguageModel, section: SamplesSection, reader: Reader, seed: int) -> list[list[str]]:
    """The tokens of each text, the prompt before them."""
    vocabulary = model.vocabulary
    prompt = list(reader.tokens_of(section.prompt))
    start = read_prompts(model, [vocabulary.ids(prompt)])
    decoding = Decoding(max_length=section.length, temperature=section.temperature)
    texts: list[list[str]] = []
    for first in range(0, section.count, BATCH):
        rows = min(BATCH, section.count - first)
        written = generate(
            start.select(start.previous.new_zeros(rows)),
            decoding,
            end=vocabulary.id(END) if END in vocabulary else None,
            banned=[vocabulary.id(UNKNOWN)] if UNKNOWN in vocabulary else [],
            seed=seed,
            first_row=first,
        )
        texts += [[*prompt, *map(vocabulary.item, best[0].ids)] for best in written]
    return texts
