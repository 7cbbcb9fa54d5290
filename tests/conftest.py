"""The command line, run in this process; and small language models, trained once."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from seqlab.testing import invoke

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # a slow or busy one fails no test

WORDS = """
name: words
threads: 1
plugins: [{doubles}/toy_mixture.py]
data:
  reader: {{type: lines, unit: word}}
  train: train.txt
  dev: dev.txt
  test: test.txt
  vocabulary: {{min_count: 2}}
model:
  embedder: {{type: word, size: 16, word_dropout: 0}}
  encoder: {{type: lstm, hidden_size: 32}}
  head: language_model
training: {{epochs: 4, batch_tokens: 100, optimizer: {{type: adam, lr: 0.01}}}}
evaluation:
  resamples: 200
  baselines: {{only: [uniform, unigram]}}
  variants: [toy_mixture]
  samples: {{prompt: the cat, length: 12}}
"""
"""Sentences by themselves, with `<unk>` and `</s>`."""

STREAM = WORDS.replace("name: words", "name: stream").replace("batch_tokens: 100", "batch_size: 8, window_length: 9")
"""The same sentences as one running text."""

CHARACTERS = """
name: characters
threads: 1
data: {{reader: {{type: text, unit: character}}, train: train.txt, dev: dev.txt, test: test.txt}}
model:
  embedder: {{type: word, size: 16, word_dropout: 0}}
  encoder: {{type: gru, hidden_size: 24}}
  head: {{type: language_model, sentence_ends: false, unknown: false}}
training: {{epochs: 3, batch_size: 8, window_length: 20, optimizer: {{type: adam, lr: 0.01}}}}
evaluation: {{resamples: 200, baselines: {{only: [uniform, unigram]}}, samples: {{prompt: "the ", length: 30}}}}
"""
"""Running text without `</s>`, whose rare characters nothing stands for."""


@pytest.fixture
def seqlab(monkeypatch):
    """Runs `seqlab ARGUMENTS` as in a pipe."""
    monkeypatch.delenv("SEQLAB_PLUGINS", raising=False)
    return invoke


@pytest.fixture(scope="session")
def language_models(tmp_path_factory):
    """A folder with the runs `words`, `stream` and `characters`, their pipelines and their texts."""
    home = tmp_path_factory.mktemp("language_models")
    draws = random.Random(13)
    for split, size in (("train", 300), ("dev", 40), ("test", 40)):
        lines = [*(_sentence(draws) for _ in range(size)), *(f"the {name} is old" for name in _animals(split))]
        (home / f"{split}.txt").write_text("".join(f"{line}\n" for line in lines))
    for text in (WORDS, STREAM, CHARACTERS):
        pipeline = text.format(doubles=Path(__file__).parent / "doubles")
        name = pipeline.split()[1]
        (home / f"{name}.yaml").write_text(pipeline)
        answer = invoke("run", str(home / f"{name}.yaml"), "--run-dir", str(home / name))
        assert answer.code == 0, answer.errors
        (home / name / "terminal.txt").write_text(answer.output)
    return home


def _sentence(draws):
    the, noun, other = draws.choice(["the", "a"]), draws.choice(["cat", "dog", "bird"]), draws.choice(["cat", "fish"])
    return draws.choice([f"{the} {noun} is {draws.choice(['small', 'big', 'old'])}", f"{the} {noun} sees the {other}"])


def _animals(split):
    """Words that stand once: in train they are too rare for the vocabulary, elsewhere they are not in train."""
    return {"train": ("wombat", "gnu", "yak"), "dev": ("emu",), "test": ("ibex", "Zebu")}[split]
