"""Scoring a corpus with a language model whose probabilities hang on all that it has read."""

import math

import numpy as np
import pytest
import torch

import seqlab.model.scoring
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.decoder import Step
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.vocabulary import IGNORED, Vocabulary
from seqlab.model.scoring import by_example, score_corpus, score_examples, score_text

LETTERS = "abc"


class Fading:
    """p(next) hangs on a sum over all tokens before, each counting half of the one after it."""

    def __init__(self, ends):
        self.vocabulary = Vocabulary.of_outputs(dict.fromkeys(LETTERS, 1), ("</s>",) if ends else ())
        self.begin = self.vocabulary.id("</s>")

    def start(self, rows):
        return {"sum": torch.zeros(rows, dtype=torch.float64)}

    def step(self, previous, state):
        total = state["sum"] / 2 + previous.clamp(min=-1) + 1
        scores = torch.sin(total.unsqueeze(1) * torch.arange(1, len(self.vocabulary) + 1))
        return Step(scores.log_softmax(1), {"sum": total})

    def score(self, previous, ids, lengths, state):
        found = torch.zeros(ids.shape, dtype=torch.float64)
        for place in range(ids.shape[1]):
            taken = self.step(previous, state)
            real = place < lengths
            found[:, place] = taken.log_probs.gather(1, ids[:, place].clamp(min=0).unsqueeze(1))[:, 0] * real
            state = {"sum": torch.where(real, taken.state["sum"], state["sum"])}
            previous = ids[:, place]
        return found * (ids != IGNORED), state


def corpus_of(lines, ends):
    return Corpus.of((Example(line, "f:1", {"main": Tokens(tuple(line))}) for line in lines), ends)


def one_by_one(model, ids):
    state, previous, found = model.start(1), torch.tensor([model.begin]), []
    for id_ in ids:
        taken = model.step(previous, state)
        found.append(float(taken.log_probs[0, id_]) if id_ != IGNORED else math.nan)
        state, previous = taken.state, torch.tensor([id_])
    return found


@pytest.mark.parametrize("ends", [True, False])
def test_examples_by_themselves_begin_anew_each(ends):
    model, lines = Fading(ends), ["abca", "", "c", "bbbbbb"] if ends else ["abca", "c", "bbbbbb"]
    found = score_examples(model, corpus_of(lines, ends))
    expected = [value for line in lines for value in one_by_one(model, model.vocabulary.ids([*line, *["</s>"] * ends]))]
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_text_goes_on_from_example_to_example():
    model = Fading(ends=True)
    ids = model.vocabulary.ids([*"abca", "</s>", *"c", "</s>", *"bb", "</s>"])
    assert score_text(model, corpus_of(["abca", "c", "bb"], True)) == pytest.approx(one_by_one(model, ids), abs=1e-12)


def test_a_long_text_in_pieces_is_as_if_it_had_been_read_in_one(monkeypatch):
    monkeypatch.setattr(seqlab.model.scoring, "LEAST_TOKENS", 100)
    monkeypatch.setattr(seqlab.model.scoring, "WARM_UP", 60)
    monkeypatch.setattr(seqlab.model.scoring, "WINDOW", 13)
    letters = "".join(np.random.default_rng(3).choice(list(LETTERS), 337))
    model = Fading(ends=False)
    found = score_text(model, corpus_of([letters[:200], letters[200:]], False))
    assert found == pytest.approx(one_by_one(model, model.vocabulary.ids(letters)), abs=1e-10)  # 2^-60 is forgotten


@pytest.mark.parametrize("is_text", [True, False])
def test_what_the_vocabulary_does_not_have_is_no_number_and_the_rest_are_told_by_example(is_text):
    model = Fading(ends=False)
    corpus = corpus_of(["axb", "c"], False)
    first, second = by_example(score_corpus(model, corpus, is_text), corpus)
    assert [math.isnan(value) for value in first.log_probs] == [False, True, False]
    assert len(second.log_probs) == 1


class Repeating(Fading):
    """How often each letter stands among the last 80 tokens decides. It says how many it remembers, and counts its rows."""

    def __init__(self, memory):
        super().__init__(ends=False)
        self.memory = memory
        self.rows = []

    def start(self, rows):
        self.rows.append(rows)
        return {"last": torch.full((rows, 80), IGNORED)}

    def step(self, previous, state):
        last = torch.cat([state["last"][:, 1:], previous.unsqueeze(1)], dim=1)
        counts = (last.unsqueeze(2) == torch.arange(3)).sum(dim=1) + 1.0
        return Step((counts.double() / counts.sum(dim=1, keepdim=True)).log(), {"last": last})

    def score(self, previous, ids, lengths, state):
        found = torch.zeros(ids.shape, dtype=torch.float64)
        for place in range(ids.shape[1]):
            taken = self.step(previous, state)
            found[:, place] = taken.log_probs.gather(1, ids[:, place].clamp(min=0).unsqueeze(1))[:, 0]
            state, previous = taken.state, ids[:, place]
        return found * (torch.arange(ids.shape[1]) < lengths.unsqueeze(1)), state


@pytest.mark.parametrize("memory, pieces", [(80, 3), (math.inf, 1)])
def test_what_a_model_remembers_is_read_before_a_piece(monkeypatch, memory, pieces):
    monkeypatch.setattr(seqlab.model.scoring, "LEAST_TOKENS", 100)
    monkeypatch.setattr(seqlab.model.scoring, "WARM_UP", 5)
    monkeypatch.setattr(seqlab.model.scoring, "MEMORY_SHARE", 2)
    letters = "".join(np.random.default_rng(3).choice(list(LETTERS), 800))
    model = Repeating(memory)
    found = score_text(model, corpus_of([letters], False))
    assert sum(model.rows) == pieces
    assert found == pytest.approx(one_by_one(model, model.vocabulary.ids(letters)), abs=1e-12)


def test_a_model_that_learns_from_all_it_reads_has_one_example_at_a_time():
    model = Repeating(math.inf)
    score_examples(model, corpus_of(["abca", "c", "bb"], False))
    assert model.rows == [1, 1, 1]


class Latching(Fading):
    """It remembers the first token of a text for good, which no warm-up can tell."""

    def start(self, rows):
        return {"first": torch.full((rows,), -1.0)}

    def score(self, previous, ids, lengths, state):
        first = torch.where(state["first"] < 0, ids[:, 0].float(), state["first"])
        return -first.unsqueeze(1).expand(ids.shape) - 1, {"first": first}


def test_a_piece_that_began_in_another_state_than_the_one_before_ended_in_is_read_again(monkeypatch):
    monkeypatch.setattr(seqlab.model.scoring, "LEAST_TOKENS", 100)
    monkeypatch.setattr(seqlab.model.scoring, "WARM_UP", 60)
    corpus = corpus_of(["b" + "ac" * 500], ends=False)
    model = Latching(False)
    expected = -float(model.vocabulary.id("b")) - 1
    assert score_text(model, corpus) == pytest.approx([expected] * 1001)
