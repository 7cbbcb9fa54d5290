"""The tokens of examples, for baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seqlab import Example, Tokens

Items = tuple[str, ...]


def source_of(example: Example) -> Items:
    """The tokens of the input.

    Raises:
        TypeError: If it has none.
    """
    source = example.inputs["main"]
    if not isinstance(source, Tokens):
        raise TypeError(f"{example.place}: an input of {type(source).__name__} has no tokens")
    return source.items


def targets_of(example: Example) -> Sequence[Items]:
    """All targets of an example.

    Raises:
        TypeError: If one is no tokens.
    """
    given = example.target if isinstance(example.target, tuple) else (example.target,)
    targets = [target.items for target in given if isinstance(target, Tokens)]
    if len(targets) != len(given):
        raise TypeError(f"{example.place}: the target is no tokens")
    return targets


def pairs_of(examples: Sequence[Example]) -> Iterator[tuple[Items, Items]]:
    """Source and target of each example; one pair for each of several targets.

    Raises:
        TypeError: If a source or a target is no tokens.
    """
    for example in examples:
        for target in targets_of(example):
            yield source_of(example), target
