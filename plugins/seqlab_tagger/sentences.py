"""What every baseline of tagging reads: the words of an example, and the words and tags of train."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seqlab import Example, Tags, Tokens


def words_of(example: Example) -> tuple[str, ...]:
    """The words that are tagged.

    Raises:
        TypeError: If the input of the example is not cut into tokens.
    """
    words = example.inputs["main"]
    if not isinstance(words, Tokens):
        raise TypeError(f"{example.place}: tags belong to tokens, but the input is {type(words).__name__}")
    return words.items


def tagged_sentences(train: Iterable[Example], baseline: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Words and tags of each example; a sentence without words is passed over.

    Args:
        train: Examples with tags.
        baseline: Who asks; it stands in the messages.

    Raises:
        ValueError: If an example has no tags, or not as many as words, or if there is no tag at all.
    """
    found = False
    for example in train:
        if not isinstance(example.target, Tags):
            raise ValueError(f"{example.place}: {baseline} needs tags to learn from")
        words, tags = words_of(example), example.target.items
        if len(words) != len(tags):
            raise ValueError(f"{example.place}: {len(words)} words, but {len(tags)} tags")
        if words:
            found = True
            yield words, tags
    if not found:
        raise ValueError(f"{baseline} found no tag in train")
