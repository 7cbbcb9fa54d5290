"""A pooler in a whole run: named in a pipeline, trained, saved and loaded again."""

import json
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parents[2] / "doubles" / "toy_questions.yaml"
ASKED = ("is it first", "is it second")


def line(number: int) -> str:
    """The answer needs both the question and the scene, in which a 1 stands in one of two vectors."""
    kind, answer = number % 2, number // 2 % 2
    scene = [[0, 0, 0], [0, 0, 0]]
    scene[number // 4 % 2][answer] = 1
    return json.dumps({"question": ASKED[kind], "scene": scene, "answer": "yes" if answer == kind else "no"})


@pytest.mark.parametrize("scene", ["attention", "mean_max"])
def test_a_pooler_is_trained_saved_and_loaded(seqlab, tmp_path, monkeypatch, scene):
    monkeypatch.chdir(tmp_path)
    for split, rows in (("train", 160), ("dev", 16), ("test", 16)):
        Path(f"{split}.txt").write_text("".join(f"{line(number)}\n" for number in range(rows)), encoding="utf-8")
    files = [f"data.{split}={tmp_path / split}.txt" for split in ("train", "dev", "test")]
    poolers = ["model.inputs.question.pooler=last", f"model.inputs.scene.pooler={scene}"]
    answer = seqlab("run", str(PIPELINE), *files, *poolers, "training.epochs=12", "threads=1", "--run-dir", "ran")
    assert answer.code == 0, answer.errors
    scores = json.loads(Path("ran/metrics.json").read_text(encoding="utf-8"))["test"]
    assert scores["model"]["accuracy"] == 1
    again = seqlab("evaluate", "ran", "--data", "test.txt", "--json")
    assert again.code == 0, again.errors
    assert json.loads(again.output)["test"]["model"] == scores["model"]


def test_a_setting_out_of_bounds_is_told_before_data_is_read(seqlab):
    answer = seqlab(
        "validate", str(PIPELINE), "data.train=none.txt", "model.inputs.scene.pooler={type: attention, size: 0}"
    )
    assert answer.code == 2
    assert "'size' of pooler 'attention' must be an int >= 1, got 0" in answer.errors
