"""`seqlab score`: lines, ranks, tokens, and a total with all that a perplexity needs."""

import json
import math
import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
LINES = "small the cat is\nthe cat is small\nthe wombat is old\n"


@pytest.fixture
def spoken(language_models, monkeypatch):
    """The folder of the language models, as the current one."""
    monkeypatch.chdir(language_models)
    return language_models


def rows(answer):
    """The numbers and the text of each line below the heading."""
    assert answer.code == 0, answer.errors
    lines = [line.split(maxsplit=4) for line in answer.output.splitlines()[1:]]
    return [(float(log_prob), int(tokens), text) for log_prob, _, _, tokens, text in lines[:-1]]


def test_the_help_is_as_it_was(seqlab, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    output = seqlab("score", "-h").output
    if os.environ.get("SEQLAB_REGENERATE"):
        (GOLDEN / "score.txt").write_text(output)
    assert output == (GOLDEN / "score.txt").read_text()


def test_the_likeliest_line_stands_first(seqlab, spoken, typed):
    typed(LINES)
    in_order = rows(seqlab("score", "words"))
    typed(LINES)
    by_rank = rows(seqlab("score", "words", "--rank"))
    assert [text for _, _, text in in_order] == [*LINES.splitlines(), "all 3 lines"]
    assert by_rank[0][2] == "the cat is small"
    assert [log_prob for log_prob, _, _ in by_rank[:-1]] == sorted((each[0] for each in in_order[:-1]), reverse=True)
    assert by_rank[-1] == in_order[-1]


def test_numbers_are_those_of_the_line(seqlab, spoken, typed):
    typed("the cat is small\n")
    heading, line, total, note = seqlab("score", "words").output.splitlines()
    assert heading.split() == ["log", "p", "per", "token", "perplexity", "tokens", "text"]
    log_prob, per_token, perplexity, tokens, text = line.split(maxsplit=4)
    assert float(per_token) == pytest.approx(float(log_prob) / 5, abs=1e-4)
    assert float(perplexity) == pytest.approx(math.exp(-float(per_token)), abs=0.01)
    assert (tokens, text) == ("5", "the cat is small")
    assert total.split()[:4] == line.split()[:4]
    size = len(json.loads((spoken / "words/model/vocabulary.target.json").read_text())["items"])
    assert note == (
        f"log p is in nats. Perplexity is per token: V = {size} with <unk> and </s>; "
        "0 of 5 tokens are outside the vocabulary."
    )


def test_json_holds_the_conditionals_and_their_exact_sum(seqlab, spoken, typed):
    typed(LINES)
    record = json.loads(seqlab("score", "words", "--json").output)
    assert [line["text"] for line in record["lines"]] == LINES.splitlines()
    for line in record["lines"]:
        assert abs(line["log_prob"] - sum(line["log_probs"])) < 1e-9
        assert line["tokens"][-1] == "</s>"
        assert line["perplexity"] == pytest.approx(math.exp(-line["log_prob"] / len(line["tokens"])))
    total = record["total"]
    assert abs(total["log_prob"] - sum(line["log_prob"] for line in record["lines"])) < 1e-9
    assert (total["vocabulary"]["tokens"], total["vocabulary"]["outside"], record["lines"][2]["outside"]) == (15, 1, 1)
    assert total["perplexity"] == pytest.approx(math.exp(-total["log_prob"] / 15))


def test_each_token_shows_what_it_costs(seqlab, spoken, typed):
    typed("the wombat\n")
    _, line, *tokens, _, note = seqlab("score", "words", "--tokens").output.splitlines()
    assert [each.split(maxsplit=1)[1] for each in tokens] == ["the", "wombat (as <unk>)", "</s>"]
    assert sum(float(each.split()[0]) for each in tokens) == pytest.approx(float(line.split()[0]), abs=2e-4)
    assert note.endswith("1 of 3 tokens is outside the vocabulary, scored as <unk>.")
    typed("a Z\n")
    output = seqlab("score", "characters", "--tokens").output
    assert "  ' '\n  not scored  Z\n" in output
    assert "per character" in output
    assert output.endswith("1 of 3 characters is outside the vocabulary, and not scored.\n")


def test_a_baseline_and_a_variant_score_too(seqlab, spoken, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("the cat is small\nsmall the cat is\n")

    def scores(*which):
        record = json.loads(seqlab("score", "words", str(path), "--json", *which).output)
        return [line["log_prob"] for line in record["lines"]]

    model, unigram, mixture = scores(), scores("--from", "unigram"), scores("--variant", "toy_mixture")
    assert unigram[0] == pytest.approx(unigram[1])  # whatever the order
    assert unigram[0] < mixture[0] < model[0]
    size = len(json.loads((spoken / "words/model/vocabulary.target.json").read_text())["items"])
    assert scores("--from", "uniform") == pytest.approx([-5 * math.log(size)] * 2)


def test_a_broken_file_is_told(seqlab, spoken, tmp_path):
    (tmp_path / "lines.txt").write_bytes(b"good\n\xff\n")
    answer = seqlab("score", "words", str(tmp_path / "lines.txt"))
    assert answer.code == 3
    assert f"{tmp_path}/lines.txt:2:1: error[SL413]" in answer.errors
