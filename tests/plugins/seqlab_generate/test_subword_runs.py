"""A translator that reads and writes pieces of words, beside floors that know nothing of them."""

import json
import shutil
import sys

import pytest

from seqlab.testing import invoke

LEFT = {"haus": "house", "baum": "tree", "wald": "forest", "berg": "mountain", "stadt": "city", "fluss": "river"}
RIGHT = {"tür": "door", "blatt": "leaf", "weg": "path", "see": "lake", "tor": "gate", "ufer": "shore"}
PIPELINE = """
name: compounds
data: {reader: pairs, train: train.tsv, dev: dev.tsv, test: dev.tsv, vocabulary: {subwords: 78}}
model:
  embedder: {type: word, size: 24, word_dropout: 0}
  encoder: {type: lstm, hidden_size: 24, bidirectional: true}
  head: {type: translator, beam: 2, n_best: 2, decoder: {type: rnn_decoder, hidden_size: 48, embedding_size: 24}}
training: {epochs: 25, batch_size: 8, optimizer: {type: adam, lr: 5e-3}, schedule: linear_decay}
evaluation: {metrics: [exact_match, bleu], resamples: 200}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Compounds of which train has each half, but not each whole; a run over their pieces, and a short one over words."""
    made = tmp_path_factory.mktemp("compounds")
    rows = {
        (i, j): f"die {left}{right} !\tthe {LEFT[left]}{RIGHT[right]} !\n"
        for i, left in enumerate(LEFT)
        for j, right in enumerate(RIGHT)
    }
    (made / "train.tsv").write_text("".join(row for (i, j), row in rows.items() if i != j) * 3)
    (made / "dev.tsv").write_text("".join(row for (i, j), row in rows.items() if i == j))
    (made / "pipeline.yaml").write_text(PIPELINE)
    for run, more in (("pieces", ()), ("words", ("data.vocabulary.subwords=null", "training.epochs=1"))):
        answer = invoke("run", str(made / "pipeline.yaml"), "--run-dir", str(made / run), *more)
        assert answer.code == 0, answer.errors
    return made


def records(run):
    return [json.loads(line) for line in (run / "predictions.test.jsonl").read_text().splitlines()]


def test_it_says_words_that_train_does_not_have(folder):
    found = records(folder / "pieces")
    right = [record["model"] for record in found if record["model"] == record["gold"]]
    assert len(right) >= 2
    train = (folder / "train.tsv").read_text().split()
    assert not {words[1] for words in right} & set(train)
    assert all(not any(" " in word for word in record["model"]) for record in found)


def test_floors_are_what_they_are_without(folder):
    pieces, words = records(folder / "pieces"), records(folder / "words")
    assert [record["baselines"] for record in pieces] == [record["baselines"] for record in words]
    assert [record["tokens"] for record in pieces] == [record["tokens"] for record in words]


def test_attention_goes_from_words_to_words(folder):
    for record in records(folder / "pieces"):
        assert [len(weights) for weights in record["attention"]] == [len(record["tokens"])] * len(record["model"])
        assert all(sum(weights) == pytest.approx(1, abs=0.01) for weights in record["attention"])


def test_a_saved_model_cuts_as_the_run_did(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)  # it is needed to learn only
    found = records(folder / "pieces")
    sources = [" ".join(record["tokens"]) for record in found]
    (tmp_path / "new.txt").write_text("\n".join([*sources, "die Œuvre !\n"]))  # no Œ in train
    answer = invoke("predict", str(folder / "pieces"), str(tmp_path / "new.txt"))
    assert answer.code == 0, answer.errors
    *answers, unknown = answer.output.splitlines()
    assert answers == [" ".join(record["model"]) for record in found]
    assert unknown.startswith("the ")


def test_a_model_without_its_subwords_is_broken(folder, tmp_path):
    shutil.copytree(folder / "pieces" / "model", tmp_path / "model")
    (tmp_path / "model" / "subwords.json").unlink()
    answer = invoke("predict", str(tmp_path / "model"), str(folder / "dev.tsv"))
    assert "SL616" in answer.errors
    assert "subwords.json" in answer.errors


def test_the_same_data_gives_the_same_bits(folder, tmp_path):
    for name in ("one", "two"):
        arguments = ("--run-dir", str(tmp_path / name), "training.epochs=1")
        assert invoke("run", str(folder / "pipeline.yaml"), *arguments).code == 0
    for file in ("subwords.json", "vocabulary.target.json", "model.safetensors"):
        assert (tmp_path / "one/model" / file).read_bytes() == (tmp_path / "two/model" / file).read_bytes()


def test_characters_are_not_cut_further(folder):
    path = str(folder / "pipeline.yaml")
    answer = invoke("validate", path, "data.reader={type: pairs, unit: character}")
    assert "SL332]: 'subwords' cuts words, but reader 'pairs' gives characters" in answer.errors


def test_pieces_are_generated_and_scored_and_texts_are_of_words(folder):
    sources = [line.split("\t")[0] for line in (folder / "dev.tsv").read_text().splitlines()]
    (folder / "sources.txt").write_text("".join(f"{source}\n" for source in sources))
    asked = ("--prompts", str(folder / "sources.txt"), "--beam", "2", "--json")
    answer = invoke("generate", str(folder / "pieces"), *asked)
    assert answer.code == 0, answer.errors
    made = json.loads(answer.output)["texts"]
    assert [each["text"].split() for each in made] == [each["model"] for each in records(folder / "pieces")]
    assert any(len(each["tokens"]) > len(each["text"].split()) for each in made)

    answer = invoke("score", str(folder / "pieces"), str(folder / "dev.tsv"), "--json")
    assert answer.code == 0, answer.errors
    scored = json.loads(answer.output)["lines"]
    by_text = {(each["input"], each["text"]): each["log_prob"] for each in scored}
    both = [each for each in made if (each["prompt"], each["text"]) in by_text and each["ended"]]
    assert both
    for each in both:
        assert by_text[each["prompt"], each["text"]] == pytest.approx(each["log_prob"], abs=1e-4)
