"""Questions and answers in examples."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab import Example, Labels, Text, Tokens


def question_in(example: Example) -> str:
    """The words of the question, or of the only input.

    Raises:
        TypeError: If it is no text.
    """
    return " ".join(_items(example, "question"))


def story_in(example: Example) -> str:
    """The text of the story, or of the only input.

    Raises:
        TypeError: If it is no text.
    """
    return " ".join(_items(example, "story"))


def answer_of(example: Example) -> str:
    """The answer; several labels are one.

    Raises:
        TypeError: If the example has none.
    """
    if not isinstance(example.target, Labels):
        raise TypeError(f"{example.place}: a {type(example.target).__name__} is no answer")
    return ",".join(example.target.items)


def most_frequent(counts: Mapping[str, int]) -> str:
    """The most frequent one; of equal ones the first name."""
    return min(counts, key=lambda name: (-counts[name], name))


def _items(example: Example, name: str) -> tuple[str, ...]:
    value = example.inputs[name] if name in example.inputs else next(iter(example.inputs.values()))
    if isinstance(value, Text):
        return tuple(value.text.split())
    if not isinstance(value, Tokens):
        raise TypeError(f"{example.place}: a {type(value).__name__} has no words")
    return value.items
