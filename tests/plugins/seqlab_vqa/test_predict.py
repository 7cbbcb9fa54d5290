"""A run and its model at work, as a user has them."""

import json


def test_a_story_is_answered_from_the_command_line(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["data.limit=40", "training.max_steps=3", "evaluation.resamples=100", "threads=1"]
    assert seqlab("run", "stories", "--run-dir", "run", *small).code == 0
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))["test"]
    assert set(metrics["baselines"]) == {"most_frequent_class", "question_prior", "last_mentioned"}
    assert set(metrics["controls"]) == {"question_only", "shuffled_context"}

    (tmp_path / "asked.txt").write_text("Ada ran to the attic.\nBruno slept.\nWhere is Ada?\n", encoding="utf-8")
    answer = seqlab("predict", "run", "asked.txt", "--output", "jsonl", "--probabilities")
    said = json.loads(answer.output)
    assert said["inputs"] == {"story": "Ada ran to the attic. Bruno slept.", "question": "Where is Ada?"}
    values = list(said["probabilities"].values())
    assert values == sorted(values, reverse=True)
    assert said["labels"] == list(said["probabilities"])[:1]
    assert len(said["attention"]) == 2
    label, question, ranking = seqlab("predict", "run", "asked.txt").output.rstrip("\n").split("\t")
    assert (label, question) == (said["labels"][0], "Where is Ada?")
    assert [each.split()[0] for each in ranking.split(", ")] == list(said["probabilities"])[:3]
    refused = seqlab("predict", "run", "asked.txt", "--input", "text")
    assert (refused.code, "several inputs: story, question" in refused.errors) == (6, True)
