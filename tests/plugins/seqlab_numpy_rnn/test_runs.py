"""Through the command line it is a model as any other: floor, resume, generate, score, predict, variants."""

import json
import uuid

import pytest

PIPELINE = """
name: small
threads: 1
data: {{reader: {{type: text, unit: character}}, train: train.txt, dev: dev.txt, test: dev.txt}}
model: {{type: min_char_rnn, hidden_size: 16, form: {form}}}
training: {{epochs: 3, window_length: 20, gradient_clip_value: 5, checkpoint_steps: 7, log_steps: 10}}
evaluation:
  resamples: 100
  baselines: [{{type: kneser_ney, order: 3}}]
  variants: [{{type: interpolate, baseline: kneser_ney_3}}]
  samples: {{prompt: "the ", length: 20}}
"""
POWER_CUT = """
from seqlab import hookimpl

@hookimpl
def seqlab_should_stop(progress):
    if progress.step == {step}:
        raise RuntimeError("the power went off")
"""


@pytest.fixture(params=["plain", "hoisted"])
def home(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.txt").write_text("the cat is small\nthe dog is old\nthe cat sees the dog\n" * 20)
    (tmp_path / "dev.txt").write_text("the dog is small\nthe dog sees the cat\n" * 4)
    (tmp_path / "small.yaml").write_text(PIPELINE.format(form=request.param))
    return tmp_path


def test_a_run_and_what_is_done_with_it(home, seqlab):
    answer = seqlab("run", "small.yaml", "--run-dir", "whole")
    assert answer.code == 0, answer.errors
    assert "the model beats" in answer.output or "NOT beat" in answer.output
    metrics = json.loads((home / "whole" / "metrics.json").read_text())["test"]
    assert metrics["model"]["nats_per_token"] < metrics["baselines"]["unigram"]["nats_per_token"]
    mixed = metrics["variants"]["interpolate"]["nats_per_token"]
    assert mixed < metrics["model"]["nats_per_token"]
    steps = [json.loads(line) for line in (home / "whole" / "log.jsonl").read_text().splitlines()]
    assert {"step", "dev", "sample"} == {each["event"] for each in steps}
    assert all("smooth_loss" in each for each in steps if each["event"] == "step")

    first, again = (seqlab("generate", "whole", "--prompt", "the ", "--length", "20") for _ in range(2))
    assert first.code == 0, first.errors
    assert first.output == again.output
    assert first.output.startswith("the ")
    scored = seqlab("score", "whole", "dev.txt", "--json")
    assert scored.code == 0, scored.errors
    evaluated = seqlab("evaluate", "whole", "--data", "dev.txt", "--json")
    assert evaluated.code == 0, evaluated.errors


def test_a_run_that_was_cut_resumes_to_the_same_bits(home, seqlab):
    assert seqlab("run", "small.yaml", "--run-dir", "whole").code == 0
    folder = home / "power"
    folder.mkdir()
    (folder / f"cut_{uuid.uuid4().hex}.py").write_text(POWER_CUT.format(step=100))
    cut = seqlab("run", "small.yaml", "--run-dir", "cut", "--plugins-dir", str(folder))
    assert "the power went off" in cut.errors
    assert seqlab("run", "small.yaml", "--run-dir", "cut", "--resume").code == 0
    for file in ("model/model.safetensors", "metrics.json", "predictions.test.jsonl"):
        assert (home / "cut" / file).read_bytes() == (home / "whole" / file).read_bytes(), file


def test_settings_of_the_network_learner_are_not_passed_over_in_silence(home, seqlab):
    answer = seqlab(
        "validate", "small.yaml", "training.optimizer=sgd", "training.batch_size=4", "~training.window_length"
    )
    assert answer.code == 2
    assert answer.errors.count("SL325") == 3
    assert "has no use for 'optimizer'" in answer.errors
    assert "has no use for 'batch_size'" in answer.errors
    assert "needs 'window_length'" in answer.errors
