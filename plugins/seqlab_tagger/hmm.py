"""Baseline `hmm`: a bigram hidden Markov model with a suffix model for unknown words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from seqlab import Baseline, Context, Example, Prediction, TagsPrediction
from seqlab_tagger.sentences import tagged_sentences, words_of
from seqlab_tagger.settings import HMMSettings
from seqlab_tagger.suffix_model import SuffixModel
from seqlab_tagger.viterbi import Floats, viterbi

_FILE = "hmm.json"
_CHUNK = 64  # sentences at a time


class HMM(Baseline):
    """The tags that maximise `prod_t P(tag_t | tag_{t-1}) P(word_t | tag_t)`, from the sentence's start to its end.

    - Transitions: `a P(tag) + (1 - a) P(tag | previous)`, with the end of the sentence as one more tag, and `a` by
      deleted interpolation (`interpolation_weight`).
    - A word of train: `P(word | tag)` as counted; a tag that it never had is out of the question.
    - Any other word: `P(word | tag)` is proportional to `P(tag | ending) / P(tag)` by Bayes' rule (`SuffixModel`).
      `P(ending)`, which is the same for every tag, is left out.

    What is kept are the counts; all probabilities follow from them.

    References:
        Thorsten Brants, "TnT: a statistical part-of-speech tagger", ANLP 2000 (there with trigrams).
    """

    config: HMMSettings

    def __init__(self, config: HMMSettings) -> None:
        super().__init__(config)
        self._tags: list[str] = []
        self._moves: list[list[int]] = []
        self._words: dict[str, dict[str, int]] = {}

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Count tags after tags, and words under tags.

        Raises:
            ValueError: If an example of train has no tags, or there is no tag at all.
        """
        sentences = list(tagged_sentences(train, "hmm"))
        self._tags = sorted({tag for _, tags in sentences for tag in tags})
        ids = {tag: number for number, tag in enumerate(self._tags)}
        edge = len(ids)
        moves = np.zeros(
            (edge + 1, edge + 1), np.int64
        )  # (K + 1, K + 1): the last row is the start, the last column the end
        self._words = {}
        chain = [edge]
        for words, tags in sentences:
            for word, tag in zip(words, tags, strict=True):
                counts = self._words.setdefault(word, {})
                counts[tag] = counts.get(tag, 0) + 1
            chain += [ids[tag] for tag in tags]
            chain.append(edge)
        np.add.at(moves, (chain[:-1], chain[1:]), 1)
        self._moves = moves.tolist()
        self._derive()

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The likeliest sequence of tags of each sentence."""
        if not self._tags:
            raise RuntimeError("hmm is neither fitted nor loaded")
        size = len(self._tags)
        with np.errstate(divide="ignore"):
            moves = np.log(self.transitions)
        between, start, end = moves[:size, :size], moves[size, :size], moves[:size, size]
        known: dict[str, Floats] = {}
        for begin in range(0, len(examples), _CHUNK):
            sentences = [words_of(example) for example in examples[begin : begin + _CHUNK]]
            lengths = np.array([len(words) for words in sentences])
            emissions = np.zeros((len(sentences), max(1, lengths.max()), size))  # (B, T, K)
            for row, words in enumerate(sentences):
                for place, word in enumerate(words):
                    if word not in known:
                        known[word] = self._emissions(word)
                    emissions[row, place] = known[word]
            paths, _ = viterbi(emissions, between, start, end, np.maximum(lengths, 1))
            for path, words in zip(paths[:, 0].tolist(), sentences, strict=True):
                yield TagsPrediction(tuple([self._tags[state] for state in path[: len(words)]]))

    def save(self, folder: Path) -> None:
        """Write the counts as JSON."""
        if not self._tags:
            raise RuntimeError("hmm is neither fitted nor loaded")
        record = {"tags": self._tags, "transitions": self._moves, "words": self._words}
        (folder / _FILE).write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._tags, self._moves, self._words = record["tags"], record["transitions"], record["words"]
        self._derive()

    def _derive(self) -> None:
        """Probabilities from counts."""
        moves = np.array(self._moves, np.float64)
        arrivals, departures = moves.sum(axis=0), moves.sum(axis=1, keepdims=True)
        weight = interpolation_weight(moves)
        self.transitions = weight * arrivals / arrivals.sum() + (1 - weight) * moves / departures  # (K + 1, K + 1)
        self._tag_counts = arrivals[:-1]  # (K,)
        self._tag_ids = {tag: number for number, tag in enumerate(self._tags)}
        rare = {word: c for word, c in self._words.items() if sum(c.values()) <= self.config.rare_count}
        self.suffixes = SuffixModel(
            {word: self._vector(counts) for word, counts in (rare or self._words).items()},
            self.config.suffix_length,
            self.config.suffix_smoothing,
        )

    def _emissions(self, word: str) -> Floats:
        """Logarithm of P(word | tag), up to a term that no tag changes: `(K,)`."""
        known = word in self._words
        scores = self._vector(self._words[word]) if known else self.suffixes.probabilities(word)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(scores / self._tag_counts))

    def _vector(self, counts: dict[str, int]) -> Floats:
        vector = np.zeros(len(self._tags))
        for tag, count in counts.items():
            vector[self._tag_ids[tag]] = count
        return vector


def interpolation_weight(moves: Floats) -> float:
    """Weight of P(tag) beside P(tag | previous), by deleted interpolation (Brants 2000, section 2.2, figure 1).

    Each pair of train votes, as often as it stands there, for the estimate that is higher once the pair itself is taken
    out of the counts; a quotient without a denominator is 0, a tie goes to the pair. Each estimate begins with one
    vote (which is not in Brants), so that no transition is impossible.

    Args:
        moves: `(K + 1, K + 1)`: how often the column's tag follows the row's.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        paired = np.nan_to_num((moves - 1) / (moves.sum(axis=1, keepdims=True) - 1), nan=0, posinf=0, neginf=0)
        single = np.nan_to_num((moves.sum(axis=0) - 1) / (moves.sum() - 1), nan=0, posinf=0, neginf=0)
    return float((moves[paired < single].sum() + 1) / (moves.sum() + 2))
