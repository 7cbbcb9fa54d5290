"""Baseline `most_frequent_tag`: each word's most frequent tag in train."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab import Baseline, Context, Example, Prediction, TagsPrediction
from seqlab_tagger.sentences import tagged_sentences, words_of

_FILE = "most_frequent_tag.json"


class MostFrequentTag(Baseline):
    """Each word, as it is spelt, gets its most frequent tag in train; an unknown word the most frequent tag of all.

    Of tags that a word has equally often (365 of 19,674 words of UD English-EWT), the one is taken that stands first
    in train.

    References:
        Jurafsky and Martin, "Speech and Language Processing", 3rd edition, section 17.2: the most-frequent-class
        baseline of part-of-speech tagging.
    """

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._tags: dict[str, str] = {}
        self._fallback: str | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the tags of each word of train.

        Raises:
            ValueError: If an example of train has no tags, or not as many as tokens.
        """
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        totals: Counter[str] = Counter()
        for words, tags in tagged_sentences(train, "most_frequent_tag"):
            totals.update(tags)
            for word, tag in zip(words, tags, strict=True):
                counts[word][tag] += 1
        # A counter keeps the order in which its keys came, and `max` takes the first of equals.
        self._tags = {word: max(tags, key=tags.__getitem__) for word, tags in sorted(counts.items())}
        self._fallback = max(totals, key=totals.__getitem__)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A tag for every token."""
        if self._fallback is None:
            raise RuntimeError("most_frequent_tag is neither fitted nor loaded")
        find, fallback = self._tags.get, self._fallback
        for example in examples:
            yield TagsPrediction(tuple(find(word, fallback) for word in words_of(example)))

    def save(self, folder: Path) -> None:
        """Write the tags of all words as JSON."""
        if self._fallback is None:
            raise RuntimeError("most_frequent_tag is neither fitted nor loaded")
        record = {"most_frequent": self._fallback, "tags": self._tags}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._tags, self._fallback = record["tags"], record["most_frequent"]
