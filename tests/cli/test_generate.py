"""`seqlab generate`: texts on a terminal, in a pipe and as JSON, and what is said of prompts and options."""

import json
import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def spoken(language_models, monkeypatch):
    """The folder of the language models, as the current one."""
    monkeypatch.chdir(language_models)
    return language_models


def texts(answer):
    assert answer.code == 0, answer.errors
    return json.loads(answer.output)["texts"]


def test_the_help_is_as_it_was(seqlab, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    output = seqlab("generate", "-h").output
    if os.environ.get("SEQLAB_REGENERATE"):
        (GOLDEN / "generate.txt").write_text(output)
    assert output == (GOLDEN / "generate.txt").read_text()


def test_the_text_in_a_pipe_is_that_in_json(seqlab, spoken):
    options = ("generate", "words", "--prompt", "the cat", "--seed", "3", "--n", "4")
    answer = seqlab(*options)
    assert answer.errors == ""
    assert answer.output.splitlines() == [text["text"] for text in texts(seqlab(*options, "--json"))]
    assert all(line.startswith("the cat") for line in answer.output.splitlines())
    assert answer.output == seqlab(*options).output


def test_json_says_what_wrote_and_how_likely_it_is(seqlab, spoken):
    record = json.loads(seqlab("generate", "words", "--prompt", "the", "--json").output)
    assert (record["model"], record["system"], record["seed"]) == ("words/model", "model", 0)
    (text,) = record["texts"]
    assert set(text) == {"prompt", "text", "tokens", "log_probs", "log_prob", "score", "ended"}
    assert text["text"] == " ".join(["the", *text["tokens"]])
    assert text["log_prob"] == pytest.approx(sum(text["log_probs"]), abs=1e-12)
    assert len(text["log_probs"]) == len(text["tokens"]) + text["ended"]


def test_running_text_stands_under_rules_with_its_line_ends(seqlab, spoken):
    options = ("generate", "characters", "--prompt", "the ", "--n", "2", "--length", "60")
    first, second = (text["text"] for text in texts(seqlab(*options, "--json")))
    assert seqlab(*options).output == f"--- 1 of 2 ---\n{first}\n--- 2 of 2 ---\n{second}\n"
    alone = seqlab(*options[:4], "--length", "60").output
    assert alone == f"{first}\n"
    assert len(first) == 64


def test_what_a_model_does_not_know_of_a_prompt_is_told_in_one_line(seqlab, spoken):
    answer = seqlab("generate", "words", "--prompt", "the wombat and the Yeti", "--length", "2")
    assert answer.errors == "note: 'wombat', 'and', 'Yeti' are not in the vocabulary; the model reads <unk> for them\n"
    assert answer.output.startswith("the wombat and the Yeti")
    answer = seqlab("generate", "characters", "--prompt", "\x1b!0123456789", "--length", "2")
    assert answer.errors == (
        "note: '\\x1b', '!', '0', '1', '2', '3', '4', '5' and 4 more are not in the vocabulary; "
        "the model reads <unk> for them\n"
    )


def test_several_prompts_from_a_file_or_standard_input(seqlab, spoken, typed, tmp_path):
    (tmp_path / "prompts.txt").write_text("the cat\na\n")
    options = ("generate", "words", "--temperature", "0", "--prompts")
    from_file = seqlab(*options, str(tmp_path / "prompts.txt")).output
    typed("the cat\na\n")
    assert seqlab(*options, "-").output == from_file
    alone = [seqlab(*options[:-1], "--prompt", prompt).output for prompt in ("the cat", "a")]
    assert from_file == "".join(alone)


def test_a_baseline_and_a_variant_write_too(seqlab, spoken):
    by_model, by_unigram, by_variant = (
        [text["tokens"] for text in texts(seqlab("generate", "words", "--n", "20", "--json", *which))]
        for which in ((), ("--from", "unigram"), ("--variant", "toy_mixture"))
    )
    assert len({str(each) for each in (by_model, by_unigram, by_variant)}) == 3
    begins = ("the", "a")
    assert all(tokens[0] in begins for tokens in by_model if tokens)
    assert not all(tokens[0] in begins for tokens in by_unigram if tokens)


def test_a_beam_search_shows_the_best(seqlab, spoken):
    options = ("generate", "words", "--prompt", "the", "--beam", "8", "--n-best", "3")
    found = texts(seqlab(*options, "--json"))
    assert [text["score"] for text in found] == sorted((text["score"] for text in found), reverse=True)
    assert seqlab(*options).output.splitlines() == [text["text"] for text in found]


def test_a_terminal_is_sent_no_control_characters(seqlab, spoken, monkeypatch):
    monkeypatch.setattr("seqlab.cli.generate.is_terminal", lambda: True)
    shown = seqlab("generate", "characters", "--prompt", "\x1b[2Jthe", "--length", "3").output
    assert shown.startswith("\\x1b[2Jthe")
    monkeypatch.setattr("seqlab.cli.generate.is_terminal", lambda: False)
    assert seqlab("generate", "characters", "--prompt", "\x1b[2Jthe", "--length", "3").output.startswith("\x1b[2Jthe")


@pytest.mark.parametrize(
    "options, words",
    [
        (("--n-best", "2"), "--n-best is for a beam search: give --beam too"),
        (("--length-penalty", "1"), "--length-penalty is for a beam search"),
        (("--beam", "2", "--n-best", "3"), "--n-best: a beam of 2 finds no more than 2 texts, not 3"),
        (
            ("--beam", "2", "--temperature", "0.5"),
            "--temperature is for texts that are drawn, and --beam draws nothing",
        ),
        (("--beam", "2", "--n", "3"), "for several texts give --n-best"),
        (("--n", "3", "--temperature", "0"), "all 3 texts would be the same"),
        (("--from", "a", "--variant", "b"), "leave out one of them"),
        (("--prompt", "a", "--prompts", "b"), "leave out one of them"),
        (("--temperature", "-1"), "-1"),
    ],
)
def test_options_that_contradict_each_other_are_told(seqlab, spoken, options, words):
    answer = seqlab("generate", "words", *options)
    assert (answer.code, answer.output) == (2, "")
    assert words in answer.errors


def test_a_tagger_cannot_write(seqlab, here):
    answer = seqlab("generate", "runs/pos/a")
    assert answer.code == 6
    assert "error[SL618]: this model is no language model: it predicts tags" in answer.errors
    assert "seqlab predict runs/pos/a" in answer.errors


def test_predict_tells_of_the_verbs_that_a_language_model_has(seqlab, spoken, typed):
    typed("the cat\n")
    answer = seqlab("predict", "words")
    assert answer.code == 6
    assert "seqlab generate" in answer.errors
    assert "seqlab score" in answer.errors
