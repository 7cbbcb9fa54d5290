"""Examples as numbers: each distinct item of a split once, and for each example which item stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqlab.data.vocabulary import END
from seqlab.interfaces.records import Example, Features, Image, Labels, Tags, Target, Text, Tokens
from seqlab.interfaces.settings import HeadSettings
from seqlab.interfaces.vocabulary import Vocabulary

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IndexedInput:
    """One input of all examples.

    Args:
        items: The distinct items (strings, `Image`s, `Features`), in the order in which they were met.
        rows: For each example `(T,)`: the number of the item at each position.
    """

    items: Sequence[Any]
    rows: Sequence[Ids]


@dataclass(frozen=True, slots=True)
class IndexedExamples:
    """All that batches are made of.

    Args:
        examples: In their order.
        inputs: By name.
        targets: For each example its ids under the output vocabulary `(T,)`; None where nothing is known.
    """

    examples: Sequence[Example]
    inputs: Mapping[str, IndexedInput]
    targets: Sequence[Ids] | None

    def __len__(self) -> int:
        return len(self.examples)

    def lengths(self) -> Ids:
        """`(N,)`: the longest of the inputs and the target of each example, which is what padding depends on."""
        per_input = [np.array([len(row) for row in indexed.rows]) for indexed in self.inputs.values()]
        if self.targets is not None:
            per_input.append(np.array([len(row) for row in self.targets]))
        longest: Ids = np.maximum.reduce(per_input)
        return longest


def index_examples(
    examples: Sequence[Example], head: HeadSettings, target: Vocabulary | None, *, expand: bool = False
) -> IndexedExamples:
    """Turn examples into numbers.

    For a head that predicts the next token, the input is shifted against the target: `</s> a b` predicts `a b </s>`
    where the task declares `</s>`, else `a` predicts `b`.

    Args:
        examples: At least one.
        head: Settings of the head.
        target: The output vocabulary.
        expand: Let an example with several alternative targets stand once for each of them (training).
    """
    if expand and any(isinstance(example.target, tuple) for example in examples):
        examples = [single for example in examples for single in _alternatives(example)]
    streams = head.target == "next_token"
    ends = streams and END in head.output_specials
    inputs = {name: _index(examples, name, ends and name == "main") for name in examples[0].inputs}
    targets: list[Ids] | None = None
    if streams and target is not None:
        main = inputs["main"]
        ids = np.array(target.ids(main.items), dtype=np.int64)
        targets = [ids[np.roll(row, -1) if ends else row[1:]] for row in main.rows]
        if not ends:
            inputs["main"] = replace(main, rows=[row[:-1] for row in main.rows])
    elif target is not None and all(example.target is not None for example in examples):
        end = [target.id(END)] if head.target == "tokens" and END in target else []
        targets = [np.array(target.ids(_first(example.target)) + end, dtype=np.int64) for example in examples]
    return IndexedExamples(examples, inputs, targets)


def _index(examples: Sequence[Example], name: str, begin: bool) -> IndexedInput:
    numbers: dict[Any, int] = {}
    rows: list[Ids] = []
    for example in examples:
        items = _items(example.inputs[name])
        if begin:
            items = (END, *items)
        rows.append(np.array([numbers.setdefault(item, len(numbers)) for item in items], dtype=np.int64))
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
