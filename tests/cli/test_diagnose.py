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
    assert "SL620" in result.errors


def test_a_run_can_end_with_it(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("through_time.yaml").write_text(PIPELINE + "diagnose: {lags: 5, examples: 4, targets: 20}\n")
    assert seqlab("run", "through_time.yaml", "--run-dir", "run", "threads=1").code == 0
    assert len(json.loads(Path("run/diagnosis.json").read_text())["flow"]["median"]) == 6
    assert "Gradients through time" in Path("run/report.html").read_text()
