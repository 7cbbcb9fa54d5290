"""On real text: what others measured with the same recipe."""

import json

import pytest


@pytest.mark.data
@pytest.mark.slow
def test_tiny_shakespeare(seqlab, tmp_path, monkeypatch):
    """About a minute. After 10,000 updates eight seeds have had a smooth loss of 51.9 to 58.4."""
    monkeypatch.chdir(tmp_path)
    small = ("evaluation.baselines={only: [unigram]}", "~evaluation.variants", "evaluation.resamples=100")
    answer = seqlab("run", "min_char_rnn_shakespeare", "training.log_steps=1", *small, "--run-dir", "run")
    assert answer.code == 0, answer.errors
    records = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    smooth = {record["step"]: record["smooth_loss"] for record in records if record["event"] == "step"}
    assert smooth[1] == pytest.approx(104.36, abs=0.005)
    assert 50 < smooth[10_000] < 60
    [after] = [each for each in records if each["event"] == "dev" and each["step"] == 50_000]
    assert after["scores"]["nats_per_token"] <= 2.15
    vocabulary = json.loads((tmp_path / "run" / "model" / "vocabulary.target.json").read_text())
    assert len(vocabulary["items"]) == 65
