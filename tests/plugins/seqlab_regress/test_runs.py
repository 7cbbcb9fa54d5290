"""A network that learns a number: trained, compared with its floor, saved, evaluated again."""

import json

import pytest

from seqlab.testing import invoke

SMALL = (
    "data.limit=600", "data.reader.length=6", "training.epochs=12", "training.optimizer.lr=1e-2", "threads=1",
    "evaluation.resamples=200", "model.encoder.hidden_size=16",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regress") / "run"
    answer = invoke("run", "adding", *SMALL, "--run-dir", str(folder))
    assert answer.code == 0, answer.errors
    return folder, answer.output


def lines(folder):
    return [json.loads(line) for line in (folder / "predictions.test.jsonl").read_text().splitlines()]


def test_scores_follow_from_the_predictions_that_are_written(run):
    folder, _ = run
    test = json.loads((folder / "metrics.json").read_text())["test"]
    for name, score in (("model", test["model"]["mse"]), ("mean", test["baselines"]["mean"]["mse"])):
        pairs = [
            (line["gold"], line["model"] if name == "model" else line["baselines"]["mean"]) for line in lines(folder)
        ]
        assert score == pytest.approx(sum((gold - said) ** 2 for gold, said in pairs) / len(pairs), rel=1e-5)
    assert test["baselines"]["mean"]["mse"] == pytest.approx(1 / 6, abs=0.03)  # the variance of the sum
    assert test["comparison"]["mean"]["better"]
    low, high = test["intervals"]["model"]["mse"]
    assert low < test["model"]["mse"] < high


def test_what_is_printed_is_in_words(run):
    folder, output = run
    assert "The model beats its strongest baseline, mean, by" in output
    assert "mean squared error" in output
    assert f"use     seqlab diagnose {folder}" in output  # there is no text that it could be asked about
    page = (folder / "report.html").read_text()
    assert "Training loss, squared error per target" in page
    assert "Predicted numbers" in page
    assert "nats" not in page


def test_a_saved_model_scores_the_same(run):
    folder, _ = run
    manifest = json.loads((folder / "manifest.json").read_text())
    (test,) = [path for path in manifest["data"] if path.endswith("test.txt")]
    answer = invoke("evaluate", str(folder), "--data", test, "--split-name", "test", "--limit", "600", "--json")
    assert answer.code == 0, answer.errors
    again, before = json.loads(answer.output), json.loads((folder / "metrics.json").read_text())["test"]
    assert json.dumps(before["model"]["mse"]) in json.dumps(again)


def test_its_gradient_can_be_looked_at(run):
    folder, _ = run
    answer = invoke("diagnose", str(folder), "--lags", "3", "--examples", "50", "--json")  # of 6 steps
    assert answer.code == 0, answer.errors
    flow = json.loads(answer.output)["flow"]
    assert (len(flow["median"]), flow["examples"]) == (4, 50)


def test_a_text_is_no_vector(run, tmp_path):
    folder, _ = run
    (tmp_path / "a.txt").write_text("0.5 0.25\n")
    answer = invoke("predict", str(folder), str(tmp_path / "a.txt"))
    assert answer.code == 6
    assert "error[SL615]: the model reads features, which a text has not" in answer.errors
