"""`seqlab diagnose`: what it says, what it leaves in the run's folder, what it refuses."""

import json
from pathlib import Path

import pytest

PIPELINE = """\
name: through_time
data:
  reader: {type: text, unit: character}
  dataset: hello
model:
  embedder: {type: word, size: 8, word_dropout: 0}
  encoder: {type: gru, hidden_size: 8}
  head: {type: language_model, sentence_ends: false, unknown: false}
training: {epochs: 2, window_length: 10, batch_size: 4, gradient_clip_norm: 0.1, log_steps: 2, optimizer: {type: adam, lr: 1e-2}}
evaluation: {resamples: 100, samples: {length: 0}}
"""


@pytest.fixture
def run(seqlab, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("through_time.yaml").write_text(PIPELINE)
    assert seqlab("run", "through_time.yaml", "--run-dir", "run", "threads=1").code == 0
    return tmp_path / "run"


def test_it_says_how_far_gradients_reach_and_leaves_files(seqlab, run):
    result = seqlab("diagnose", "run", "--lags", "12", "--examples", "4", "--targets", "20")
    assert result.code == 0, result.output
    assert "12 steps back, the gradient of a loss is" in result.output
    assert "layer 1 update gate" in result.output
    record = json.loads((run / "diagnosis.json").read_text())
    assert len(record["flow"]["median"]) == 13
    assert record["clip_rate"][0] > 0.5  # a limit of 0.1 is passed by nearly all
    assert set(record["update_ratio"]) == {"embedder", "encoder", "head"}
    assert {path.name for path in (run / "figures").iterdir()} >= {"gradient-norm.svg", "gradient-share.svg"}
    assert "<svg" in (run / "figures" / "gradient-norm.svg").read_text()
    assert "Gradients through time" in (run / "report.html").read_text()


def test_fresh_weights_leave_nothing(seqlab, run):
    result = seqlab("diagnose", "run", "--lags", "5", "--examples", "4", "--targets", "20", "--untrained", "--json")
    record = json.loads(result.output)
    assert not record["trained"]
    assert record["clip_rate"] == []
    assert not (run / "diagnosis.json").exists()


def test_a_model_by_itself_has_no_data(seqlab, run, tmp_path):
    (run / "model").rename(tmp_path / "alone")
    result = seqlab("diagnose", "alone")
    assert result.code == 6
    assert "SL612" in result.errors


def test_a_learner_without_an_encoder_is_refused_before_it_is_trained(seqlab):
    result = seqlab("validate", "min_char_rnn", "diagnose={}")
    assert result.code == 2
    assert "SL330" in result.errors
    assert "learner 'min_char_rnn' has none" in result.errors


ONE_WAY = ("model.encoder.bidirectional=false", "model.encoder.reversed=false")


@pytest.mark.parametrize("pipeline", ["sentiment", "copy_reverse", "pos"])
def test_heads_of_every_kind_of_target_are_looked_into(seqlab, tmp_path, monkeypatch, pipeline):
    monkeypatch.chdir(tmp_path)
    small = ("data.limit=40", "training.max_steps=3", "evaluation.resamples=100", "threads=1")
    added = ("evaluation.baselines={only: []}", "diagnose={lags: 4, examples: 5}")
    answer = seqlab("run", pipeline, *small, *ONE_WAY, *added, "--run-dir", "run")
    assert answer.code == 0, answer.errors
    flow = json.loads(Path("run/diagnosis.json").read_text())["flow"]
    assert flow["examples"] == 5
    assert len(flow["median"]) == 5
    assert all(each > 0 for each in flow["median"])
    assert Path("run/figures/gradient-norm.svg").is_file()


def test_a_run_can_end_with_it(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("through_time.yaml").write_text(PIPELINE + "diagnose: {lags: 5, examples: 4, targets: 20}\n")
    assert seqlab("run", "through_time.yaml", "--run-dir", "run", "threads=1").code == 0
    assert len(json.loads(Path("run/diagnosis.json").read_text())["flow"]["median"]) == 6
    assert "Gradients through time" in Path("run/report.html").read_text()
