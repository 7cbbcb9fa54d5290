"""As a language model: one step at a time, in windows, side by side, it says the same."""

import numpy as np
import pytest
import torch

from seqlab import IGNORED, LanguageModel, Vocabulary
from seqlab.model.scoring import score_text
from seqlab_numpy_rnn.language_model import NumpyLanguageModel
from seqlab_numpy_rnn.parameters import zeros

from .conftest import TEXT, corpus_of


@pytest.fixture(params=["plain", "hoisted"])
def model(make_learner, request):
    learner = make_learner(form=request.param, training={"epochs": 5})
    for _ in learner.fit(corpus_of(TEXT), corpus_of(TEXT)):
        pass
    with learner.language_model() as found:
        yield found


def ids_of(model, *texts):
    rows = [model.vocabulary.ids(text) for text in texts]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.int64)
    for row, values in zip(ids, rows, strict=True):
        row[: len(values)] = torch.tensor(values)
    return ids, torch.tensor([len(row) for row in rows])


def test_it_is_a_language_model(model):
    assert isinstance(model, LanguageModel)


def test_each_step_is_a_distribution_and_its_log_probabilities_are_those_of_score(model):
    ids, lengths = ids_of(model, "the cat is old", "a fish")
    scored, state = model.score(torch.full((2,), model.begin), ids, lengths, model.start(2))
    assert scored.shape == ids.shape
    for row, length in enumerate(lengths.tolist()):
        previous, now = torch.full((1,), model.begin), model.start(1)
        for t in range(length):
            step = model.step(previous, now)
            assert step.log_probs.exp().sum().item() == pytest.approx(1, abs=1e-6)
            assert step.log_probs[0, ids[row, t]].item() == pytest.approx(scored[row, t].item(), rel=1e-5)
            previous, now = ids[row : row + 1, t], step.state
        torch.testing.assert_close(state["hidden"][row], now["hidden"][0], rtol=1e-5, atol=1e-6)
        assert not scored[row, length:].any()


def test_windows_with_the_state_carried_are_one_pass(model):
    ids, lengths = ids_of(model, TEXT)
    begin = torch.full((1,), model.begin)
    whole, _ = model.score(begin, ids, lengths, model.start(1))
    first, state = model.score(begin, ids[:, :9], torch.tensor([9]), model.start(1))
    second, _ = model.score(ids[:, 8], ids[:, 9:], lengths - 9, state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)


def test_what_is_not_in_the_vocabulary_is_not_scored_and_read_as_nothing(model):
    ids, lengths = ids_of(model, "the cat")
    ids[0, 3] = IGNORED
    scored, _ = model.score(torch.full((1,), model.begin), ids, lengths, model.start(1))
    assert scored[0, 3] == 0
    assert (scored[0, [0, 1, 2, 4, 5, 6]] < 0).all()
    known = model.vocabulary.id("e")
    state = model.start(1)
    assert not torch.equal(
        model.step(torch.tensor([IGNORED]), state).log_probs, model.step(torch.tensor([known]), state).log_probs
    )


def test_a_unit_that_never_lets_go_is_scored_as_in_one_pass():
    """The first letter is held for ever; a state of zeros in the middle of the text would know nothing of it."""
    _, parameters = zeros(2, 1, np.float64)
    parameters.input_to_hidden[0] = 2  # a; b says nothing
    parameters.hidden_to_hidden[:] = 3
    parameters.hidden_to_output[:] = [-2, 2]
    vocabulary = Vocabulary.of_outputs({"a": 2, "b": 1})
    found = score_text(NumpyLanguageModel(parameters, vocabulary), corpus_of("a" + "b" * 20_000))
    held = 0.99490153  # the largest x with x = tanh(3 x)
    np.testing.assert_allclose(found[100:], -np.log1p(np.exp(-4 * held)), rtol=1e-4)


def test_the_carried_state_is_worth_something(model):
    text = corpus_of(TEXT)
    ids, lengths = ids_of(model, TEXT)
    through = score_text(model, text)
    cold, _ = model.score(ids[:, 39], ids[:, 40:], lengths - 40, model.start(1))
    assert np.abs(through[40:] - cold.numpy()).max() > 1e-3
