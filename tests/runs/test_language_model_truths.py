"""What a recurrent language model must be able to do: spell a word that no bigram can, and know the order of words."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from seqlab.plugins import load_plugins
from seqlab.runs.language_models import Which, saved_generator
from seqlab.runs.score import score_lines
from seqlab.testing import invoke

SENTENCES = """\
name: sentences
data: {reader: {type: lines, unit: word}, train: train.txt, dev: dev.txt}
model:
  embedder: {type: word, size: 16, word_dropout: 0}
  encoder: {type: lstm, hidden_size: 32}
  head: {type: language_model}
training: {epochs: 15, batch_tokens: 200, optimizer: {type: adam, lr: 1e-2}, schedule: linear_decay}
evaluation: {resamples: 100, samples: {length: 0}}
"""
ARTICLES, NOUNS = ("the", "a"), ("cat", "dog", "house", "bird", "child", "tree", "river", "king")
ADJECTIVES, PLACES = ("small", "old", "green", "tired", "quiet"), ("here", "there", "outside", "again")


@pytest.fixture(scope="module")
def in_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("truths")
        patch.chdir(folder)
        yield folder


def every_sentence():
    plain = [f"{article} {noun} is {word}" for article in ARTICLES for noun in NOUNS for word in ADJECTIVES]
    longer = [f"{sentence} {place}" for sentence in plain for place in PLACES]
    seen = [f"{one} {noun} sees {other} {word} {object_}"
            for one in ARTICLES for noun in NOUNS for other in ARTICLES for word in ADJECTIVES for object_ in NOUNS]  # fmt: skip
    return plain + longer + seen


def test_hello_is_learnt(seqlab, in_folder):
    assert seqlab("run", "hello", "--run-dir", "hello", "threads=1").code == 0
    assert json.loads(Path("hello/metrics.json").read_text())["dev"]["model"]["nats_per_token"] < 0.5 * math.log(2)
    written = seqlab("generate", "hello", "--prompt", "h", "--temperature", "0", "--length", "4")
    assert written.output.strip().endswith("hello")


@pytest.fixture(scope="module")
def sentences(in_folder):
    """A model of sentences, and 200 of them that it never read."""
    random = np.random.default_rng(13)
    chosen = random.permutation([each for each in every_sentence() if each != "the cat is small"])
    train, held_out = ["the cat is small", *chosen[:600].tolist()], chosen[600:800].tolist()
    Path("train.txt").write_text("\n".join(train) + "\n")
    Path("dev.txt").write_text("\n".join(chosen[800:].tolist()) + "\n")
    Path("sentences.yaml").write_text(SENTENCES)
    assert invoke("run", "sentences.yaml", "--run-dir", "sentences", "threads=1").code == 0
    with saved_generator("sentences", Which(), load_plugins()) as saved:
        yield saved, held_out


def log_probs(saved, lines):
    return np.array([line.log_prob for line in score_lines(saved, lines)])


def test_what_is_said_is_far_likelier_than_what_is_not(sentences):
    saved, _ = sentences
    said, not_said = log_probs(saved, ["the cat is small", "small the cat is"])
    assert said - not_said > 5


def test_sentences_are_likelier_than_their_words_in_another_order(sentences):
    saved, held_out = sentences
    random = np.random.default_rng(7)
    shuffled = []
    for sentence in held_out:
        words = sentence.split()
        while " ".join(words) == sentence:
            words = random.permutation(sentence.split()).tolist()
        shuffled.append(" ".join(words))
    assert len(held_out) == 200
    assert (log_probs(saved, held_out) > log_probs(saved, shuffled)).mean() >= 0.95
