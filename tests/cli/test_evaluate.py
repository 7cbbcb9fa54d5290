"""`seqlab evaluate`: a saved model says of its own test file what its run said."""

import json
import shutil

import pytest


def sizes_of(path):
    """Sentences and words of a treebank, counted line by line."""
    lines = path.read_text().splitlines()
    words = sum(line.split("\t")[0].isdecimal() for line in lines)
    return {"examples": sum(line.startswith("1\t") for line in lines), "tokens": words}


def scores_of(answer):
    assert answer.code == 0, answer.errors
    return json.loads(answer.output)


def test_the_test_file_of_the_run_gives_its_scores_to_the_last_bit(seqlab, here, test_file):
    run = json.loads((here / "runs/pos/a/metrics.json").read_text())
    again = scores_of(seqlab("evaluate", "runs/pos/a", "--data", str(test_file), "--limit", "60", "--json"))
    for part in ("n", "model", "baselines", "intervals", "comparison"):
        assert again["test"][part] == run["test"][part], part
    assert (again["verdict"], again["below_floor"]) == (run["verdict"], run["below_floor"])
    assert again["dev"] is None


def test_known_and_unknown_words_are_told_apart_by_the_vocabulary_alone(seqlab, here, test_file):
    run = json.loads((here / "runs/pos/a/metrics.json").read_text())["test"]["slices"]
    again = scores_of(seqlab("evaluate", "pos", "--data", str(test_file), "--limit", "60", "--json"))["test"]["slices"]
    other = json.loads((here / "runs/pos/b/metrics.json").read_text())["test"]["slices"]  # `pos` is its newest run
    assert set(again) == {"known", "unknown"}
    assert again["known"] == other["known"]
    assert again["unknown"]["n"] == run["unknown"]["n"]


def test_the_table_names_the_file_and_ends_in_the_verdict(seqlab, here, test_file):
    answer = seqlab("evaluate", "runs/pos/a/model", "--data", str(test_file))
    sizes = sizes_of(test_file)
    assert f"Scores on {test_file} ({sizes['examples']} examples, {sizes['tokens']:,} tokens)" in answer.output
    assert "most_frequent_tag" in answer.output
    assert answer.output.rstrip().splitlines()[-1].startswith("The model")


def test_several_files_are_one_split(seqlab, here, test_file):
    found = scores_of(seqlab("evaluate", "pos", "--data", str(test_file), str(test_file), "--json"))
    assert found["test"]["n"] == {unit: 2 * size for unit, size in sizes_of(test_file).items()}
    assert list(found["data"]) == [str(test_file)]


def test_a_model_by_itself_has_no_baselines_and_says_so(seqlab, here, test_file, tmp_path):
    shutil.copytree(here / "runs/pos/a/model", tmp_path / "alone")
    answer = seqlab("evaluate", str(tmp_path / "alone"), "--data", str(test_file))
    assert answer.code == 0
    assert "not saved with this model" in answer.output
    assert "No baseline stands beside the model" in answer.output


def test_output_leaves_scores_and_predictions(seqlab, here, test_file, tmp_path):
    answer = seqlab("evaluate", "pos", "--data", str(test_file), "--split-name", "dev", "--output", str(tmp_path / "o"))
    assert answer.code == 0
    record = json.loads((tmp_path / "o/metrics.json").read_text())
    assert record["test"] is None
    assert record["dev"]["n"] == sizes_of(test_file)
    assert len((tmp_path / "o/predictions.dev.jsonl").read_text().splitlines()) == sizes_of(test_file)["examples"]


def test_the_scores_of_a_run_are_never_overwritten(seqlab, here, test_file):
    before = (here / "runs/pos/a/metrics.json").read_bytes()
    answer = seqlab("evaluate", "pos", "--data", str(test_file), "--output", "runs/pos/a")
    assert answer.code == 6
    assert "SL603" in answer.errors
    assert (here / "runs/pos/a/metrics.json").read_bytes() == before


@pytest.mark.parametrize(
    "run, code, words",
    [
        ("poss", "SL612", "did you mean 'pos'?"),
        ("runs", "SL612", "'runs' is no run"),
        ("broken", "SL616", "cannot be loaded"),
        ("begun", "SL612", "has not ended"),
    ],
)
def test_what_is_no_run_is_told(seqlab, here, test_file, run, code, words):
    if run == "broken" and not (here / run).exists():
        shutil.copytree(here / "runs/pos/a/model", here / run)
        (here / run / "model.safetensors").write_bytes(b"no weights")
    if run == "begun":
        (here / run).mkdir(exist_ok=True)
        shutil.copy(here / "runs/pos/a/pipeline.yaml", here / run)
    answer = seqlab("evaluate", run, "--data", str(test_file))
    assert answer.code == 6
    assert code in answer.errors
    assert words in answer.errors
    assert "Traceback" not in answer.errors


def test_a_missing_file_is_an_error_of_the_data(seqlab, here):
    answer = seqlab("evaluate", "pos", "--data", "nowhere.conllu")
    assert answer.code == 3
    assert "SL410" in answer.errors
