"""Texts that a model writes while it is trained: when, the same draws each time, and nothing of training is changed."""

import json

import pytest

from seqlab.interfaces.learner import Progress
from seqlab.plugins import load_plugins
from seqlab.runs.samples import is_moment
from seqlab.runs.saved_model import load_model
from seqlab.runs.wording import Wording


def records(folder, event=None):
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [{**line, "seconds": 0} for line in lines if event in (None, line["event"])]


def test_a_text_is_made_after_one_epoch_two_four_eight_and_at_the_end():
    def moment(epoch, epoch_ended=True, share=0.1):
        return is_moment(Progress(100, epoch, share, 1.0, 10, epoch_ended))

    assert [epoch for epoch in range(20) if moment(epoch)] == [1, 2, 4, 8, 16]
    assert not moment(1, epoch_ended=False)
    assert moment(11, share=1.0)
    assert moment(0, epoch_ended=False, share=1.0)  # out of steps before an epoch has ended


def test_each_stands_in_the_log_behind_the_dev_score_of_its_epoch(language_models):
    for name, epochs in (("words", [1, 2, 4]), ("characters", [1, 2, 3])):
        log = records(language_models / name)
        places = [number for number, line in enumerate(log) if line["event"] == "sample"]
        assert [log[place]["epoch"] for place in places] == epochs
        assert all(
            (log[place - 1]["event"], log[place - 1]["epoch"]) == ("dev", log[place]["epoch"]) for place in places
        )


def test_prompt_and_text_are_what_the_last_weights_write(language_models):
    folder = language_models / "characters"
    samples = records(folder, "sample")
    assert [(line["prompt"], len(line["text"])) for line in samples] == [("the ", 30)] * 3
    assert len({line["text"] for line in samples}) == 3  # another model each time
    best = json.loads((folder / "manifest.json").read_text())["training"]["best_epoch"]
    assert best == 3  # so that the saved weights are those of the last sample
    from seqlab.interfaces.decoding import Decoding
    from seqlab.model.generation import generate
    from seqlab.model.prefix import read_prompts

    plugins = load_plugins()
    resolved, learner = load_model(folder / "model", plugins)
    with learner.language_model() as model:
        prefix = read_prompts(model, [model.vocabulary.ids("the ")])
        ((again,),) = generate(prefix, Decoding(max_length=30), seed=learner.context.seed_for("sample"))
    wording = Wording(resolved.pipeline.data, plugins.registry.build)
    assert wording.text([model.vocabulary.item(id_) for id_ in again.ids]) == samples[-1]["text"]


def test_sentences_end_and_running_text_goes_on(language_models):
    sentences, stream = (records(language_models / name, "sample") for name in ("words", "stream"))
    assert not any("\n" in line["text"] for line in sentences)
    texts = [line["text"] for line in stream]
    assert all("\n" in text for text in texts)
    assert not any("</s>" in text or "<unk>" in text for text in texts)
    assert all(len(text.split()) + text.count("\n") == 12 for text in texts)


@pytest.fixture
def run(seqlab, language_models, tmp_path, monkeypatch):
    monkeypatch.chdir(language_models)

    def go(*arguments):
        answer = seqlab("run", str(language_models / "stream.yaml"), "training.epochs=2", *arguments)
        assert answer.code == 0, answer.errors
        return answer.output

    return go


def test_training_is_the_same_to_the_last_bit_without_them(run, tmp_path):
    run("--run-dir", str(tmp_path / "with"))
    run("evaluation.samples.length=0", "--run-dir", str(tmp_path / "without"))
    assert not records(tmp_path / "without", "sample")
    assert len(records(tmp_path / "with", "sample")) == 2
    assert [line for line in records(tmp_path / "with") if line["event"] != "sample"] == records(tmp_path / "without")
    weights = [(tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("with", "without")]
    assert weights[0] == weights[1]


def test_a_dry_run_writes_nothing(run):
    output = run("--dry-run")
    assert "update 2" in output
    assert "the cat" not in output
