"""`seqlab predict`: what the run predicted, on any input, in memory that does not grow."""

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from seqlab.plugins import load_plugins
from seqlab.runs.predict import Form, Predictor
from seqlab.runs.saved_model import load_model


def words_of(path):
    """The columns of every word."""
    rows = (line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return [row for row in rows if row[0].isdecimal()]


@pytest.fixture(scope="module")
def model(finished):
    plugins = load_plugins()
    resolved, learner = load_model(finished / "runs/pos/a/model", plugins)
    return resolved.pipeline, learner, plugins


def test_conllu_goes_out_as_it_came_in_but_for_the_predicted_column(seqlab, here, test_file, tmp_path):
    answer = seqlab("predict", "runs/pos/a", str(test_file))
    assert answer.code == 0, answer.errors
    before, after = test_file.read_text().split("\n"), answer.output.split("\n")
    assert len(before) == len(after)
    changed = [(one.split("\t"), two.split("\t")) for one, two in zip(before, after, strict=True) if one != two]
    assert changed
    assert all([n for n in range(10) if one[n] != two[n]] == [3] for one, two in changed)


def test_predictions_are_those_of_the_run(seqlab, here, test_file, tmp_path):
    (tmp_path / "out.conllu").write_text(seqlab("predict", "runs/pos/a", str(test_file)).output)
    run = [json.loads(line) for line in (here / "runs/pos/a/predictions.test.jsonl").read_text().splitlines()]
    said = [tag for record in run for tag in record["model"]]
    assert [row[3] for row in words_of(tmp_path / "out.conllu")][: len(said)] == said
    tokens = tmp_path / "tokens.txt"
    tokens.write_text("".join(" ".join(record["tokens"]) + "\n" for record in run))
    answer = seqlab("predict", "runs/pos/a", str(tokens), "--input", "tokens", "--output", "jsonl")
    assert [json.loads(line)["tags"] for line in answer.output.splitlines()] == [record["model"] for record in run]


def test_a_treebank_without_tags_is_tagged_alike(seqlab, here, test_file, tmp_path):
    lines = [line.split("\t") for line in test_file.read_text().split("\n")]
    for columns in lines:
        if columns[0].isdecimal():
            columns[3] = "_"
    (tmp_path / "bare.conllu").write_text("\n".join("\t".join(columns) for columns in lines))
    bare = seqlab("predict", "runs/pos/a", str(tmp_path / "bare.conllu"))
    assert bare.code == 0, bare.errors
    assert bare.output == seqlab("predict", "runs/pos/a", str(test_file)).output


def test_multiword_tokens_empty_nodes_and_comments_stay(seqlab, here, typed):
    text = (
        "# newpar\n# text = du pain\n1-2\tdu\t_\t_\t_\t_\t_\t_\t_\tX=1\n1\tde\tde\tADP\tP\tA=1\t0\troot\t_\t_\n"
        "2\tle\tle\tDET\tD\t_\t3\tdet\t_\t_\n2.1\tvide\t_\tNOUN\t_\t_\t_\t_\t3:x\t_\n3\tpain\tpain\t_\t_\t_\t1\tobj\t_\tZ=2\n\n"
    )
    typed(text)
    answer = seqlab("predict", "runs/pos/a")
    assert answer.code == 0, answer.errors
    assert [line.split("\t")[:3] + line.split("\t")[4:] for line in answer.output.split("\n")] == [
        line.split("\t")[:3] + line.split("\t")[4:] for line in text.split("\n")
    ]
    before, after = (each.split("\n") for each in (text, answer.output))
    assert [after[n] for n in (0, 1, 2, 5)] == [before[n] for n in (0, 1, 2, 5)]


def test_raw_text_is_cut_by_spacy_into_sentences_and_words(seqlab, here, typed):
    typed("It isn't Tom's dog. Why (not)?\n\n  \nThe second line\n")
    answer = seqlab("predict", "pos", "--output", "jsonl", "--probabilities")
    records = [json.loads(line) for line in answer.output.splitlines()]
    assert [record["id"] for record in records] == ["1.1", "1.2", "4.1"]
    assert records[0]["tokens"] == ["It", "is", "n't", "Tom", "'s", "dog", "."]
    assert records[1]["text"] == "Why (not)?"
    for record in records:
        pairs = zip(record["starts"], record["tokens"], strict=True)
        assert all(record["text"][start : start + len(token)] == token for start, token in pairs)
        assert len(record["tags"]) == len(record["probabilities"]) == len(record["tokens"])
        assert all(0 < probability <= 1 for probability in record["probabilities"])


def test_raw_text_as_conllu_is_read_back(seqlab, here, typed, tmp_path):
    typed("She said: (maybe).\n")
    answer = seqlab("predict", "pos", "--output", "conllu")
    (tmp_path / "out.conllu").write_text(answer.output)
    rows = words_of(tmp_path / "out.conllu")
    assert [(row[1], row[9]) for row in rows] == [
        ("She", "_"), ("said", "SpaceAfter=No"), (":", "_"), ("(", "SpaceAfter=No"), ("maybe", "SpaceAfter=No"),
        (")", "SpaceAfter=No"), (".", "_"),
    ]  # fmt: skip
    (example,) = (
        load_plugins()
        .registry.get("reader", "conllu")
        .load()(load_plugins().registry.part("reader", "conllu").settings)
        .read(tmp_path / "out.conllu", "test")
    )
    assert example.inputs["main"].text == "She said: (maybe)."


def test_plain_is_word_and_tag(seqlab, here, typed):
    typed("the cat\n")
    answer = seqlab("predict", "pos", "-", "--input", "tokens")
    assert [each.split("/")[0] for each in answer.output.split()] == ["the", "cat"]
    assert "model: runs/pos/b/model" in answer.errors


@pytest.mark.parametrize(
    "content, code, place",
    [
        (b"", "SL416", "standard input"),
        (b"good\n\xe4\xf6\n", "SL413", "standard input:2:1"),
        (b"PK\x03\x04zip", "SL414", "standard input:1"),
        (b"a\0b\n", "SL414", "standard input:1:2"),
        (b"x" * 1_100_000, "SL415", "standard input:1"),
        (b"a " * 10_001, "SL406", "standard input:1"),
        (b"1\ta\tb\t_\t_\t_\t_\t_\t_\t_\n3\ta\tb\t_\t_\t_\t_\t_\t_\t_\n", "SL421", "standard input:2:1"),
    ],
)
def test_broken_input_is_told_with_its_place(seqlab, here, typed, content, code, place):
    typed(content)
    answer = seqlab("predict", "runs/pos/a")
    assert answer.code == 3
    assert answer.errors.startswith(f"{place}: error[{code}]")
    assert "Traceback" not in answer.errors


def test_what_stands_before_a_mistake_is_answered(seqlab, here, typed):
    typed(b"the cat\n\xff\n")
    answer = seqlab("predict", "runs/pos/a", "--input", "tokens", "--output", "jsonl")
    assert json.loads(answer.output)["tokens"] == ["the", "cat"]
    assert answer.code == 3


@pytest.mark.parametrize(
    "options, words",
    [
        (("--input", "conlu"), "did you mean 'conllu'?"),
        (("--output", "json"), "did you mean 'jsonl'?"),
        (("--language", "qq"), "spaCy knows no language 'qq'"),
        (("--probabilities",), "--output jsonl"),
    ],
)
def test_a_wrong_option_is_told(seqlab, here, typed, options, words):
    typed("text\n")
    answer = seqlab("predict", "runs/pos/a", *options)
    assert answer.code in (2, 6)
    assert words in answer.errors


def test_memory_does_not_grow_with_the_input(model):
    """Peak memory of Python over a stream of new words, after 2,000 and after 8,000 lines, in chunks of 200."""

    def peak(lines, monkeypatch):
        monkeypatch.setattr("seqlab.runs.predict.CHUNK_EXAMPLES", 200)
        monkeypatch.setattr("seqlab_readers.spacy_tokenizer.RENEW_AFTER", 40_000)
        predictor = Predictor(*model, Form(input="text"))
        stream = (f"Wort{number} und wort{number}x. Noch {number} mehr." for number in range(lines))
        list(predictor.answers(iter(["warm up."]), "stream"))
        tracemalloc.start()
        for _ in predictor.answers(stream, "stream"):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    with pytest.MonkeyPatch.context() as monkeypatch:
        few, many = peak(2_000, monkeypatch), peak(8_000, monkeypatch)
    assert many < 1.1 * few


def test_answers_come_before_the_input_has_ended(model):
    taken = []

    def lines():
        for number in range(100):
            taken.append(number)
            yield "the cat"

    answers = Predictor(*model, Form(input="tokens", at_once=True)).answers(lines(), "stream")
    assert next(answers).count("\n") == 1
    assert len(taken) == 1


def test_a_reader_that_goes_away_is_no_error(here):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    lines = Path("many.txt")
    lines.write_text("the cat sat on the mat\n" * 20_000)
    command = f"{sys.executable} -m seqlab.cli.main predict runs/pos/a --input tokens {lines} | head -1"
    answer = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, env=environment
    )
    assert answer.stdout.count("\n") == 1
    assert answer.stderr == ""


def test_no_socket_is_opened(seqlab, here, typed, monkeypatch):
    def refuse(*arguments, **named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    typed("The cat sat.\n")
    assert seqlab("predict", "pos").code == 0


def test_tags_are_drawn_in_a_page(seqlab, here, typed):
    typed("A cat sat.\nIt was <late>.\n")
    answer = seqlab("predict", "pos", "--output", "html")
    assert answer.code == 0, answer.errors
    assert answer.output.startswith("<!DOCTYPE html>")
    assert answer.output.endswith("</html>\n")
    assert answer.output.count('<div class="entities"') == 2
    assert "&lt;" in answer.output
