"""What a language model can tell of a text: the unit of its perplexity, its vocabulary, and what is outside it."""

from __future__ import annotations

from collections.abc import Sequence

from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.evaluation import Coverage
from seqlab.interfaces.records import Example
from seqlab.interfaces.vocabulary import END, UNKNOWN, Vocabulary


def coverage_of(vocabulary: Vocabulary, examples: Sequence[Example]) -> Coverage:
    """Count what is outside the vocabulary.

    Args:
        vocabulary: What can be predicted.
        examples: Of a split.
    """
    corpus = Corpus.of(examples, END in vocabulary)
    outside = [n for token, n in zip(corpus.types, corpus.counts().tolist(), strict=True) if token not in vocabulary]
    return coverage(vocabulary, corpus.size, sum(outside))


def coverage(vocabulary: Vocabulary, tokens: int, outside: int) -> Coverage:
    """The same where all is counted already.

    Args:
        vocabulary: What can be predicted; its unit is the character if no token of it is longer.
        tokens: That are predicted.
        outside: Those of them that are not in the vocabulary.
    """
    symbols, items = vocabulary.items[: vocabulary.specials], vocabulary.items[vocabulary.specials :]
    unit = "token" if any(len(item) > 1 for item in items) else "character"
    return Coverage(unit, len(vocabulary), symbols, tokens, outside)


def coverage_sentence(found: Coverage) -> str:
    """What must stand beside a perplexity.

    `Perplexity is per token: V = 10,000 with <unk> and </s>; 0 of 82,430 tokens are outside the vocabulary.`
    """
    symbols = f" with {' and '.join(found.symbols)}" if found.symbols else ""
    verb = "is" if found.outside == 1 else "are"
    policy = "" if not found.outside else ", scored as <unk>" if UNKNOWN in found.symbols else ", and not scored"
    return (
        f"Perplexity is per {found.unit}: V = {found.size:,}{symbols}; {found.outside:,} of {found.tokens:,} "
        f"{found.unit}s {verb} outside the vocabulary{policy}."
    )
