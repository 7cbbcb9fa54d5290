"""Subwords in place of words, on the way into a network, and words in place of subwords on the way out.

Examples and predictions hold words everywhere else, so that floors and metrics see what they see without subwords.
The one module that imports `tokenizers`, and only where subwords are learnt.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from seqlab.errors import PluginError, Problem
from seqlab.interfaces.records import Example, Prediction, Target, Tokens, TokensPrediction
from seqlab.interfaces.subwords import Subwords

LEAST_COUNT = 2
"""A pair of pieces that stands in train less often is not merged."""

Weights = tuple[tuple[float, ...], ...]


def learn_subwords(train: Iterable[Example], size: int) -> Subwords:
    """Learn how to cut words from all words of inputs and targets alike.

    Args:
        train: The train split.
        size: Most distinct pieces, characters among them.

    Raises:
        PluginError: SL504 if `tokenizers` is not installed.
    """
    library = _tokenizers()
    tokenizer = library.Tokenizer(library.models.BPE())
    # The end of a word is a blank of its own: the library numbers pieces with its `end_of_word_suffix` in the order of a
    # hash table, so that which of two equally frequent pairs is merged first would differ from process to process.
    words = (f"{word} " for example in train for tokens in _tokens(example) for word in tokens.items)
    trainer = library.trainers.BpeTrainer(vocab_size=size, min_frequency=LEAST_COUNT, show_progress=False)
    tokenizer.train_from_iterator(words, trainer)
    return Subwords(json.loads(tokenizer.to_str())["model"]["merges"])


def cut_examples(examples: Iterable[Example], subwords: Subwords) -> list[Example]:
    """The same examples with pieces in place of the words of inputs and targets."""
    return [
        replace(
            example,
            inputs={
                name: Tokens(subwords.cut(value.items)) if isinstance(value, Tokens) else value
                for name, value in example.inputs.items()
            },
            target=_cut_target(example.target, subwords),
        )
        for example in examples
    ]


def joined(prediction: Prediction, example: Example, subwords: Subwords) -> Prediction:
    """A prediction of pieces as one of words.

    The attention of a word is the mean of that of its pieces; what it gives to a word of the input is the sum of what it gives
    to its pieces (Clark et al. 2019, "What Does BERT Look At?", section 4.1).

    Args:
        prediction: For the example with pieces in place of words; what is no tokens stays.
        example: The same with words.
        subwords: What it was cut by.
    """
    if not isinstance(prediction, TokensPrediction):
        return prediction
    written = subwords.words(prediction.tokens)
    n_best = tuple(
        (tuple(word for word, _ in subwords.words(pieces)), log_prob) for pieces, log_prob in prediction.n_best
    )
    attention = prediction.attention
    if attention is not None:
        main = example.inputs["main"]
        read = [len(subwords.pieces(word)) for word in main.items] if isinstance(main, Tokens) else None
        attention = _by_words(attention, [count for _, count in written], read)
    return TokensPrediction(tuple(word for word, _ in written), n_best, attention)


def _by_words(attention: Weights, written: Sequence[int], read: Sequence[int] | None) -> Weights:
    """Attention of words to words, from how many pieces each has; None for an input that is not of words."""
    rows = iter(attention)
    merged = [
        [sum(column) / count for column in zip(*islice(rows, count), strict=True)] for count in written
    ]  # W rows (S,)
    if read is None:
        return tuple(map(tuple, merged))
    found = []
    for row in merged:
        weights = iter(row)
        found.append(tuple(sum(islice(weights, count)) for count in read))
    return tuple(found)


def _cut_target(target: Target | None, subwords: Subwords) -> Target | None:
    if isinstance(target, tuple):
        return tuple(Tokens(subwords.cut(each.items)) for each in target)
    return Tokens(subwords.cut(target.items)) if isinstance(target, Tokens) else target


def _tokens(example: Example) -> Iterator[Tokens]:
    """All that an example has of words."""
    targets = example.target if isinstance(example.target, tuple) else (example.target,)
    return (value for value in (*example.inputs.values(), *targets) if isinstance(value, Tokens))


def _tokenizers() -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # the pipeline says how many threads there are
    try:
        import tokenizers
        import tokenizers.models
        import tokenizers.trainers
    except ImportError as error:
        raise PluginError(
            Problem("SL504", "'data.vocabulary.subwords' needs the package tokenizers, which is not installed",
                    hint='pip install "seqlab[subwords]"', notes=("or remove it, to read words",))
        ) from error  # fmt: skip
    return tokenizers
