"""Baseline `linear_tagger`: linear support vector machines over words, affixes, shapes and neighbours.

The only module of the plugin that knows scikit-learn; it is imported when the baseline is fitted.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from seqlab import Baseline, Context, Example, Prediction, Scheme, TagsPrediction, scheme_of
from seqlab_tagger.feature_matrix import PAIRS, FeatureMatrix
from seqlab_tagger.sentences import tagged_sentences, words_of
from seqlab_tagger.settings import LinearTaggerSettings
from seqlab_tagger.steps import step_scores
from seqlab_tagger.viterbi import viterbi

_WEIGHTS = "linear_tagger.safetensors"
_NAMES = "linear_tagger.json"
_CHUNK = 500  # sentences at a time

Floats32: TypeAlias = NDArray[np.float32]


class LinearTagger(Baseline):
    """Each token gets the tag whose linear support vector machine scores it highest, by itself and its neighbours.

    One machine for each tag against all others, with the squared hinge loss, by dual coordinate descent (scikit-learn's
    `LinearSVC`). `FeatureMatrix` says what it sees. No decision looks at another one, but where the tags are of a scheme of
    spans: then the sequence with the highest sum of scores is taken that keeps to the scheme.

    References:
        Jesús Giménez and Lluís Màrquez, "SVMTool: a general POS tagger generator based on support vector machines",
        LREC 2004.
        Cho-Jui Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008.
    """

    config: LinearTaggerSettings

    def __init__(self, config: LinearTaggerSettings) -> None:
        super().__init__(config)
        self._tags: tuple[str, ...] = ()
        self.features: FeatureMatrix | None = None
        self.weights: Floats32 = np.zeros((0, 0), np.float32)  # (features, K)
        self.intercepts: Floats32 = np.zeros(0, np.float32)  # (K,)

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Fit one machine for each tag.

        Raises:
            ValueError: If an example of train has no tags, or there is no tag at all.
        """
        tagged = list(tagged_sentences(train, "linear_tagger"))
        sentences = [words for words, _ in tagged]
        self._tags = tuple(sorted({tag for _, tags in tagged for tag in tags}))
        ids = {tag: number for number, tag in enumerate(self._tags)}
        self.features = FeatureMatrix.of(sentences)
        gold = np.array([ids[tag] for _, tags in tagged for tag in tags])
        seed = context.seed_for("baseline/linear_tagger") % 2**31
        weights, intercepts = _machines(self.features.rows(sentences), gold, self.config, seed)
        self.weights, self.intercepts = weights.astype(np.float32), intercepts.astype(np.float32)

    def scores(self, sentences: Sequence[Sequence[str]]) -> Floats32:
        """The score of every tag for every token: `(tokens, K)`, above 0 where a machine says yes."""
        if self.features is None:
            raise RuntimeError("linear_tagger is neither fitted nor loaded")
        return np.asarray(self.features.rows(sentences) @ self.weights + self.intercepts, np.float32)

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The tag with the highest score at every token, or the sequence of them; of equal ones the first name."""
        scheme = scheme_of(self._tags)
        for begin in range(0, len(examples), _CHUNK):
            sentences = [words_of(example) for example in examples[begin : begin + _CHUNK]]
            scores = self.scores(sentences)
            best = iter(scores.argmax(axis=1).tolist() if scheme is None else self._kept(scores, sentences, scheme))
            for words in sentences:
                yield TagsPrediction(tuple([self._tags[next(best)] for _ in words]))

    def _kept(self, scores: Floats32, sentences: Sequence[Sequence[str]], scheme: Scheme) -> list[int]:
        """The best tags that keep to a scheme, all sentences one after the other.

        Args:
            scores: `(tokens, K)`.
            sentences: Their tokens.
            scheme: Of the tags.
        """
        lengths = np.array([len(words) for words in sentences])
        real = np.arange(max(1, lengths.max())) < lengths[:, None]  # (B, T)
        emissions = np.zeros((*real.shape, len(self._tags)))  # (B, T, K)
        emissions[real] = scores
        paths, _ = viterbi(emissions, *step_scores(self._tags, scheme), np.maximum(lengths, 1))
        kept: list[int] = paths[:, 0][real].tolist()
        return kept

    def save(self, folder: Path) -> None:
        """Write the weights as safetensors, the names of tags and features as JSON."""
        if self.features is None:
            raise RuntimeError("linear_tagger is neither fitted nor loaded")
        pairs = {f"pairs{number}": keys for number, keys in enumerate(self.features.pairs)}
        save_file({"weights": self.weights, "intercepts": self.intercepts, **pairs}, folder / _WEIGHTS)
        names = {
            "tags": self._tags,
            "own": list(self.features.own),
            "beside": list(self.features.beside),
            "lower": list(self.features.lower),
        }
        (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        arrays = load_file(folder / _WEIGHTS)
        own, beside, lower = (
            {feature: number for number, feature in enumerate(names[block])} for block in ("own", "beside", "lower")
        )
        self._tags = tuple(names["tags"])
        self.features = FeatureMatrix(own, beside, lower, [arrays[f"pairs{number}"] for number in range(len(PAIRS))])
        self.weights, self.intercepts = arrays["weights"], arrays["intercepts"]


def _machines(rows: Any, gold: NDArray[Any], config: LinearTaggerSettings, seed: int) -> tuple[Any, Any]:
    """Weights `(features, K)` and intercepts `(K,)`."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    classes = int(gold.max()) + 1
    if classes == 1:
        return np.zeros((rows.shape[1], 1)), np.zeros(1)
    # `dual` is said outright: left to scikit-learn, a corpus with fewer features than tokens takes 5 times as long.
    machine = LinearSVC(C=config.cost, max_iter=config.iterations, dual=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # to stop early is what `iterations` is for
        machine.fit(rows, gold)
    weights, intercepts = machine.coef_.T, machine.intercept_
    if classes == 2:  # one machine that says yes to the second tag
        return np.hstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return weights, intercepts
