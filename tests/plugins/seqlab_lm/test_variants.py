"""All variants in one run: they stand beside the model, and the run's own model stays what it was."""

import json

import pytest

from seqlab.testing import invoke

PIPELINE = """
name: variants
threads: 1
data: {reader: {type: text, unit: character}, train: train.txt, dev: dev.txt}
model:
  embedder: {type: word, size: 8, word_dropout: 0}
  encoder: {type: lstm, hidden_size: 16}
  head: {type: language_model, sentence_ends: false, unknown: false, dropout: 0.2}
training: {epochs: 2, window_length: 20, batch_size: 4, optimizer: {type: adam, lr: 0.01}, average_last: 1}
evaluation:
  resamples: 100
  baselines: {only: [unigram, {type: kneser_ney, order: 2}]}
"""
VARIANTS = """
  variants:
    - {type: interpolate, baseline: kneser_ney_2}
    - {type: interpolate, baseline: [kneser_ney_2, unigram], weight: 0.25, name: three}
    - {type: neural_cache, size: 100}
    - {type: neural_cache, size: 100, baseline: kneser_ney_2, name: cache_and_bigrams}
    - {type: dynamic_evaluation, window: 5, decay: 1e-3}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folders of the same run without and with variants."""
    home = tmp_path_factory.mktemp("variants")
    (home / "train.txt").write_text("the cat sat on the mat; a dog ran.\n" * 20)
    (home / "dev.txt").write_text("a cat ran on the dog; the mat sat.\n" * 8)
    for name, text in (("plain", PIPELINE), ("varied", PIPELINE + VARIANTS)):
        (home / f"{name}.yaml").write_text(text)
        answer = invoke("run", str(home / f"{name}.yaml"), "--run-dir", str(home / name))
        assert answer.code == 0, answer.errors
    return home


def of(runs, name, file):
    return json.loads((runs / name / file).read_text())


def test_every_variant_is_scored_beside_the_model(runs):
    dev = of(runs, "varied", "metrics.json")["dev"]
    assert list(dev["variants"]) == ["interpolate", "three", "neural_cache", "cache_and_bigrams", "dynamic_evaluation"]
    loss = {key: scores["nats_per_token"] for key, scores in dev["variants"].items()}
    model, bigrams = dev["model"]["nats_per_token"], dev["baselines"]["kneser_ney_2"]["nats_per_token"]
    assert loss["interpolate"] <= min(model, bigrams) + 1e-6  # its weights are those that dev wants
    assert loss["cache_and_bigrams"] <= min(loss["neural_cache"], bigrams) + 1e-6
    assert loss["neural_cache"] <= model + 1e-6
    assert abs(loss["dynamic_evaluation"] - model) > 1e-4  # it has learnt something, be it of use or not


def test_what_they_chose_is_kept(runs):
    chosen = of(runs, "varied", "variants.json")
    assert sum(chosen["interpolate"].values()) == pytest.approx(1, abs=1e-12)
    assert chosen["three"]["model"] == 0.25
    assert set(chosen["neural_cache"]) == {"theta", "weight"}
    assert set(chosen["dynamic_evaluation"]) == {"learning_rate"}


def test_the_model_is_the_same_to_the_bit(runs):
    plain, varied = ((runs / name / "model" / "model.safetensors").read_bytes() for name in ("plain", "varied"))
    assert plain == varied
    plain, varied = (of(runs, name, "metrics.json")["dev"]["model"] for name in ("plain", "varied"))
    assert plain == varied
