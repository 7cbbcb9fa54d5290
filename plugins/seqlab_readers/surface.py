"""The text that a sentence's words were cut from, and where each begins in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seqlab_readers.sentence import Sentence


def surface_text(sentence: Sentence) -> tuple[str, tuple[int, ...]]:
    """The text of a sentence and the character offset of each word in it.

    The comment `# text` is taken where the surface tokens stand in it, in their order, with nothing but white space
    around them; else the tokens are joined, with a space after each that has no `SpaceAfter=No`. The words of a
    multiword token begin where they stand in its form; where its form is not their concatenation (French `du`: `de`,
    `le`), they all begin where it begins.
    """
    tokens = sentence.forms if not sentence.ranges else [form for form, _ in _surface(sentence)]
    text = sentence.text
    starts = None if text is None else _starts_in(text, tokens)
    if text is None or starts is None:
        text, starts = _joined(sentence)
    if sentence.ranges:
        starts = _starts_of_words(sentence, starts)
    return text, tuple(starts)


def _starts_in(text: str, tokens: Sequence[str]) -> list[int] | None:
    """Where each token begins in the text; None if the text is another one."""
    starts: list[int] = []
    position = 0
    for token in tokens:
        if not text.startswith(token, position):
            if not text[position : position + 1].isspace():
                return None
            position += 1
            while not text.startswith(token, position):
                if not text[position : position + 1].isspace():
                    return None
                position += 1
        starts.append(position)
        position += len(token)
    return starts if position == len(text) or text[position:].isspace() else None


def _joined(sentence: Sentence) -> tuple[str, list[int]]:
    """The tokens with spaces between them, and where each begins."""
    starts: list[int] = []
    pieces: list[str] = []
    position = 0
    for form, misc in _surface(sentence):
        starts.append(position)
        pieces.append(form if "SpaceAfter=No" in misc.split("|") else form + " ")
        position += len(pieces[-1])
    return "".join(pieces).removesuffix(" "), starts


def _surface(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Form and MISC of each surface token: multiword tokens, and the words outside them."""
    word = 0
    for first, end, form, misc in sentence.ranges:
        yield from zip(sentence.forms[word:first], sentence.miscs[word:first], strict=True)
        yield form, misc
        word = end
    yield from zip(sentence.forms[word:], sentence.miscs[word:], strict=True)


def _starts_of_words(sentence: Sentence, starts: list[int]) -> list[int]:
    """Offsets of surface tokens -> offsets of words."""
    found: list[int] = []
    tokens = iter(starts)
    for first, end, form, _ in sentence.ranges:
        found += [next(tokens) for _ in range(first - len(found))]
        start = next(tokens)
        words = sentence.forms[first:end]
        literal = "".join(words) == form
        for word in words:
            found.append(start)
            start += len(word) if literal else 0
    return found + list(tokens)
