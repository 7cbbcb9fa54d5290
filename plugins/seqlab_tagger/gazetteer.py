"""Baseline `gazetteer`: the spans of train, wherever their words stand again."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab import (
    OUTSIDE,
    SCHEMES,
    Baseline,
    Context,
    Example,
    Prediction,
    Scheme,
    Span,
    TagsPrediction,
    scheme_of,
    span_tags,
    spans,
)
from seqlab_tagger.sentences import tagged_sentences, words_of

_FILE = "gazetteer.json"


class Gazetteer(Baseline):
    """Words that are a span in train, whatever their case, are a span of the type that they most often have there.

    A sentence is read from its beginning; where several spans of train begin, the longest is taken, and reading goes on
    behind it. Of types that some words have equally often, the one is taken that stands first in train. What is in no
    span is `O`, or the most frequent tag of train if the tags are of no scheme of spans.

    References:
        Erik Tjong Kim Sang and Fien De Meulder, "Introduction to the CoNLL-2003 shared task", CoNLL 2003, section 2.4,
        whose baseline takes only those that have one type in train.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._types: dict[tuple[str, ...], str] | None = None
        self._outside = OUTSIDE
        self._scheme: Scheme | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Collect the spans of train.

        Raises:
            ValueError: If an example of train has no tags, or not as many as tokens.
        """
        counts: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        tags: Counter[str] = Counter()
        for words, of_words in tagged_sentences(train, "gazetteer"):
            tags.update(of_words)
            for span in spans(of_words):
                counts[_key(words[span.start : span.end])][span.type] += 1
        self._scheme = scheme_of(tags)
        self._outside = OUTSIDE if self._scheme else max(tags, key=tags.__getitem__)
        # A counter keeps the order in which its keys came, and `max` takes the first of equals.
        self._types = {words: max(types, key=types.__getitem__) for words, types in sorted(counts.items())}

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A tag for every token."""
        if self._types is None:
            raise RuntimeError("gazetteer is neither fitted nor loaded")
        longest = max(map(len, self._types), default=0)
        for example in examples:
            words = words_of(example)
            found = self._spans(_key(words), self._types, longest)
            if self._scheme is not None:
                yield TagsPrediction(tuple(span_tags(found, len(words), self._scheme)))
                continue
            tags = [self._outside] * len(words)
            for span in found:
                tags[span.start : span.end] = [span.type] * (span.end - span.start)
            yield TagsPrediction(tuple(tags))

    def save(self, folder: Path) -> None:
        """Write the spans as JSON."""
        if self._types is None:
            raise RuntimeError("gazetteer is neither fitted nor loaded")
        entries = [[type_, *words] for words, type_ in self._types.items()]
        record = {"scheme": self._scheme, "outside": self._outside, "spans": entries}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._scheme = next((scheme for scheme in SCHEMES if scheme == record["scheme"]), None)
        self._outside = record["outside"]
        self._types = {tuple(words): type_ for type_, *words in record["spans"]}

    @staticmethod
    def _spans(words: tuple[str, ...], types: dict[tuple[str, ...], str], longest: int) -> Iterator[Span]:
        place = 0
        while place < len(words):
            ends = range(min(place + longest, len(words)), place, -1)
            end = next((end for end in ends if words[place:end] in types), None)
            if end is not None:
                yield Span(place, end, types[words[place:end]])
            place = end or place + 1


def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([word.lower() for word in words])
