"""`seqlab compare`: the same run does not differ from itself; other runs differ where they do."""

import json
import shutil
import subprocess
import sys

import pytest


def compared(seqlab, *runs):
    answer = seqlab("compare", *runs, "--json")
    assert answer.code == 0, answer.errors
    return json.loads(answer.output)


def test_a_run_does_not_differ_from_itself(seqlab, here):
    found = compared(seqlab, "runs/pos/a", "runs/pos/a")
    pair = found["comparison"]["a (2)"]
    assert (pair["difference"], pair["low"], pair["high"]) == (0, 0, 0)
    assert (pair["p_value"], pair["randomisation_p"], pair["mcnemar_p"]) == (1, 1, 1)
    assert (found["settings"], found["data"], found["versions"]) == ({}, {}, {})


def test_a_difference_is_that_of_the_scores_and_turns_with_the_order(seqlab, here):
    scores = {run: json.loads((here / f"runs/pos/{run}/metrics.json").read_text())["test"]["model"] for run in "ab"}
    there = compared(seqlab, "runs/pos/a", "runs/pos/b")["comparison"]["b"]
    back = compared(seqlab, "runs/pos/b", "runs/pos/a")["comparison"]["a"]
    assert there["difference"] == scores["b"]["accuracy"] - scores["a"]["accuracy"]
    assert back["difference"] == -there["difference"]
    assert there["low"] <= there["difference"] <= there["high"]
    assert (there["only_this_right"], there["only_first_right"]) == (back["only_first_right"], back["only_this_right"])


def test_only_settings_that_differ_are_shown(seqlab, here):
    answer = seqlab("compare", "runs/pos/a", "runs/pos/b")
    table = answer.output.partition("Settings that differ\n")[2].partition("\n\n")[0].splitlines()[2:]
    assert [row.split() for row in table] == [["model.encoder.hidden_size", "64", "20"], ["seed", "13", "14"]]
    assert "Data: the same" in answer.output


def test_three_runs_are_corrected_by_holm(seqlab, here):
    found = compared(seqlab, "runs/pos/a", "runs/pos/b", "runs/pos/b")["comparison"]
    assert list(found) == ["b", "b (2)"]
    assert found["b"]["p_value_holm"] == min(1, 2 * found["b"]["p_value"])
    assert "p (Holm)" in seqlab("compare", "runs/pos/a", "runs/pos/b", "runs/pos/b").output


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda lines: lines[:-1], "59 examples"),
        (lambda lines: [{**lines[0], "id": "another"}, *lines[1:]], "'another' where the first run has"),
        (lambda lines: [{**lines[0], "gold": lines[0]["gold"][::-1]}, *lines[1:]], "the gold of example"),
    ],
)
def test_other_examples_are_not_compared_and_the_reason_is_given(seqlab, here, tmp_path, change, words):
    shutil.copytree(here / "runs/pos/b", tmp_path / "other")
    path = tmp_path / "other/predictions.test.jsonl"
    lines = change([json.loads(line) for line in path.read_text().splitlines()])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    answer = seqlab("compare", "runs/pos/a", str(tmp_path / "other"))
    assert answer.code == 0
    assert words in answer.output
    assert "Against" not in answer.output


def test_other_data_and_versions_are_shown(seqlab, here, tmp_path):
    shutil.copytree(here / "runs/pos/a", tmp_path / "older")
    manifest = json.loads((tmp_path / "older/manifest.json").read_text())
    manifest["libraries"]["torch"] = "1.0"
    changed = next(iter(manifest["data"]))
    manifest["data"][changed] = "0" * 64
    (tmp_path / "older/manifest.json").write_text(json.dumps(manifest))
    found = compared(seqlab, "runs/pos/a", str(tmp_path / "older"))
    assert list(found["versions"]) == ["libraries.torch"]
    assert list(found["data"]) == [changed]


def test_a_study_gives_its_table(seqlab, here):
    small = ("data.limit=40", "training.epochs=1", "evaluation.resamples=100")
    assert seqlab("run", "pos", *small, "--seeds", "2", "--run-dir", "study").code == 0
    answer = seqlab("compare", "study")
    assert answer.code == 0, answer.errors
    assert "the pipeline as it is" in answer.output
    assert json.loads(seqlab("compare", "study", "--json").output)["missing"] == 0
    assert seqlab("compare", "study", "runs/pos/a").code == 2


def test_one_run_is_too_few(seqlab, here):
    answer = seqlab("compare", "runs/pos/a")
    assert answer.code == 2
    assert "two runs" in answer.errors


def test_it_needs_neither_torch_nor_spacy(here):
    code = (
        "import sys; from seqlab.cli.main import main; code = main(['compare', 'runs/pos/a', 'runs/pos/b']);"
        "print(code, [name for name in ('torch', 'spacy') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "0 []"
