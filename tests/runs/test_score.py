"""How likely lines are: the chain rule, what is outside the vocabulary, and totals."""

import math

import pytest
import torch

from seqlab.plugins import load_plugins
from seqlab.runs import score
from seqlab.runs.language_models import Which, saved_generator
from seqlab.runs.score import Total, perplexity, ranked, score_lines


@pytest.fixture(scope="module")
def words(language_models):
    with saved_generator(str(language_models / "words"), Which(), load_plugins()) as saved:
        yield saved


@pytest.fixture(scope="module")
def characters(language_models):
    with saved_generator(str(language_models / "characters"), Which(), load_plugins()) as saved:
        yield saved


def step_by_step(model, tokens):
    """Each token's log-probability, one step of the model after the other."""
    found, state, previous = [], model.start(1), torch.tensor([model.begin])
    with torch.no_grad():
        for token in tokens:
            step = model.step(previous, state)
            id_ = model.vocabulary.id(token)
            found.append(float(step.log_probs[0, id_]) if id_ >= 0 else math.nan)
            state, previous = step.state, torch.tensor([id_])
    return found


def test_the_log_probability_of_a_line_is_the_sum_of_its_conditionals(words):
    for line in score_lines(words, ["the cat is small", "a bird sees the fish", "small the cat is"]):
        assert line.tokens == (*line.text.split(), "</s>")
        assert line.log_probs == pytest.approx(step_by_step(words.model, line.tokens), rel=1e-5)
        assert line.log_prob == pytest.approx(sum(line.log_probs), abs=1e-12)
        assert perplexity(line.per_token) == pytest.approx(math.exp(-line.log_prob / len(line.tokens)))


def test_what_is_said_ranks_above_what_is_not(words):
    lines = list(score_lines(words, ["small the cat is", "cat the small is", "the cat is small"]))
    assert ranked(lines)[0].text == "the cat is small"
    assert [line.line for line in lines] == [1, 2, 3]


def test_a_line_is_scored_as_if_it_stood_alone(words, monkeypatch):
    lines = ["the cat is small", "a dog sees the cat", "the fish"]
    together = [line.log_prob for line in score_lines(words, lines)]
    alone = [line.log_prob for each in lines for line in score_lines(words, [each])]
    assert together == pytest.approx(alone, rel=1e-5)
    monkeypatch.setattr(score, "CHUNK_LINES", 2)
    assert [line.log_prob for line in score_lines(words, lines)] == pytest.approx(together, rel=1e-5)


def test_a_word_outside_the_vocabulary_is_scored_as_unknown(words):
    (line,) = score_lines(words, ["the wombat is old"])
    vocabulary = words.model.vocabulary
    assert "wombat" not in vocabulary
    assert line.known == (True, False, True, True, True)
    assert (line.outside, line.scored) == (1, 5)
    (same,) = score_lines(words, ["the <unk> is old"])
    assert line.log_probs == same.log_probs
    assert same.outside == 0


def test_a_character_without_a_probability_is_not_scored(characters):
    (line,) = score_lines(characters, ["the Zebu"])
    assert math.isnan(line.log_probs[4])
    assert (line.scored, line.outside) == (7, 1)
    assert line.log_prob == pytest.approx(sum(value for value in line.log_probs if not math.isnan(value)), abs=1e-12)
    assert line.log_probs == pytest.approx(step_by_step(characters.model, "the Zebu"), rel=1e-5, nan_ok=True)
    assert line.as_json()["log_probs"][4] is None


def test_lines_without_a_token_are_passed_over(words):
    assert [(line.line, line.text) for line in score_lines(words, ["", "the cat", "  ", "a dog"])] == [
        (2, "the cat"),
        (4, "a dog"),
    ]


def test_an_answer_comes_before_the_next_line_is_read(words):
    taken = []

    def lines():
        for number in range(3):
            taken.append(number)
            yield "the cat"

    next(score_lines(words, lines(), at_once=True))
    assert taken == [0]


def test_the_total_is_that_of_all_lines(words, characters):
    lines = list(score_lines(words, ["the cat is small", "the wombat is old"]))
    total = Total(words)
    for line in lines:
        total.add(line)
    assert total.log_prob == pytest.approx(lines[0].log_prob + lines[1].log_prob)
    assert total.per_token == pytest.approx(total.log_prob / 10)
    assert total.coverage.tokens == 10
    assert total.coverage.outside == 1
    assert (total.coverage.unit, total.coverage.symbols) == ("token", ("<unk>", "</s>"))
    nothing = Total(characters)
    assert nothing.as_json()["perplexity"] is None
    assert (nothing.coverage.unit, nothing.coverage.symbols) == ("character", ())


def test_a_perplexity_too_large_for_a_float_is_infinite():
    assert perplexity(-1.0) == pytest.approx(math.e)
    assert perplexity(-1000.0) == math.inf
