"""Every kind of component has a test double that runs through the whole life of a run.

Between them: a learner in numpy, a head with two inputs, a pooler, images' stand-in (vectors as regions), a tokenizer,
a decoder with an output layer and a tied tensor, a language model with carried state, controls, metrics that are
better when lower, baselines, alternatives as targets.
"""

import json
import math
import random
from pathlib import Path

import pytest
from safetensors import safe_open

from seqlab.plugins import load_plugins
from seqlab.runs.saved_model import load_model

HERE = Path(__file__).parent
FILES = {"pipeline.yaml", "manifest.json", "model", "baselines", "checkpoints", "log.jsonl", "metrics.json",
         "predictions.test.jsonl", "report.html", "MODEL_CARD.md"}  # fmt: skip


def translation(source):
    return "\t".join([" ".join(source), " ".join(source).upper()])


def sentence(length):
    return " ".join("abc"[place % 3] for place in range(length))


def question(number):
    kind, answer = number % 2, (number // 2) % 2
    scene = [[0, 0, 0], [0, 0, 0]]
    scene[number % 3 == 0][answer] = 1.0
    asked = ["is it first", "is it second"][kind]
    return json.dumps({"question": asked, "scene": scene, "answer": "yes" if answer == kind else "no"})


@pytest.fixture
def run(seqlab, tmp_path, monkeypatch):
    """Runs a double on generated splits; gives the run's folder and its metrics."""
    monkeypatch.chdir(tmp_path)

    def go(name, lines=None, *arguments):
        paths = []
        for split, size in (("train", 160), ("dev", 40), ("test", 40)) if lines else ():
            draws = random.Random(split)
            path = tmp_path / f"{split}.txt"
            path.write_text("".join(f"{lines(draws)}\n" for _ in range(size)), encoding="utf-8")
            paths.append(f"data.{split}={path}")
        answer = seqlab("run", str(HERE / f"{name}.yaml"), *paths, "--run-dir", str(tmp_path / name), *arguments)
        assert answer.code == 0, answer.errors
        return tmp_path / name, json.loads((tmp_path / name / "metrics.json").read_text())

    return go


def predictions(folder):
    return [json.loads(line) for line in (folder / "predictions.test.jsonl").read_text().splitlines()]


def check_reload(folder, split):
    """A model loaded from its folder says what the run said."""
    resolved, learner = load_model(folder / "model", load_plugins())
    reader = load_plugins()
    reader.load_file(resolved.pipeline.plugins[0])
    examples = list(reader.registry.build(resolved.pipeline.data.reader).read(split, "test"))
    again = [list(said.tokens) for said in learner.predict(examples)]
    assert again == [record["model"] for record in predictions(folder)]


def test_a_learner_in_numpy(run):
    folder, metrics = run("toy_learner")
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} == FILES
    # Words in isolation: no better than each word's most frequent tag, and far better than one tag for all.
    scores = metrics["test"]
    assert scores["model"]["accuracy"] > scores["baselines"]["most_frequent_class"]["accuracy"] + 0.2
    assert (folder / "model" / "rows.json").is_file()


def test_a_head_with_two_inputs_needs_both(run):
    _, metrics = run("toy_questions", lambda draws: question(draws.randrange(12)))
    scores = metrics["test"]
    assert scores["model"]["accuracy"] == 1.0
    assert scores["controls"]["toy_shuffled_scenes"]["accuracy"] < 0.8
    assert list(scores["baselines"]) == ["most_frequent_class"]  # no pipeline names it, none can remove it


def test_a_decoder_with_a_tied_output_layer(run, tmp_path):
    def line(draws):
        return translation([draws.choice("abcdef") for _ in range(draws.randint(1, 4))])

    folder, metrics = run("toy_translation", line)
    scores = metrics["test"]
    assert scores["baselines"]["toy_copy"]["exact_match"] == 0
    assert scores["model"]["exact_match"] > 0.5
    assert scores["controls"]["toy_shuffled_source"]["exact_match"] < scores["model"]["exact_match"] / 2
    with safe_open(folder / "model" / "model.safetensors", "numpy") as file:
        names = list(file.keys())
    tied = [name for name in names if name.endswith(("decoder.embedding", "output.projection.weight"))]
    assert len(tied) == 1  # one tensor under two names is stored once
    check_reload(folder, tmp_path / "test.txt")


def test_several_alternatives_for_one_source(run):
    def line(draws):
        source = [draws.choice("abcd") for _ in range(2)]
        return f"{translation(source)}\t{' '.join(source)}"

    folder, metrics = run("toy_translation", line, "training.epochs=1")
    assert predictions(folder)[0]["gold"][1] == predictions(folder)[0]["tokens"]  # both alternatives are kept
    assert metrics["test"]["baselines"]["toy_copy"]["exact_match"] == 1.0  # and either of them counts


def test_a_decoder_of_a_plugin_generates_and_scores_given_its_input(run, seqlab, tmp_path):
    folder, _ = run("toy_translation", lambda draws: translation([draws.choice("ab") for _ in range(3)]))
    answer = seqlab("generate", str(folder), "--prompt", "a b b", "--temperature", "0")
    assert answer.output == "A B B\n", answer.errors
    (tmp_path / "pairs.txt").write_text("a b b\tA B B\tA Z B\n")
    answer = seqlab("score", str(folder), str(tmp_path / "pairs.txt"), "--json")
    right, other = json.loads(answer.output)["lines"]
    assert right["input"] == other["input"] == "a b b"
    assert right["log_prob"] > -1
    assert other["log_probs"][0] == pytest.approx(right["log_probs"][0])
    assert (other["log_probs"][1], other["outside"]) == (None, 1)  # Z cannot be predicted, and there is no <unk>


def test_a_language_model_with_carried_state(run):
    _, metrics = run("toy_language_model", lambda draws: sentence(draws.randint(1, 6)))
    scores = metrics["test"]
    # Lines count a, b, c round and are 1 to 6 words long, all lengths alike: a line holds ln 6 nats, and no more.
    best = scores["n"]["examples"] * math.log(6) / scores["n"]["tokens"]
    assert scores["model"]["nats_per_token"] == pytest.approx(best, abs=0.08)
    assert scores["comparison"]["toy_unigram"]["better"]
    assert scores["comparison"]["toy_unigram"]["difference"] < 0  # lower is better


def test_the_state_that_is_carried_matters(run):
    """With windows shorter than a line the model must remember across windows."""

    def line(draws):
        return sentence(6)

    carried = run("toy_language_model", line, "training.window_length=2")[1]
    (Path.cwd() / "toy_language_model").rename(Path.cwd() / "carried")
    cut = run("toy_language_model", line, "training.window_length=2", "training.carry_state=false")[1]
    assert carried["test"]["model"]["nats_per_token"] < cut["test"]["model"]["nats_per_token"]
