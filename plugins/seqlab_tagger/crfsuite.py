"""Baseline `crfsuite`: a linear-chain conditional random field, by CRFsuite. Needs the extra `seqlab[crfsuite]`.

The only module that knows python-crfsuite.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqlab import Baseline, Context, Example, PluginError, Prediction, Problem, TagsPrediction
from seqlab_tagger.sentences import tagged_sentences, words_of
from seqlab_tagger.settings import CRFsuiteSettings
from seqlab_tagger.word_features import token_features

_FILE = "model.crfsuite"


class CRFsuite(Baseline):
    """The likeliest sequence of tags under a conditional random field over words, affixes, shapes and neighbours.

    Its features are those of `linear_tagger` without the pairs of words, and each pair of neighbouring tags. It is
    trained by L-BFGS with L1 and L2 penalties. What is saved is CRFsuite's own file: numbers and strings.

    Raises:
        PluginError: SL504 if python-crfsuite is not installed.

    References:
        Naoaki Okazaki, "CRFsuite: a fast implementation of conditional random fields", 2007.
    """

    config: CRFsuiteSettings

    def __init__(self, config: CRFsuiteSettings) -> None:
        super().__init__(config)
        self._library = _pycrfsuite()
        self._model = b""

    def fit(self, train: Sequence[Example], dev: Sequence[Example], context: Context) -> None:
        """Train the field.

        Raises:
            ValueError: If an example of train has no tags, or there is no tag at all.
        """
        trainer = self._library.Trainer(algorithm="lbfgs", verbose=False)
        for words, tags in tagged_sentences(train, "crfsuite"):
            trainer.append(self._items(words), tags)
        trainer.set_params({"c1": self.config.l1, "c2": self.config.l2, "max_iterations": self.config.iterations})
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / _FILE
            trainer.train(str(file))
            self._model = file.read_bytes()

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """The likeliest sequence of tags of each sentence."""
        if not self._model:
            raise RuntimeError("crfsuite is neither fitted nor loaded")
        tagger = self._library.Tagger()
        tagger.open_inmemory(self._model)
        for example in examples:
            words = words_of(example)
            yield TagsPrediction(tuple(tagger.tag(self._items(words))) if words else ())

    def save(self, folder: Path) -> None:
        """Write CRFsuite's file."""
        if not self._model:
            raise RuntimeError("crfsuite is neither fitted nor loaded")
        (folder / _FILE).write_bytes(self._model)

    def load(self, folder: Path) -> None:
        """Read what `save` wrote."""
        self._model = (folder / _FILE).read_bytes()

    def _items(self, words: Sequence[str]) -> Any:
        return self._library.ItemSequence(token_features(words))


def _pycrfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError as error:
        raise PluginError(
            Problem(
                "SL504",
                "baseline 'crfsuite' needs the package python-crfsuite, which is not installed",
                hint='pip install "seqlab[crfsuite]"',
                notes=("or leave it out of evaluation.baselines: linear_tagger needs no other package",),
            )
        ) from error
    return pycrfsuite
