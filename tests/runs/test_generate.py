"""Texts of a saved language model: repeatable, in order, and as likely as it says."""

import math

import pytest

from seqlab.interfaces.decoding import Decoding
from seqlab.plugins import load_plugins
from seqlab.runs import generate, generators
from seqlab.runs.generate import Request, write_texts
from seqlab.runs.language_models import Which, saved_generator
from seqlab.runs.score import score_lines


@pytest.fixture(scope="module")
def words(language_models):
    with saved_generator(str(language_models / "words"), Which(), load_plugins()) as saved:
        yield saved


@pytest.fixture(scope="module")
def unigram(language_models):
    with saved_generator(str(language_models / "words"), Which(baseline="unigram"), load_plugins()) as saved:
        yield saved


@pytest.fixture(scope="module")
def characters(language_models):
    with saved_generator(str(language_models / "characters"), Which(), load_plugins()) as saved:
        yield saved


def written(saved, *prompts, count=1, seed=0, allow_unknown=False, **decoding):
    request = Request(prompts or ("",), Decoding(**decoding), count, seed, allow_unknown)
    return [piece.written for piece in write_texts(saved, request) if piece.written]


def test_the_same_seed_gives_the_same_text_and_another_seed_another(words):
    first = written(words, "the", count=8, seed=4)
    assert first == written(words, "the", count=8, seed=4)
    assert [each.text for each in first] != [each.text for each in written(words, "the", count=8, seed=5)]


def test_a_text_hangs_on_its_number_and_not_on_those_beside_it(words, monkeypatch):
    together = [each.text for each in written(words, count=7)]
    assert [each.text for each in written(words, count=2)] == together[:2]
    monkeypatch.setattr(generators, "ROWS", 2)
    assert [each.text for each in written(words, count=7)] == together


def test_it_is_as_likely_as_scoring_says(words):
    for each in written(words, count=6, temperature=0.7, top_k=4):
        (scored,) = score_lines(words, [each.text])
        assert each.ended
        assert scored.log_probs == pytest.approx(each.log_probs, rel=1e-4)


def test_a_prompt_is_read_first(words):
    (text,) = written(words, "the cat is", temperature=0)
    (scored,) = score_lines(words, [text.text])
    assert text.text.startswith("the cat is ")
    assert scored.log_probs[3:] == pytest.approx(text.log_probs, rel=1e-4)
    assert scored.tokens[3:] == (*text.tokens, "</s>")


def test_a_text_ends_by_its_end_or_at_its_length(words, characters):
    (whole,), (cut,) = written(words, temperature=0), written(words, temperature=0, max_length=3)
    assert (whole.ended, cut.ended) == (True, False)
    assert cut.tokens == whole.tokens[:3]
    assert len(whole.log_probs) == len(whole.tokens) + 1
    (text,) = written(characters, "the cat", max_length=40)
    assert (len(text.tokens), text.ended) == (40, False)
    assert text.text == "the cat" + "".join(text.tokens)


def test_pieces_are_the_text_and_one_text_comes_after_the_other(words):
    request = Request(("the cat", "a"), Decoding(), count=3)
    texts, growing = [], ""
    for piece in write_texts(words, request):
        growing += piece.text
        if piece.written:
            texts.append(piece.written)
            assert growing == piece.written.text
            growing = ""
    assert growing == ""
    assert [text.prompt for text in texts] == ["the cat"] * 3 + ["a"] * 3
    assert all(text.text.startswith(text.prompt) for text in texts)


def test_the_first_text_is_given_while_it_grows(words, monkeypatch):
    steps = []
    real = generate.generate_steps

    def counted(*arguments, **named):
        for step in real(*arguments, **named):
            steps.append(step)
            yield step

    monkeypatch.setattr(generate, "generate_steps", counted)
    pieces = write_texts(words, Request(("the",), Decoding(temperature=0)))
    assert (next(pieces).text, len(steps)) == ("the", 0)
    assert (next(pieces).text[0], len(steps)) == (" ", 1)
    assert (next(pieces).text[0], len(steps)) == (" ", 2)


def test_unknown_is_written_only_where_it_is_allowed(unigram):
    banned = written(unigram, count=60, max_length=20)
    allowed = written(unigram, count=60, max_length=20, allow_unknown=True)
    assert not any("<unk>" in text.tokens for text in banned)
    share = sum(text.tokens.count("<unk>") for text in allowed) / sum(len(text.log_probs) for text in allowed)
    probability = math.exp(unigram.model.log_probs[unigram.model.vocabulary.unknown])
    assert 0 < probability < 0.01
    assert share == pytest.approx(probability, abs=0.01)
    assert any("<unk>" in text.tokens for text in allowed)


def test_a_beam_finds_what_is_likelier_than_greedy_and_ranks_it(words):
    found = written(words, "the", beam=20, n_best=5, max_length=8)
    (greedy,) = written(words, "the", temperature=0, max_length=8)
    scores = [text.score for text in found]
    assert len({text.text for text in found}) == 5
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= greedy.score - 1e-6
    (narrow,) = written(words, "the", beam=1, max_length=8)
    assert (narrow.text, narrow.score) == (greedy.text, pytest.approx(greedy.score))


def test_a_model_that_learns_from_what_it_reads_writes_one_text_at_a_time(words, monkeypatch):
    alone = [each.text for each in written(words, count=3)]
    rows = []
    real = generate.generate_steps
    monkeypatch.setattr(words.model, "memory", math.inf, raising=False)
    monkeypatch.setattr(
        generate, "generate_steps", lambda prefix, *a, **n: rows.append(len(prefix.previous)) or real(prefix, *a, **n)
    )
    assert [each.text for each in written(words, count=3)] == alone
    assert rows == [1, 1, 1]
