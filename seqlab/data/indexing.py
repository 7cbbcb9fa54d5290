"""Examples as numbers: each distinct item of a split once, and for each example which item stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Example, Features, Image, Labels, Number, Tags, Target, Text, Tokens
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import END, Vocabulary

Ids = NDArray[np.int64]
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class IndexedInput:
    """One input of all examples.

    Args:
        items: The distinct items (strings, `Image`s, `Features`), in the order in which they were met.
        rows: For each example `(T,)`: the number of the item at each position.
    """

    items: Sequence[Any]
    rows: Sequence[Ids]

    def lengths(self) -> Ids:
        """`(N,)`: steps of each example; vectors made elsewhere are one item, but as many steps as it has."""
        if self.items and isinstance(self.items[0], Features):
            return np.array([len(self.items[row[0]]) for row in self.rows])
        return np.array([len(row) for row in self.rows])


class CorpusRows(Sequence[Ids]):
    """The examples of a corpus as numbers, made when they are asked for.

    Args:
        corpus: The examples.
        shift: 1 for what is read, `types[0]` and all but the last token; 0 for what is predicted.
        lookup: A number for each type; None for that of the type itself.
    """

    def __init__(self, corpus: Corpus, shift: int, lookup: Ids | None = None) -> None:
        self.corpus = corpus
        self.starts = corpus.starts
        self.shift = shift
        self.lookup = lookup

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, place: int) -> Ids:  # type: ignore[override]
        """`(T,)`."""
        row = np.asarray(self.corpus.targets(self.starts[place], self.starts[place + 1]), dtype=np.int64)
        if self.shift:
            row = np.concatenate([[0], row[:-1]])
        return row if self.lookup is None else self.lookup[row]


@dataclass(frozen=True, slots=True)
class IndexedExamples:
    """All that batches are made of.

    Args:
        examples: In their order.
        inputs: By name.
        targets: For each example its ids under the output vocabulary `(T,)`, of which a label has one; of numbers the
            number itself `(1,)`; None where nothing is known.
        corpus: The examples, where the next token is predicted.
        multi_hot: Whether `targets` are not ids but for each class `(C,)` whether the example has it.
    """

    examples: Sequence[Example]
    inputs: Mapping[str, IndexedInput]
    targets: Sequence[Ids] | Sequence[Numbers] | None
    corpus: Corpus | None = None
    multi_hot: bool = False

    def __len__(self) -> int:
        return len(self.examples)

    def lengths(self) -> Ids:
        """`(N,)`: the longest of the inputs and the target of each example, which is what padding depends on."""
        if self.corpus is not None:
            return np.diff(self.corpus.starts)
        per_input = [indexed.lengths() for indexed in self.inputs.values()]
        if self.targets is not None and not self.multi_hot:
            per_input.append(np.array([len(row) for row in self.targets]))
        longest: Ids = np.maximum.reduce(per_input)
        return longest


def index_examples(
    examples: Sequence[Example], head: HeadSettings, target: Vocabulary | None, *, expand: bool = False
) -> IndexedExamples:
    """Turn examples into numbers.

    Args:
        examples: At least one.
        head: Settings of the head.
        target: The output vocabulary.
        expand: Let an example with several alternative targets stand once for each of them (training).
    """
    if head.target == "next_token":
        assert target is not None
        return _index_corpus(Corpus.of(examples, head.ends), target)
    if expand and any(isinstance(example.target, tuple) for example in examples):
        examples = [single for example in examples for single in _alternatives(example)]
    inputs = {name: _index(examples, name) for name in examples[0].inputs}
    if head.target == "number":
        return IndexedExamples(examples, inputs, _numbers(examples))
    targets: list[Ids] | None = None
    if target is not None and all(example.target is not None for example in examples):
        end = [target.id(END)] if head.target == "tokens" and END in target else []
        targets = [np.array(target.ids(_first(example.target)) + end, dtype=np.int64) for example in examples]
        if head.several_labels:
            targets = [_multi_hot(ids, len(target)) for ids in targets]
    return IndexedExamples(examples, inputs, targets, multi_hot=head.several_labels)


def _numbers(examples: Sequence[Example]) -> list[Numbers] | None:
    values = [example.target.value for example in examples if isinstance(example.target, Number)]
    return [np.array([value], dtype=np.float32) for value in values] if len(values) == len(examples) else None


def _multi_hot(ids: Ids, classes: int) -> Ids:
    """`(C,)`: 1 for each class that is among the ids, else 0; a label that train does not have is left out."""
    row = np.zeros(classes, dtype=np.int64)
    row[ids[ids >= 0]] = 1
    return row


def _index_corpus(corpus: Corpus, target: Vocabulary) -> IndexedExamples:
    """The input shifted against the target: `</s> a b` predicts `a b </s>`, or `<unk> a` predicts `a b` without ends."""
    inputs = {"main": IndexedInput(corpus.types, CorpusRows(corpus, shift=1))}
    return IndexedExamples(corpus, inputs, CorpusRows(corpus, 0, corpus.lookup(target)), corpus)


def _index(examples: Sequence[Example], name: str) -> IndexedInput:
    numbers: dict[Any, int] = {}
    rows = [
        np.array([numbers.setdefault(item, len(numbers)) for item in _items(example.inputs[name])], dtype=np.int64)
        for example in examples
    ]
    return IndexedInput(list(numbers), rows)


def _items(value: Tokens | Text | Image | Features) -> Sequence[Any]:
    if isinstance(value, Text):
        raise TypeError("a text must be tokenised before it is indexed: the pipeline names no tokenizer")
    return value.items if isinstance(value, Tokens) else (value,)


def _first(target: Target | None) -> tuple[str, ...]:
    if isinstance(target, tuple):
        return target[0].items
    assert isinstance(target, Tags | Labels | Tokens)
    return target.items


def _alternatives(example: Example) -> Sequence[Example]:
    if not isinstance(example.target, tuple):
        return (example,)
    return [replace(example, target=alternative) for alternative in example.target]
