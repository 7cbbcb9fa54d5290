"""Vocabularies are fitted on train, and on nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seqlab.config.pipeline import VocabularySection
from seqlab.data.subwords import cut_examples, learn_subwords
from seqlab.errors import DataError, Problem
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Example, Labels, Tags, Tokens, Vocabularies
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import Vocabulary


def fit_vocabularies(
    train: Sequence[Example], head: HeadSettings, limits: VocabularySection | None = None
) -> Vocabularies:
    """One vocabulary for each input of tokens, and one for what is predicted, unless that is a number.

    Args:
        train: The train split.
        head: Settings of the head: its kind of target and the symbols that the task adds to the output.
        limits: Which tokens are too rare to be predicted, and whether words are cut; None for no limit.

    Raises:
        DataError: SL409 if train has nothing to predict.
        PluginError: SL504 if subwords are asked for, but `tokenizers` is not installed.
    """
    limits = limits or VocabularySection()
    if head.target == "next_token":
        corpus = Corpus.of(train, head.ends)
        counts = dict(zip(corpus.types, corpus.counts().tolist(), strict=True))
        known = {token: count for token, count in counts.items() if count}
        outputs = Vocabulary.of_outputs(_some(known, head), head.output_specials)
        outputs = outputs.restricted(limits.min_count, limits.max_size)
        return Vocabularies({"main": Vocabulary.of_read_again(outputs)}, outputs)
    subwords = None if limits.subwords is None else learn_subwords(train, limits.subwords)
    if subwords is not None:
        train = cut_examples(train, subwords)
    inputs: dict[str, Counter[str]] = {}
    for example in train:
        for name, value in example.inputs.items():
            if isinstance(value, Tokens):
                inputs.setdefault(name, Counter()).update(value.items)
    read = {name: Vocabulary.of_inputs(of) for name, of in inputs.items()}
    if head.target == "number":
        return Vocabularies(read)
    targets: Counter[str] = Counter()
    for example in train:
        for target in example.target if isinstance(example.target, tuple) else (example.target,):
            if isinstance(target, Tags | Labels | Tokens):
                targets.update(target.items)
    outputs = Vocabulary.of_outputs(_some(targets, head), head.output_specials)
    if head.target == "tokens":
        outputs = outputs.restricted(limits.min_count, limits.max_size)
    return Vocabularies(read, outputs, subwords)


def _some(counts: dict[str, int], head: HeadSettings) -> dict[str, int]:
    if not counts:
        raise DataError(
            Problem("SL409", f"train has no {head.target.replace('_', ' ')} to learn from",
                    notes=("check the reader's settings: which column or field holds them",))
        )  # fmt: skip
    return counts
