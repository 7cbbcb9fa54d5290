"""Baseline `suffix_tag`: each word's most frequent tag; an unknown word's from its ending and its capital."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from seqlab import Baseline, Context, Example, Prediction, TagsPrediction
from seqlab_tagger.sentences import tagged_sentences, words_of
from seqlab_tagger.settings import SuffixTagSettings

_FILE = "suffix_tag.json"


class SuffixTag(Baseline):
    """Each word of train gets its most frequent tag, any other word that of the longest ending that rare words have.

    Endings are learnt from rare words, since unknown words are like them and not like `the` (Brants 2000, section
    2.3). Each distinct rare word counts once for each of its tags. Words with a capital first letter and words without
    have endings of their own; the empty ending stands for all rare words of the kind. Case is otherwise ignored in
    endings, but not in words. Of tags that stand equally often the first in train is taken.
    """

    config: SuffixTagSettings

    def __init__(self, config: SuffixTagSettings) -> None:
        super().__init__(config)
        self._words: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        self._fallback: str | None = None

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count the tags of words, and of the endings of rare words.

        Raises:
            ValueError: If an example of train has no tags, or there is no tag at all.
        """
        words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        totals: Counter[str] = Counter()
        for sentence, tags in tagged_sentences(train, "suffix_tag"):
            totals.update(tags)
            for word, tag in zip(sentence, tags, strict=True):
                words[word][tag] += 1
        endings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word, counts in words.items():
            if counts.total() <= self.config.rare_count:
                for key in self._keys(word):
                    endings[key].update(counts.keys())
        self._words, self._endings = _most_frequent(words), _most_frequent(endings)
        self._fallback = max(totals, key=totals.__getitem__)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """A tag for every token."""
        if self._fallback is None:
            raise RuntimeError("suffix_tag is neither fitted nor loaded")
        found: dict[str, str] = {}
        for example in examples:
            words = words_of(example)
            for word in words:
                if word not in found:
                    found[word] = self._words.get(word) or self._guess(word, self._fallback)
            yield TagsPrediction(tuple([found[word] for word in words]))

    def save(self, folder: Path) -> None:
        """Write the tags of words and endings as JSON."""
        if self._fallback is None:
            raise RuntimeError("suffix_tag is neither fitted nor loaded")
        record = {"most_frequent": self._fallback, "words": self._words, "endings": self._endings}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._words, self._endings, self._fallback = record["words"], record["endings"], record["most_frequent"]

    def _guess(self, word: str, fallback: str) -> str:
        return next((self._endings[key] for key in self._keys(word) if key in self._endings), fallback)

    def _keys(self, word: str) -> list[str]:
        """Its endings, longest first, each behind `A` (a capital first letter) or `a`."""
        kind = "A" if word[:1].isupper() else "a"
        lowered = word.lower()
        longest = min(self.config.suffix_length, len(lowered))
        return [kind + lowered[len(lowered) - length :] for length in range(longest, -1, -1)]


def _most_frequent(counts: Mapping[str, Counter[str]]) -> dict[str, str]:
    # A counter keeps the order in which its keys came, and `max` takes the first of equals.
    return {item: max(tags, key=tags.__getitem__) for item, tags in counts.items()}
