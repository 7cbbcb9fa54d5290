"""Runs of language models through the other verbs: run, evaluate, compare, report, and their studies."""

import json
import re
import shutil

import pytest

NOTE = (
    r"Perplexity is per {unit}: V = \d+{symbols}; {outside} of [\d,]+ {unit}s (is|are) outside the vocabulary{policy}\."
)
WORDS = NOTE.format(unit="token", symbols=" with <unk> and </s>", outside=2, policy=", scored as <unk>")
CHARACTERS = NOTE.format(unit="character", symbols="", outside=2, policy=", and not scored")


@pytest.fixture
def spoken(language_models, monkeypatch):
    """The folder of the language models, as the current one."""
    monkeypatch.chdir(language_models)
    return language_models


def test_a_run_shows_what_its_perplexities_are_and_what_the_model_writes(spoken):
    shown = (spoken / "words/terminal.txt").read_text()
    floor, training, result = re.split(r"\ntraining\n|\nScores on test", shown)
    assert re.search(WORDS.replace("2 of", "1 of"), floor)
    assert re.search(WORDS, result)
    lines = training.splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith("    the cat")]
    assert [lines[place - 1].split()[1] for place in places] == ["1", "2", "4"]
    assert all(len(line) <= 100 for line in lines)
    assert f"use     seqlab generate {spoken}/words\n" in shown
    assert re.search(CHARACTERS, (spoken / "characters/terminal.txt").read_text())


def test_the_model_and_the_variant_stand_beside_the_floor(spoken):
    metrics = json.loads((spoken / "words/metrics.json").read_text())
    test = metrics["test"]
    assert not metrics["higher_is_better"]
    assert test["model"]["perplexity"] < test["variants"]["toy_mixture"]["perplexity"]
    assert test["variants"]["toy_mixture"]["perplexity"] < test["baselines"]["unigram"]["perplexity"]
    assert test["baselines"]["uniform"]["perplexity"] == pytest.approx(test["vocabulary"]["size"])
    assert test["vocabulary"] | {"size": 0} == {
        "unit": "token", "size": 0, "symbols": ["<unk>", "</s>"], "tokens": test["n"]["tokens"], "outside": 2,
    }  # fmt: skip
    assert "The model beats its strongest baseline, unigram, by" in metrics["verdict"]
    assert re.search(r"by \d\.\d{3} nats per token", metrics["verdict"])


@pytest.mark.parametrize("name", ["words", "stream", "characters"])
def test_evaluate_gives_the_scores_of_the_run(seqlab, spoken, name):
    answer = seqlab("evaluate", name, "--data", "test.txt", "--json")
    assert answer.code == 0, answer.errors
    assert json.loads(answer.output)["test"] == json.loads((spoken / name / "metrics.json").read_text())["test"]


def test_evaluate_says_what_its_perplexities_are_and_what_is_missing(seqlab, spoken, tmp_path):
    answer = seqlab("evaluate", "words", "--data", "test.txt")
    assert re.search(WORDS, answer.output)
    assert "variant: toy_mixture" in answer.output
    shutil.copytree("words/model", tmp_path / "alone")
    alone = seqlab("evaluate", str(tmp_path / "alone"), "--data", "test.txt")
    assert "without uniform, unigram, toy_mixture: not saved with this model" in alone.output


def test_compare_says_it_for_each_run_where_it_is_not_the_same(seqlab, spoken):
    answer = seqlab("compare", "words", "stream")
    assert answer.code == 0, answer.errors
    assert len(re.findall(WORDS, answer.output)) == 1
    assert "difference (nats per token)" in answer.output
    assert "whole" not in answer.output.partition("Against")[2].partition("\n\n")[0]
    apart = seqlab("compare", "words", "characters")
    assert re.search(f"^words: {WORDS}$", apart.output, re.MULTILINE)
    assert re.search(f"^characters: {CHARACTERS}$", apart.output, re.MULTILINE)
    assert "Not compared on the same examples" in apart.output
    assert json.loads(seqlab("compare", "words", "stream", "--json").output)["runs"][0]["vocabulary"]["unit"] == "token"


def test_the_report_is_written_again_to_the_same_bytes(seqlab, spoken):
    folder = spoken / "stream"
    before = {name: (folder / name).read_bytes() for name in ("report.html", "MODEL_CARD.md")}
    assert seqlab("report", str(folder)).code == 0
    assert {name: (folder / name).read_bytes() for name in before} == before
    report = before["report.html"].decode()
    assert report.count('<figure class="sample">') == 3
    for title in ("Classes", "Errors"):
        assert f">{title}</h2>" not in report


def test_a_study_says_what_its_perplexities_are(seqlab, spoken, tmp_path):
    answer = seqlab("run", "words.yaml", "training.max_steps=2", "--seeds", "2", "--run-dir", str(tmp_path / "study"))
    assert answer.code == 0, answer.errors
    assert len(re.findall(WORDS, answer.output)) == 1
    assert re.search(WORDS, seqlab("compare", str(tmp_path / "study")).output)
