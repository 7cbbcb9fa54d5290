"""The baseline `kneser_ney`: what a run asks of it, and the language model that it is."""

import numpy as np
import pytest
import torch

from seqlab import IGNORED, Context, Corpus, Example, Tokens
from seqlab.data.vocabulary import fit_vocabularies
from seqlab.model.scoring import score_examples, score_text
from seqlab_lm.kneser_ney_baseline import KneserNeyBaseline, cut_at
from seqlab_lm.ngram_arpa_reader import read_arpa
from seqlab_lm.settings import KneserNeySettings, LanguageModelSettings

LINES = ["abcab", "cabba", "abc", "bca", "cab"]


class Text:
    is_text = True


def examples_of(lines):
    return [Example(line, "f:1", {"main": Tokens(tuple(line))}) for line in lines]


def fitted(ends, is_text=False, order=3, **settings):
    head = LanguageModelSettings(sentence_ends=ends, unknown=False)
    train = examples_of(LINES)
    baseline = KneserNeyBaseline(KneserNeySettings(order=order, **settings))
    context = Context(fit_vocabularies(train, head), 1, 1, Text() if is_text else None, None, head)
    baseline.fit(train, [], context)
    return baseline


def test_a_sequence_ends_where_an_end_stands_and_the_next_begins_with_it():
    ids, starts, places = cut_at(9, np.array([9, 1, 2, 9, 3, 9]))
    assert ids.tolist() == [9, 9, 1, 2, 9, 9, 3, 9, 9]
    assert starts.tolist() == [0, 1, 5, 8]
    assert ids[places].tolist() == [9, 1, 2, 9, 3, 9]
    assert places.tolist() == [0, 2, 3, 4, 6, 7]
    ids, starts, places = cut_at(IGNORED, np.array([1, IGNORED, 2, 3]), row=2)
    assert (ids.tolist(), starts.tolist(), places.tolist()) == ([1, IGNORED, 2, 3], [0, 2], [0, 1, 2, 3])


@pytest.mark.parametrize("ends, is_text", [(True, False), (True, True), (False, True), (False, False)])
@pytest.mark.parametrize("order", [1, 2, 4])
def test_its_predictions_are_those_of_its_language_model(ends, is_text, order):
    baseline = fitted(ends, is_text, order)
    test = examples_of(["abca", "c", "bbxa"])
    said = [value for prediction in baseline.predict(test) for value in prediction.log_probs]
    corpus = Corpus.of(test, ends)
    score = score_text if is_text and not ends else score_examples
    np.testing.assert_allclose(said, score(baseline.language_model(), corpus), atol=1e-9)


@pytest.mark.parametrize("ends", [True, False])
def test_steps_are_the_same_as_scores_and_sum_to_1(ends):
    model = fitted(ends, is_text=not ends).language_model()
    ids = model.vocabulary.ids([*"abcabc", *(["</s>", "c", "a"] if ends else [])])
    scores, after = model.score(
        torch.tensor([model.begin]), torch.tensor([ids]), torch.tensor([len(ids)]), model.start(1)
    )
    state, previous = model.start(1), torch.tensor([model.begin])
    for place, id_ in enumerate(ids):
        taken = model.step(previous, state)
        assert float(taken.log_probs.exp().sum()) == pytest.approx(1, abs=1e-9)
        assert float(taken.log_probs[0, id_]) == pytest.approx(float(scores[0, place]), abs=1e-9)
        state, previous = taken.state, torch.tensor([id_])
    assert torch.equal(after["context"], state["context"])


def test_a_shorter_row_leaves_the_state_after_its_own_tokens():
    model = fitted(ends=False, is_text=True).language_model()
    ids = torch.tensor([[0, 1, 2, 0], [1, 2, 0, 0]])
    _, state = model.score(torch.full((2,), model.begin), ids, torch.tensor([4, 2]), model.start(2))
    assert state["context"].tolist() == [[1, 2], [IGNORED, 1]]


def test_it_is_saved_and_an_arpa_file_beside_it_says_the_same(tmp_path):
    baseline = fitted(ends=True, arpa=True)
    baseline.save(tmp_path)
    loaded = KneserNeyBaseline(KneserNeySettings(order=3))
    loaded.load(tmp_path)
    test = examples_of(["abca", "cc"])
    expected = [prediction.log_probs for prediction in baseline.predict(test)]
    assert [prediction.log_probs for prediction in loaded.predict(test)] == expected
    model, items = read_arpa(tmp_path / "kneser_ney.arpa.gz")
    assert items == baseline.language_model().vocabulary.items
    end = items.index("</s>")
    ids = np.array([end, *(items.index(letter) for letter in "abca"), end])
    found = model.log_probs(ids, np.array([0]), begin=True)
    np.testing.assert_allclose(found[1:], expected[0], atol=1e-6)
