"""Lines of raw text, or of tokens, as examples to predict: no reader knows them, since nothing is annotated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seqlab.interfaces.records import Example, Text, Tokens
from seqlab.interfaces.tokenizer import Token, Tokenizer


def text_examples(
    lines: Iterable[str], name: str, tokenizer: Tokenizer | None, *, by_sentence: bool
) -> Iterator[Example]:
    """Yield the texts of lines; a line without a token is passed over.

    Args:
        lines: One text each.
        name: What stands for the file in places.
        tokenizer: Cuts the texts into tokens; None where the model reads text as it is.
        by_sentence: Whether each sentence is an example, with an id `LINE.SENTENCE`; else each line is, with an id `LINE`.
    """
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        place = f"{name}:{number}"
        if tokenizer is None:
            yield Example(str(number), place, {"main": Text(line)})
        elif by_sentence:
            for count, tokens in enumerate(tokenizer.sentences(line), 1):
                yield Example(f"{number}.{count}", place, {"main": _part(line, tokens)})
        elif tokens := tokenizer(line):
            yield Example(str(number), place, {"main": _whole(line, tokens)})


def token_examples(lines: Iterable[str], name: str) -> Iterator[Example]:
    """Yield one example for each line, whose tokens stand between white space; an empty line is passed over.

    Args:
        lines: One sequence of tokens each.
        name: What stands for the file in places.
    """
    for number, line in enumerate(lines, 1):
        if items := line.split():
            yield Example(str(number), f"{name}:{number}", {"main": Tokens(tuple(items))})


def _whole(text: str, tokens: list[Token]) -> Tokens:
    return Tokens(tuple(token.text for token in tokens), text, tuple(token.start for token in tokens))


def _part(text: str, tokens: list[Token]) -> Tokens:
    """The tokens of one sentence, with its own text and offsets in it."""
    first = tokens[0].start
    sentence = text[first : tokens[-1].end]
    return Tokens(tuple(token.text for token in tokens), sentence, tuple(token.start - first for token in tokens))
