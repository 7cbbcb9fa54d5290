"""Texts with several labels, or none: the head, its targets and its floors."""

import dataclasses
import json
import random

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC
from torch import nn

from seqlab import IGNORED, Batch, Encoded, Encoding, Labels, Parts, Pooled, Sizes, Vocabularies, Vocabulary
from seqlab_classify.multi_label_head import MultiLabelClassifier
from seqlab_classify.settings import (
    MultiLabelClassifierSettings,
    TfidfLinearSVMSettings,
    TfidfLogisticRegressionSettings,
)
from seqlab_classify.tfidf_baselines import TfidfLinearSVM, TfidfLogisticRegression

LABELS = Vocabulary.of_outputs({"warm": 6, "cheap": 3, "near": 1})
TARGET = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1]])


def head(**settings):
    torch.manual_seed(13)
    sizes = {"main": Sizes(3, 5)}
    settings = MultiLabelClassifierSettings(**settings)
    return (
        MultiLabelClassifier(settings, sizes, Vocabularies({}, LABELS), Parts(build=lambda part: part)).double().eval()
    )


def encoded():
    vectors = torch.randn(3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(7))
    states = torch.zeros(3, 4, 3, dtype=torch.float64)
    return Encoded({"main": Encoding(states, states[:, 0], torch.tensor([4, 2, 1]), {})}, {"main": Pooled(vectors)})


def batch(target=TARGET):
    return Batch({}, target, None, (), torch.zeros(3, dtype=torch.bool))


def test_the_loss_is_that_of_torch_over_all_decisions():
    scores = head().projection(encoded().pooled["main"].vector)
    loss = head().loss(encoded(), batch())
    assert loss.count == 9
    assert loss.sum.item() == pytest.approx(nn.BCEWithLogitsLoss(reduction="sum")(scores, TARGET.double()).item())


def test_balanced_weights_let_the_labels_that_texts_have_weigh_alike():
    scores = head().projection(encoded().pooled["main"].vector)
    loss = head(class_weights="balanced").loss(encoded(), batch())
    terms = nn.functional.logsigmoid(torch.where(TARGET == 1, scores, -scores)).neg()
    had = torch.tensor([10 / (3 * 6), 10 / (3 * 3), 10 / (3 * 1)])
    assert loss.sum.item() == pytest.approx((terms * torch.where(TARGET == 1, had, 1.0)).sum().item())
    assert loss.count == 9


def test_a_text_of_which_nothing_is_known_counts_nothing():
    target = TARGET.clone()
    target[1] = IGNORED
    scores = head().projection(encoded().pooled["main"].vector)[[0, 2]]
    loss = head().loss(encoded(), batch(target))
    expected = nn.BCEWithLogitsLoss(reduction="sum")(scores, TARGET[[0, 2]].double())
    assert (loss.sum.item(), loss.count) == (pytest.approx(expected.item()), 6)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
def test_labels_are_those_from_the_threshold_on(threshold):
    shares = torch.sigmoid(head().projection(encoded().pooled["main"].vector)).tolist()
    for row, said in zip(shares, head(threshold=threshold).predict(encoded(), batch(None)), strict=True):
        assert said.labels == tuple(name for name, share in zip(LABELS.items, row, strict=True) if share >= threshold)
        assert list(said.probabilities.values()) == pytest.approx(row)


@pytest.fixture
def holidays(text):
    draws = random.Random(3)
    words = {"warm": ["sun", "hot"], "cheap": ["cents", "bargain"], "near": ["bus", "corner"]}
    found = []
    for _ in range(150):
        labels = [label for label in words if draws.random() < 0.4]
        shown = [draws.choice(words[label]) for label in labels] + draws.choices(["the", "a", "we", "was"], k=3)
        draws.shuffle(shown)
        found.append(dataclasses.replace(text(" ".join(shown)), target=Labels(tuple(labels))))
    return found


@pytest.mark.parametrize(
    "baseline, machine",
    [
        (TfidfLogisticRegression(TfidfLogisticRegressionSettings(cost=2.0)), LogisticRegression(C=2.0, max_iter=1000)),
        (TfidfLinearSVM(TfidfLinearSVMSettings(cost=0.5)), LinearSVC(C=0.5, dual=True, max_iter=100_000)),
    ],
)
def test_floors_decide_as_one_against_the_rest_in_scikit_learn(holidays, context, baseline, machine):
    baseline.fit(holidays, [], dataclasses.replace(context, head=MultiLabelClassifierSettings()))
    names = ("cheap", "near", "warm")
    flags = np.array([[name in example.target.items for name in names] for example in holidays])
    plain = [" ".join(example.inputs["main"].items) for example in holidays]
    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+").fit_transform(plain)
    theirs = OneVsRestClassifier(machine).fit(rows, flags.astype(int))
    assert baseline.model.scores(holidays) == pytest.approx(theirs.decision_function(rows), abs=2e-3)
    expected = [tuple(name for name, yes in zip(names, row, strict=True) if yes) for row in theirs.predict(rows)]
    said = list(baseline.predict(holidays))
    assert [prediction.labels for prediction in said] == expected
    assert () in expected
    if said[0].probabilities is not None:
        found = [list(prediction.probabilities.values()) for prediction in said]
        assert np.array(found) == pytest.approx(theirs.predict_proba(rows), abs=1e-4)


PIPELINE = """
name: holidays
threads: 1
data:
  reader: {{type: jsonl}}
  train: {folder}/train.jsonl
  dev: {folder}/train.jsonl
  tokenizer: whitespace
model:
  embedder: {{type: word, size: 12}}
  encoder: {{type: lstm, hidden_size: 8, bidirectional: true}}
  pooler: max
  head: {head}
training: {{epochs: 12, batch_tokens: 100, optimizer: {{type: adam, lr: 3e-2}}}}
evaluation: {{resamples: 100}}
"""


@pytest.fixture
def pipeline(holidays, tmp_path):
    records = [{"text": " ".join(e.inputs["main"].items), "label": e.target.items} for e in holidays]
    (tmp_path / "train.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")

    def write(head):
        (tmp_path / "holidays.yaml").write_text(PIPELINE.format(folder=tmp_path, head=head), encoding="utf-8")
        return str(tmp_path / "holidays.yaml")

    return write


def test_a_run_learns_several_labels_or_none(pipeline, seqlab, tmp_path):
    answer = seqlab("run", pipeline("multi_label_classifier"), "--run-dir", str(tmp_path / "ran"))
    assert answer.code == 0, answer.errors
    scores = json.loads((tmp_path / "ran" / "metrics.json").read_text(encoding="utf-8"))
    assert scores["primary"] == "micro_f1"
    assert scores["dev"]["model"]["micro_f1"] >= 0.95
    (tmp_path / "in.txt").write_text("the sun a bus\nwe was\n", encoding="utf-8")
    answer = seqlab("predict", str(tmp_path / "ran"), str(tmp_path / "in.txt"))
    assert sorted(answer.output.splitlines()[0].partition("\t")[0].split(",")) == ["near", "warm"]
    assert answer.output.splitlines()[1] == "\twe was"


def test_metrics_for_one_label_are_refused_before_data_is_read(pipeline, seqlab):
    answer = seqlab("validate", pipeline("multi_label_classifier"), "evaluation.metrics=[micro_f1, ece, auc, mcc]")
    assert answer.code == 2
    assert "error[SL329]: metric 'ece' is for texts of one label" in answer.errors
    assert "error[SL329]: metric 'mcc' is for texts of one label" in answer.errors
    assert "'auc'" not in answer.errors


def test_a_head_for_one_label_tells_the_texts_that_have_another_number(pipeline, seqlab):
    answer = seqlab("run", pipeline("classifier"), "--dry-run")
    assert answer.code == 3
    assert "error[SL407]: example 'train-" in answer.errors
    assert "take a head for several: multi_label_classifier" in answer.errors
