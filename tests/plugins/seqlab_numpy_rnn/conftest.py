"""Learners over small texts."""

from collections.abc import Callable

import pytest

from seqlab import Context, Corpus, Example, Tokens, Vocabularies, Vocabulary
from seqlab.config.pipeline import TrainingSection
from seqlab_numpy_rnn.learner import MinCharRNN
from seqlab_numpy_rnn.settings import MinCharRNNSettings, NextCharacter

TEXT = "the cat is small, the dog is old, the cat sees the dog and the dog sees the fish. "


def corpus_of(*texts: str) -> Corpus:
    """One example for each text; in a corpus they are one running text."""
    examples = [
        Example(str(number), f"text:{number}", {"main": Tokens(tuple(text))}) for number, text in enumerate(texts)
    ]
    return Corpus.of(examples, ends=False)


MakeLearner = Callable[..., MinCharRNN]


@pytest.fixture
def make_learner() -> MakeLearner:
    """A learner with fresh weights: `make_learner(TEXT, form="plain", training={"epochs": 2})`."""

    def make(text: str = TEXT, training: dict | None = None, seed: int = 13, **settings) -> MinCharRNN:
        vocabulary = Vocabulary.of_outputs({letter: text.count(letter) for letter in text})
        section = TrainingSection(**{"epochs": 3, "window_length": 25, "gradient_clip_value": 5.0, **(training or {})})
        vocabularies = Vocabularies({"main": Vocabulary.of_read_again(vocabulary)}, vocabulary)
        context = Context(vocabularies, seed, 1, section, None, NextCharacter())
        return MinCharRNN(MinCharRNNSettings(**{"hidden_size": 12, **settings}), context)

    return make
