"""A study: settings times seeds, one folder each, one table."""

import json
import statistics

from seqlab.runs.study import Member

SMALL = ("data.limit=40", "training.epochs=2", "evaluation.resamples=200")


def final(folder, member):
    return json.loads((folder / member / "metrics.json").read_text())["test"]


def test_seeds_are_run_one_by_one_and_summarised(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = seqlab("run", "pos", *SMALL, "--seeds", "3", "--run-dir", "study")
    assert answer.code == 0, answer.errors
    folder = tmp_path / "study"
    study = json.loads((folder / "study.json").read_text())
    assert [run["seed"] for run in study["runs"]] == [13, 14, 15]
    assert study["missing"] == 0
    scores = [final(folder, f"seed-{seed}")["model"]["accuracy"] for seed in (13, 14, 15)]
    [row] = study["table"]
    assert row["mean"] == statistics.fmean(scores)
    assert row["deviation"] == statistics.stdev(scores)
    assert (row["low"], row["high"]) == (min(scores), max(scores))
    every = [final(folder, f"seed-{seed}")["baselines"] for seed in (13, 14, 15)]
    assert row["scores"] == scores
    assert study["comparisons"] == []  # one variant has nothing to be compared with
    means = [statistics.mean(floors[key]["accuracy"] for floors in every) for key in every[0]]
    assert row["floor_score"] == max(means)


def test_a_study_is_the_product_of_settings_and_seeds(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").write_text(
        "extends: pos\nstudy: {vary: {model.encoder.hidden_size: [4, 8], model.encoder.bidirectional: [true, false]}}\n"
    )
    answer = seqlab("run", "study.yaml", *SMALL, "--run-dir", "study")
    assert answer.code == 0, answer.errors
    table = json.loads((tmp_path / "study" / "study.json").read_text())["table"]
    assert [row["variant"] for row in table] == [
        f"model.encoder.hidden_size={size}, model.encoder.bidirectional={both}"
        for size in (4, 8)
        for both in ("true", "false")
    ]
    assert all(row["deviation"] is None for row in table)  # one seed has no deviation
    assert table[0]["variant"] in answer.output


def test_variants_are_compared_over_their_seeds(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").write_text(
        "extends: pos\nstudy: {vary: {model.encoder.hidden_size: [4, 8]}, seeds: [1, 2]}\n"
    )
    answer = seqlab("run", "study.yaml", *SMALL, "--run-dir", "study")
    assert answer.code == 0, answer.errors
    study = json.loads((tmp_path / "study" / "study.json").read_text())
    [compared] = study["comparisons"]
    assert (compared["variant"], compared["against"]) == (
        "model.encoder.hidden_size=8",
        "model.encoder.hidden_size=4",
    )
    small, large = ([final(tmp_path / "study", f"hidden_size-{size}-seed-{seed}")["model"]["accuracy"] for seed in (1, 2)]
                    for size in (4, 8))  # fmt: skip
    assert compared["difference"] == statistics.fmean(large) - statistics.fmean(small)
    assert compared["smallest"] == 1 / 3  # 2 of the 6 ways to assign four runs
    assert compared["p_value"] >= 1 / 3
    assert "The variants against each other" in answer.output


def test_a_study_resumes_where_it_was_cut(seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "cut.py").write_text(
        "from seqlab import hookimpl\n\n\n@hookimpl\ndef seqlab_run_start(run):\n"
        "    if run.seed == 14:\n        raise RuntimeError('cut')\n"
    )
    arguments = ("run", "pos", *SMALL, "--seeds", "2")
    assert seqlab(*arguments, "--plugins-dir", "cut").code == 1
    [folder] = (tmp_path / "runs" / "pos").iterdir()
    assert json.loads((folder / "study.json").read_text())["missing"] == 1
    before = (folder / "seed-13" / "metrics.json").stat().st_mtime_ns
    answer = seqlab(*arguments, "--resume")
    assert answer.code == 0, answer.errors
    assert json.loads((folder / "study.json").read_text())["missing"] == 0
    assert (folder / "seed-13" / "metrics.json").stat().st_mtime_ns == before  # what was done is not done again


def test_variants_of_one_type_have_names_and_folders_of_their_own():
    values = [{"type": "rnn"}, {"type": "rnn", "nonlinearity": "relu"}, {"type": "rnn", "hidden_size": 8}]
    runs = [Member({"model.encoder": value}, 13) for value in values]
    assert [run.variant for run in runs] == [
        "model.encoder=rnn",
        "model.encoder=rnn(nonlinearity=relu)",
        "model.encoder=rnn(hidden_size=8)",
    ]
    assert len({run.folder for run in runs}) == 3
