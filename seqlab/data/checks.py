"""Checks of the data before anything is fitted: what cannot be used is an error, what is odd is said."""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from seqlab.errors import MOST_PROBLEMS, DataError, Place, Problem, listing
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.records import Dataset, Example, Features, Image, Labels, Number, Tags, Tokens
from seqlab.interfaces.vocabulary import END

MOST_COPIED = 0.9
"""Share of the targets that may be the tokens of the input by chance."""


def check_dataset(dataset: Dataset, max_length: int, several_labels: bool = False) -> tuple[str, ...]:
    """Check all splits.

    Args:
        dataset: The splits.
        max_length: Most tokens of an input.
        several_labels: Whether an example may have several labels, or none.

    Returns:
        What is odd, in words: labels that train does not have, examples that stand in two splits.

    Raises:
        DataError: SL405 for an empty input, SL406 for one that is too long, SL407 where tokens and tags do not match, an example has
            not one label, or a number that is not finite,
            SL404 for a split without examples, SL491 to SL493 for an image that cannot be opened.
    """
    splits = {"train": dataset.train, "dev": dataset.dev, "test": dataset.test or ()}
    problems = [Problem("SL404", f"{split} has no examples") for split in ("train", "dev") if not splits[split]]
    for examples in splits.values():
        problems += _broken(examples, max_length, several_labels)
    _raise(problems)
    if isinstance(dataset.train, Corpus):
        return tuple(_unseen_tokens(splits))
    return (*_copied(splits), *_unseen_labels(splits), *_shared_examples(splits), *_repeated_ids(splits))


def check_examples(examples: Sequence[Example], max_length: int, several_labels: bool = False) -> None:
    """Check examples by themselves: what a saved model is to predict or to be scored on.

    Args:
        examples: Of one split, or a part of it.
        max_length: Most tokens of an input.
        several_labels: Whether an example may have several labels, or none.

    Raises:
        DataError: SL405 for an empty input, SL406 for one that is too long, SL407 where tokens and tags do not match, an example has
            not one label, or a number that is not finite, SL491 to SL493 for an image that cannot
            be opened.
    """
    _raise(list(_broken(examples, max_length, several_labels)))


def _raise(problems: Sequence[Problem]) -> None:
    """Raise the first problems, and say how many there are besides."""
    if problems:
        rest = len(problems) - MOST_PROBLEMS
        shown = list(problems[:MOST_PROBLEMS])
        if rest > 0:
            shown.append(Problem("SL408", f"{rest} more problems of this kind in the data"))
        raise DataError(*shown)


def _broken(examples: Sequence[Example], max_length: int, several_labels: bool) -> Iterator[Problem]:
    if isinstance(examples, Corpus):
        lengths = examples.starts[1:] - examples.starts[:-1] - examples.ends
        odd = ((lengths == 0) & (not examples.ends)) | (lengths > max_length)
        examples = [examples[place] for place in odd.nonzero()[0].tolist()]
    for example in examples:
        if isinstance(example.target, Labels) and len(example.target) != 1 and not several_labels:
            labels = f"{len(example.target)} labels" if example.target else "no label"
            yield Problem("SL407", f"example '{example.id}' has {labels}", place=_place(example),
                          notes=("give it one, or remove it; or take a head for several: multi_label_classifier",))  # fmt: skip
        if isinstance(example.target, Number) and not math.isfinite(example.target.value):
            yield Problem("SL407", f"example '{example.id}' is to be {example.target.value}, which is no finite number",
                          place=_place(example), notes=("mend it, or remove the example",))  # fmt: skip
        for name, value in example.inputs.items():
            if not isinstance(value, Tokens | Features):
                continue
            which = "" if name == "main" else f"input '{name}' of "
            if len(value) == 0:
                yield Problem("SL405", f"{which}example '{example.id}' is empty", place=_place(example),
                              notes=("remove it, or give it at least one token",))  # fmt: skip
            elif len(value) > max_length:
                yield Problem(
                    "SL406", f"{which}example '{example.id}' has {len(value):,} tokens, more than data.max_length "
                    f"({max_length:,})", place=_place(example),
                    notes=(f"split it, or set data.max_length={len(value)}",),
                )  # fmt: skip
            elif name == "main" and isinstance(example.target, Tags) and len(example.target) != len(value):
                yield Problem(
                    "SL407", f"example '{example.id}' has {len(value)} tokens, but {len(example.target)} tags",
                    place=_place(example), notes=("the reader must give one tag for each token",),
                )  # fmt: skip
    yield from _broken_images(examples)


def _broken_images(examples: Sequence[Example]) -> Iterator[Problem]:
    """Images that cannot be opened, told at the first example that has each."""
    if isinstance(examples, Corpus) or not any(isinstance(v, Image) for e in examples[:1] for v in e.inputs.values()):
        return
    from seqlab.data.images import image_problems  # not needed where nothing is to be seen

    for example, problem in islice(image_problems(examples), MOST_PROBLEMS + 1):
        yield replace(problem, message=f"{problem.message}: {problem.place}", place=_place(example))


def _place(example: Example) -> Place:
    file, _, line = example.place.rpartition(":")
    return Place(file, int(line)) if file and line.isdigit() else Place(example.place)


def _unseen_labels(splits: dict[str, Sequence[Example]]) -> Iterator[str]:
    known = set(_labels(splits["train"]))
    for split in ("dev", "test"):
        unseen: dict[str, int] = {}
        for label in _labels(splits[split]):
            if label not in known:
                unseen[label] = unseen.get(label, 0) + 1
        if unseen:
            names = listing([f"'{name}' ({count})" for name, count in sorted(unseen.items())], most=5)
            yield f"{split} has labels that train does not have, and counts them as wrong: {names}"


def _copied(splits: dict[str, Sequence[Example]]) -> Iterator[str]:
    """Whether the targets are the inputs themselves: somebody forgot to shift them, and every score will be perfect."""
    tokens = same = 0
    for example in splits["train"]:
        words, tags = example.inputs.get("main"), example.target
        if isinstance(words, Tokens) and isinstance(tags, Tags):
            tokens += len(tags)
            same += sum(map(operator.eq, words.items, tags.items))
    if tokens and same > MOST_COPIED * tokens:
        yield (
            f"{same / tokens:.0%} of the targets of train are the very tokens of the input, not shifted: the model is shown "
            "what it is to predict"
        )


def _unseen_tokens(splits: dict[str, Sequence[Example]]) -> Iterator[str]:
    known = _types(splits["train"])
    for split in ("dev", "test"):
        if (examples := splits[split]) and (
            unseen := {t: n for t, n in _types(examples).items() if t not in known and t != END}
        ):
            names = listing([repr(name) for name in sorted(unseen, key=lambda name: -unseen[name])], most=5)
            share = sum(unseen.values()) / max(1, sum(_types(examples).values()))
            yield f"{share:.2%} of the tokens of {split} do not stand in train: {names}"


def _types(examples: Sequence[Example]) -> dict[str, int]:
    assert isinstance(examples, Corpus)
    return {token: count for token, count in zip(examples.types, examples.counts().tolist(), strict=True) if count}


def _labels(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        if isinstance(example.target, Tags | Labels):
            yield from example.target.items


def _shared_examples(splits: dict[str, Sequence[Example]]) -> Iterator[str]:
    seen: dict[Hashable, str] = {}
    for split, examples in splits.items():
        shared: list[tuple[Example, str]] = []
        for example in examples:
            key = _content(example)
            if key is not None and seen.setdefault(key, split) != split:
                shared.append((example, seen[key]))
        if shared:
            first, other = shared[0]
            plural = "s stand" if len(shared) > 1 else " stands"
            yield f"{len(shared)} example{plural} in {split} and in an earlier split too; the first: {first.place} ({other})"


def _repeated_ids(splits: dict[str, Sequence[Example]]) -> Iterator[str]:
    for split, examples in splits.items():
        first: dict[str, Example] = {}
        repeated = [example for example in examples if first.setdefault(example.id, example) is not example]
        if repeated:
            again = repeated[0]
            who = f"{len(repeated)} ids of {split} stand" if len(repeated) > 1 else f"1 id of {split} stands"
            yield f"{who} there twice; the first: '{again.id}' ({first[again.id].place} and {again.place})"


def _content(example: Example) -> Hashable:
    """What makes two examples the same: all inputs and the target; None where an input cannot be compared cheaply."""
    values = tuple(example.inputs.values())
    if any(isinstance(value, Features) for value in values):
        return None
    inputs = tuple(value.items if isinstance(value, Tokens) else value for value in values)
    return (inputs, example.target)
