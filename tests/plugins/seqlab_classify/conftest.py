"""Small labelled texts for the baselines and metrics of classification."""

import random

import pytest

from seqlab import Context, Example, Labels, Tokens, Vocabularies


def make_text(words, *labels):
    return Example("t", "train:1", {"main": Tokens(tuple(words.split()))}, Labels(labels) if labels else None)


@pytest.fixture
def text():
    return make_text


@pytest.fixture
def context():
    return Context(Vocabularies({}), seed=13, threads=1, training=None, build=None, head=None)


def reviews(labels, count=120):
    """Texts whose words hang on their label, with some of other labels among them."""
    draws = random.Random(7)
    words = {label: [f"{label}{number}" for number in range(6)] for label in labels}
    found = []
    for number in range(count):
        label = labels[number % len(labels)]
        chosen = [draws.choice(words[label if draws.random() < 0.6 else draws.choice(labels)]) for _ in range(5)]
        found.append(make_text(" ".join([*chosen, draws.choice(["The", "the", "a"]), "."]), label))
    return found


@pytest.fixture
def two():
    return reviews(["bad", "good"])


@pytest.fixture
def three():
    return reviews(["ask", "beg", "tell"])
