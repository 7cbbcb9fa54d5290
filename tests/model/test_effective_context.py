"""Loss by context: of models whose memory is known."""

import numpy as np
import pytest
import torch

from seqlab import Corpus, Example, Tokens, Vocabulary
from seqlab.model.effective_context import context_loss


@pytest.fixture
def corpus(make_corpus):
    random = np.random.default_rng(3)
    return make_corpus([f"s{number}" for number in random.integers(0, 3, 900)])


@pytest.fixture
def make_corpus():
    return lambda items: Corpus.of(
        [Example("1", "text", {"main": Tokens(tuple(items))}, Tokens(tuple(items)))], ends=False
    )


class Bigrams:
    """The next token hangs on the last alone."""

    begin = -1

    def __init__(self, vocabulary, table):
        self.vocabulary, self.table = vocabulary, table

    def start(self, rows):
        return {"nothing": torch.zeros(rows, 1)}

    def score(self, previous, ids, lengths, state):
        before = torch.cat([previous.unsqueeze(1), ids[:, :-1]], dim=1)
        return self.table[before, ids], state


def test_a_model_of_bigrams_needs_one_token(corpus):
    table = torch.log_softmax(torch.randn(3, 3, generator=torch.Generator().manual_seed(1)), dim=1)
    model = Bigrams(Vocabulary(["s0", "s1", "s2"], [1, 1, 1]), table)
    found = context_loss(model, corpus, 100, np.random.default_rng(2), (1, 2, 5, 20))
    ids = corpus.lookup(model.vocabulary)[np.asarray(corpus.targets(0, corpus.size))]
    places = np.sort(np.random.default_rng(2).choice(np.arange(20, 900), 100, replace=False))
    expected = -float(table[ids[places - 1], ids[places]].mean())
    assert found.kept == pytest.approx([expected] * 4, rel=1e-5)
    assert found.shuffled == pytest.approx([expected] * 4, rel=1e-5)
    assert (found.targets, found.tokens) == (100, (1, 2, 5, 20))


class Counting(Bigrams):
    """The loss is how many tokens were read, plus 0.01 times the one read first, so that order shows."""

    def start(self, rows):
        return {"read": torch.zeros(rows), "first": torch.full((rows,), -1.0)}

    def score(self, previous, ids, lengths, state):
        first = torch.where(state["first"] < 0, previous.float(), state["first"])
        read = state["read"].unsqueeze(1) + torch.arange(1, ids.shape[1] + 1)
        return -(read + 0.01 * first.unsqueeze(1)), {"read": read[:, -1], "first": first}


def test_as_many_tokens_are_read_as_are_kept_and_all_where_the_far_ones_are_shuffled(corpus):
    model = Counting(Vocabulary(["s0", "s1", "s2"], [1, 1, 1]), None)
    found = context_loss(model, corpus, 200, np.random.default_rng(2), (1, 3, 30))
    assert [round(loss) for loss in found.kept] == [1, 3, 30]
    assert [round(loss) for loss in found.shuffled] == [30, 30, 30]
    assert found.shuffled[0] != found.kept[-1]  # another token comes first


def test_a_text_shorter_than_the_context_says_nothing(make_corpus):
    model = Counting(Vocabulary(["s0"], [1]), None)
    assert context_loss(model, make_corpus(["s0"] * 20), 10, np.random.default_rng(2), (1, 20)) is None
