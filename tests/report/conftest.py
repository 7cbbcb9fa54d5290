from pathlib import Path

import numpy as np
import pytest

from seqlab.evaluation.metrics import Accuracy, MacroF1
from seqlab.evaluation.scoring import Scorer
from seqlab.evaluation.slices import TrainWords
from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.moments import ReportData
from seqlab.interfaces.records import Example, Tags, TagsPrediction, Tokens

NASTY = "<script>alert('x')</script>"


def tagged_examples(count=60):
    examples = []
    for number in range(count):
        words = tuple([NASTY, "plain", "&amp;", '"quoted"', "größe", "|pipe|"][: 2 + number % 5])
        tags = tuple(("NOUN", "VERB", "<b>")[(number + place) % 3] for place in range(len(words)))
        examples.append(Example(f"s{number}", f"test.conllu:{1 + 10 * number}", {"main": Tokens(words)}, Tags(tags)))
    return examples


def said(examples, share, seed=0):
    generator = np.random.default_rng(seed)
    return [
        TagsPrediction(tuple("X" if generator.random() < share else tag for tag in example.target.items))
        for example in examples
    ]


def make_report(model_errors=0.1, with_test=True, folder=Path("runs/pos/20260101-000000-abcd")):
    examples = tagged_examples()
    scorer = Scorer([Accuracy(None), MacroF1(None)], seed=0, resamples=200)
    floors = {"most_frequent_class": said(examples, 0.8, 1), "most_frequent_tag": said(examples, 0.4, 2)}
    slices = TrainWords(examples[:2]).slices(examples)
    predictions = Predictions(examples, said(examples, model_errors), floors, slices=slices)
    evaluation = scorer.evaluate(predictions, predictions if with_test else None)
    log = [
        *({"event": "step", "step": 20 * n, "epoch": 0, "share": 0.1, "train_loss": 3 / n} for n in range(1, 30)),
        *({"event": "dev", "step": 200 * n, "epoch": n, "train_loss": 1 / n, "scores": {"accuracy": 0.5 + n / 20}}
          for n in range(1, 4)),
    ]  # fmt: skip
    manifest = {
        "schema": 1,
        "started": "2026-01-01T00:00:00+00:00",
        "command": ["seqlab", "run", "my pipelines/pos.yaml"],
        "seqlab": "0.1.0",
        "libraries": {"torch": "2.2.0"},
        "seed": 13,
        "data": {"train.conllu": "ab" * 32},
        "training": {"steps": 600, "repeatable": True},
    }
    pipeline = "name: pos # pos.yaml:1\ndata:\n  note: '```' # <script>\n"
    return ReportData(folder, "pos <1>", evaluation, predictions, log, manifest, pipeline)


@pytest.fixture(scope="session")
def report():
    return make_report()
