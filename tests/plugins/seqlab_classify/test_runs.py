"""A classifier in whole runs: trained, compared with its floors, saved, and asked."""

import dataclasses
import json
import random

import pytest
import torch
from torch.nn import functional

from seqlab.data.batching import collate
from seqlab.data.indexing import index_examples
from seqlab.data.raw import token_examples
from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import load_model
from seqlab.testing import invoke

PIPELINE = """
name: toy
threads: 1
data:
  reader: {{type: tsv}}
  train: {folder}/train.tsv
  dev: {folder}/dev.tsv
  test: {folder}/test.tsv
  tokenizer: whitespace
model:
  embedder: {{type: word, size: 12, lowercase: true}}
  encoder: {{type: lstm, hidden_size: 8, bidirectional: true}}
  pooler: attention
  head: {{type: classifier, dropout: 0.1}}
training: {{epochs: 8, batch_tokens: 100, optimizer: {{type: adam, lr: 2e-2}}}}
evaluation: {{metrics: [accuracy, macro_f1, mcc, auc, ece], resamples: 200}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A run on texts of which the last word but one, or its negation, tells the label."""
    folder = tmp_path_factory.mktemp("classify")
    draws = random.Random(13)
    for split, size in (("train", 300), ("dev", 60), ("test", 60)):
        rows = []
        for _ in range(size):
            good, turned = draws.random() < 0.5, draws.random() < 0.3
            filler = " ".join(draws.choices(["the", "film", "plot", "actor", "ending"], k=draws.randint(0, 6)))
            text = f"{filler} {'not ' if turned else ''}{'good' if good else 'bad'} {draws.choice('.!')}"
            rows.append(f"{'pos' if good != turned else 'neg'}\t{text.strip()}\n")
        (folder / f"{split}.tsv").write_text("label\ttext\n" + "".join(rows), encoding="utf-8")
    (folder / "toy.yaml").write_text(PIPELINE.format(folder=folder), encoding="utf-8")
    answer = invoke("run", str(folder / "toy.yaml"), "--run-dir", str(folder / "ran"))
    assert answer.code == 0, answer.errors
    return folder


@pytest.fixture(scope="module")
def learner(home):
    return load_model(home / "ran" / "model", load_plugins())[1]


def test_it_learns_and_stands_beside_its_floors(home):
    scores = json.loads((home / "ran" / "metrics.json").read_text(encoding="utf-8"))["test"]
    floors = ["most_frequent_class", "tfidf_logistic_regression", "tfidf_linear_svm", "nb_svm"]
    assert list(scores["baselines"]) == floors
    assert scores["model"]["accuracy"] >= 0.95
    assert set(scores["model"]) == {"accuracy", "macro_f1", "mcc", "auc", "ece"}
    assert scores["baselines"]["most_frequent_class"]["mcc"] == 0
    assert scores["baselines"]["most_frequent_class"]["auc"] == 0.5


def test_its_temperature_was_fitted_and_is_saved(learner):
    assert learner.network.head.temperature.item() != 1


def test_evaluated_again_it_scores_the_same(home):
    said = json.loads((home / "ran" / "metrics.json").read_text(encoding="utf-8"))["test"]
    again = invoke("evaluate", str(home / "ran"), "--data", str(home / "test.tsv"), "--json")
    assert again.code == 0, again.errors
    assert json.loads(again.output)["test"]["model"] == said["model"]
    assert json.loads(again.output)["test"]["baselines"] == said["baselines"]


def test_fifty_more_columns_of_padding_change_no_prediction(learner):
    lines = ["good", "the film is not bad .", "not good", "the the ending the plot bad !", "unheard-of words"]
    examples = list(token_examples(lines, "in"))
    indexed = index_examples(examples, learner.context.head, None)
    features = {"main": learner.network.features("main", indexed.inputs["main"].items)}
    batch = collate(indexed, features, torch.arange(len(examples)).numpy(), "labels")
    main = dataclasses.replace(batch.inputs["main"], index=functional.pad(batch.inputs["main"].index, (0, 50)))
    wider = dataclasses.replace(batch, inputs={"main": main})
    learner.network.eval()
    with torch.inference_mode():
        plain, padded = (learner.network.head.predict(learner.network(each), each) for each in (batch, wider))
    for one, other in zip(plain, padded, strict=True):
        assert other.labels == one.labels
        assert other.probabilities == pytest.approx(one.probabilities, abs=1e-6)
        assert other.attention == pytest.approx(one.attention, abs=1e-6)


def test_a_single_token_and_five_thousand_are_answered(learner):
    long = "the " * 4998 + "not good"
    said = list(learner.predict(list(token_examples(["bad", long], "in"))))
    assert said[0].labels == ("neg",)
    assert (len(said[0].attention), len(said[1].attention)) == (1, 5000)
    for prediction in said:
        assert sum(prediction.attention) == pytest.approx(1, abs=1e-4)
        assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_text_gets_its_label_and_for_programs_probabilities_and_attention(home):
    (home / "in.txt").write_text("The film is not bad .\n\ngood !\n", encoding="utf-8")
    assert (
        invoke("predict", str(home / "ran"), str(home / "in.txt")).output == "pos\tThe film is not bad .\npos\tgood !\n"
    )
    answer = invoke("predict", str(home / "ran"), str(home / "in.txt"), "--output", "jsonl", "--probabilities")
    first = json.loads(answer.output.splitlines()[0])
    assert first["labels"] == ["pos"]
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert len(first["attention"]) == len(first["tokens"]) == 6
    assert sum(first["attention"]) == pytest.approx(1, abs=1e-4)
    bare = invoke("predict", str(home / "ran"), str(home / "in.txt"), "--output", "jsonl")
    assert "attention" not in json.loads(bare.output.splitlines()[0])


def test_a_table_is_recognised_and_its_texts_are_cut(home):
    (home / "in.tsv").write_text("id\ttext\n7\tnot bad .\n8\tnot good .\n", encoding="utf-8")
    assert invoke("predict", str(home / "ran"), str(home / "in.tsv")).output == "pos\tnot bad .\nneg\tnot good .\n"
    broken = invoke("predict", str(home / "ran"), str(home / "train.tsv"), "--input", "jsonl")
    assert broken.code == 3
    assert f"{home / 'train.tsv'}:1:1: error[SL484]: this is no JSON" in broken.errors


def test_a_reader_of_text_needs_a_tokenizer(home):
    answer = invoke("validate", str(home / "toy.yaml"), "~data.tokenizer")
    assert answer.code == 2
    assert "SL305" in answer.errors
    answer = invoke("validate", str(home / "toy.yaml"), "~model.pooler")
    assert "error[SL302]: head 'classifier' needs one vector for each example, but there is no pooler" in answer.errors


def test_an_ensemble_is_one_model_to_whoever_uses_it(home):
    ran = home / "ensemble"
    shown = invoke("run", str(home / "toy.yaml"), "model.ensemble=2", "training.epochs=2", "--run-dir", str(ran))
    assert shown.code == 0, shown.errors
    assert "  networks            2\n" in shown.output
    said = json.loads((ran / "metrics.json").read_text(encoding="utf-8"))["test"]
    again = invoke("evaluate", str(ran), "--data", str(home / "test.tsv"), "--json")
    assert json.loads(again.output)["test"]["model"] == said["model"]
    heads = [member.head for member in load_model(ran / "model", load_plugins())[1].network.members]
    assert [head.temperature.item() == 1 for head in heads] == [False, True]  # the first one decides
    (home / "one.txt").write_text("not good\n", encoding="utf-8")
    asked = invoke("predict", str(ran), str(home / "one.txt"), "--output", "jsonl", "--probabilities")
    attention = json.loads(asked.output)["attention"]
    assert len(attention) == 2
    assert sum(attention) == pytest.approx(1, abs=1e-5)


def test_an_ensemble_has_no_one_encoder_to_be_looked_at(home):
    invoke("run", str(home / "toy.yaml"), "model.ensemble=2", "training.max_steps=2", "--run-dir", str(home / "two"))
    refused = invoke("diagnose", str(home / "two"))
    assert refused.code == 6
    assert "SL620]: an ensemble has 2 encoders, not one to be looked at" in refused.errors
    assert "model.ensemble=1" in refused.errors
