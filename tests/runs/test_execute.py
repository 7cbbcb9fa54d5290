"""A run from its first step to its last."""

import json

from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import load_model

FILES = {"pipeline.yaml", "manifest.json", "model", "baselines", "checkpoints", "log.jsonl", "metrics.json",
         "predictions.test.jsonl", "report.html", "MODEL_CARD.md"}  # fmt: skip
SCORES = {"n", "model", "baselines", "variants", "controls", "intervals", "slices", "classes", "comparison"}


def files(folder):
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_the_folder_of_a_run_holds_what_the_design_names(run_small):
    ran = run_small("run")
    assert ran.code == 0
    assert files(ran.folder) == FILES
    assert files(ran.folder / "checkpoints") == {"last.safetensors", "best.safetensors"}
    assert files(ran.folder / "model") == {
        "model.safetensors",
        "pipeline.yaml",
        "vocabulary.input.main.json",
        "vocabulary.target.json",
    }


def test_metrics_json_has_the_shape_of_the_design(run_small):
    metrics = run_small("run").metrics
    assert (metrics["schema"], metrics["primary"]) == (1, "accuracy")
    for split in ("dev", "test"):
        scores = metrics[split]
        assert set(scores) == SCORES
        assert list(scores["baselines"]) == [
            "most_frequent_class",
            "most_frequent_tag",
            "suffix_tag",
            "hmm",
            "linear_tagger",
        ]
        assert set(scores["intervals"]) >= {"model", "baselines"}
        low, high = scores["intervals"]["model"]["accuracy"]
        assert low <= scores["model"]["accuracy"] <= high
        for key, baseline in scores["baselines"].items():
            compared = scores["comparison"][key]
            assert compared["metric"] == "accuracy"
            assert compared["difference"] == scores["model"]["accuracy"] - baseline["accuracy"]
            assert compared["better"] == (compared["low"] > 0)
            assert 0 < compared["p_value"] <= 1


def test_the_scores_are_those_of_the_written_predictions(run_small):
    ran = run_small("run")
    records = [json.loads(line) for line in (ran.folder / "predictions.test.jsonl").read_text().splitlines()]
    scores = ran.metrics["test"]
    assert scores["n"] == {"examples": len(records), "tokens": sum(len(record["gold"]) for record in records)}

    def accuracy(said):
        pairs = [pair for record in records for pair in zip(record["gold"], said(record), strict=True)]
        return sum(gold == tag for gold, tag in pairs) / len(pairs)

    assert scores["model"]["accuracy"] == accuracy(lambda record: record["model"])
    for key in scores["baselines"]:
        assert scores["baselines"][key]["accuracy"] == accuracy(lambda record, key=key: record["baselines"][key])


def test_the_floor_is_printed_before_training_and_the_verdict_last(run_small):
    output = run_small("run").output
    steps = ["The floor, on dev", "most_frequent_class", "all parameters", "epoch   1", "Scores on test", "The model "]
    places = [output.index(step) for step in steps]
    assert places == sorted(places)


def test_two_runs_with_one_seed_give_the_same_bits(run_small):
    first, again, other = run_small("first"), run_small("again"), run_small("other", "seed=14")
    assert first.weights == again.weights
    assert first.log == again.log
    assert first.metrics == again.metrics
    assert first.weights != other.weights


def test_the_resolved_pipeline_repeats_the_run(run_small):
    first = run_small("first")
    again = run_small("again", pipeline=str(first.folder / "pipeline.yaml"), small=())
    assert again.weights == first.weights
    assert again.metrics == first.metrics


def test_a_loaded_model_predicts_what_the_run_predicted(run_small):
    ran = run_small("run")
    plugins = load_plugins()
    resolved, learner = load_model(ran.folder / "model", plugins)
    reader = plugins.registry.build(resolved.pipeline.data.reader)
    from seqlab.data.catalogue import find

    examples = list(reader.read(find("sample-treebank")["test"], "test"))[:60]
    records = [json.loads(line) for line in (ran.folder / "predictions.test.jsonl").read_text().splitlines()]
    assert [list(said.tags) for said in learner.predict(examples)] == [record["model"] for record in records]


def test_a_loaded_baseline_predicts_what_the_run_predicted(run_small):
    ran = run_small("run")
    plugins = load_plugins()
    from seqlab.data.catalogue import find

    reader = plugins.registry.build(plugins.registry.part("reader", "conllu"))
    examples = list(reader.read(find("sample-treebank")["test"], "test"))[:60]
    records = [json.loads(line) for line in (ran.folder / "predictions.test.jsonl").read_text().splitlines()]
    for key in records[0]["baselines"]:
        baseline = plugins.registry.build(plugins.registry.part("baseline", key))
        baseline.load(ran.folder / "baselines" / key)
        said = [list(prediction.tags) for prediction in baseline.predict(examples)]
        assert said == [record["baselines"][key] for record in records]


def test_the_manifest_names_versions_data_and_command(run_small):
    manifest = json.loads((run_small("run").folder / "manifest.json").read_text())
    assert manifest["libraries"]["torch"].startswith("2.")
    assert manifest["seed"] == 13
    assert sorted(path.rpartition("/")[2] for path in manifest["data"]) == ["dev.conllu", "test.conllu", "train.conllu"]
    assert all(len(digest) == 64 for digest in manifest["data"].values())
    assert manifest["training"]["epochs"] == 3
    assert manifest["training"]["repeatable"] is True


def test_a_dry_run_writes_nothing(run_small, tmp_path):
    ran = run_small("run", "--dry-run")
    assert ran.code == 0
    assert "dry run" in ran.output
    assert list(tmp_path.iterdir()) == []


def test_a_model_below_its_floor_is_said_to_be(run_small):
    ran = run_small("run", "training.epochs=1", "training.optimizer.lr=1e-9")
    assert ran.code == 0
    assert ran.metrics["below_floor"] is True
    assert ran.metrics["test"]["comparison"]["most_frequent_tag"]["better"] is False
    assert "does NOT beat its floor" in ran.output
    assert "does NOT beat its floor" in (ran.folder / "report.html").read_text()
    again = run_small("again", "training.epochs=1", "training.optimizer.lr=1e-9", "--fail-under-baseline")
    assert again.code == 5


def test_json_prints_the_metrics_and_nothing_else(run_small):
    ran = run_small("run", "--json")
    assert json.loads(ran.output) == ran.metrics


def test_only_replaces_the_heads_baselines_but_never_the_most_frequent_class(run_small):
    metrics = run_small("run", "evaluation.baselines={only: []}").metrics
    assert list(metrics["test"]["baselines"]) == ["most_frequent_class"]


def test_without_a_test_split_the_verdict_speaks_of_dev(run_small, tmp_path):
    from seqlab.data.catalogue import find

    paths = find("sample-treebank")
    ran = run_small("run", "~data.dataset", f"data.train={paths['train']}", f"data.dev={paths['dev']}")
    assert ran.code == 0, ran.errors
    assert ran.metrics["test"] is None
    assert "On dev, for want of a test split" in ran.output
    assert (ran.folder / "predictions.dev.jsonl").is_file()
