"""Beam search against all texts there are, and against a search that a person can follow."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab import Decoding, RunError, generate, read_prompts

END = 0
SEEDS = st.integers(0, 2**31)


def found(model, prompts=((),), end=END, banned=(), **choice):
    return generate(read_prompts(model, prompts), Decoding(**choice), end=end, banned=banned)


def tokens(text):
    """Its ids, with the end where it has one."""
    return (*text.ids, END) if text.ended else text.ids


def check(texts, expected, model, penalty=0.0):
    told = [tokens(text) for text in texts]
    assert len(set(told)) == len(told)
    for ids, (score, wanted) in zip(told, expected, strict=True):
        own = model.log_prob(ids) / ((5 + len(ids)) / 6) ** penalty
        assert ids == wanted or own == pytest.approx(score, rel=1e-12)  # of equally good texts any may come first
    torch.testing.assert_close([text.score for text in texts], [score for score, _ in expected], rtol=1e-12, atol=0)
    for text in texts:
        ids = tokens(text)
        assert text.log_probs == tuple(model.next(ids[:place])[id_] for place, id_ in enumerate(ids))
        assert text.log_prob == pytest.approx(model.log_prob(ids), rel=1e-12)


@given(SEEDS, st.integers(2, 4), st.integers(1, 4), st.sampled_from([0.0, 0.6, 1.0, 3.0]), st.integers(1, 9))
def test_a_wide_beam_finds_the_best_of_all_texts(random_model, ranked, seed, symbols, max_length, penalty, n_best):
    model = random_model(seed, symbols)
    width = max(n_best, symbols**max_length)
    choice = {"beam": width, "n_best": n_best, "max_length": max_length, "length_penalty": penalty}
    [texts] = found(model, **choice)
    check(texts, ranked(model, max_length, END, penalty)[:n_best], model, penalty)


@given(SEEDS, st.integers(1, 4), st.integers(1, 9))
def test_without_an_end_it_finds_the_best_texts_of_the_longest_length(random_model, ranked, seed, max_length, n_best):
    model = random_model(seed, 3)
    [texts] = found(model, end=None, beam=81, n_best=n_best, max_length=max_length)
    assert not any(text.ended for text in texts)
    check(texts, ranked(model, max_length)[:n_best], model)


@given(SEEDS, st.sets(st.integers(0, 3), min_size=1, max_size=3))
def test_banned_symbols_leave_the_best_texts_without_them(random_model, ranked, seed, banned):
    model = random_model(seed, 4)
    [texts] = found(model, banned=list(banned), beam=64, n_best=5, max_length=3)
    check(texts, ranked(model, 3, END, banned=banned)[:5], model)


def in_full(model, width, n_best, max_length, penalty):
    """The same search, written for one row, that never stops before as many have ended as the beam is wide."""

    def ranked(texts):
        return sorted(((total / ((5 + len(ids)) / 6) ** penalty, ids) for ids, total in texts), reverse=True)

    live, done = [((), 0.0)], []
    while live and not (len(done) >= width and ranked(done)[n_best - 1] >= ranked(live)[0]):
        grown = [((*ids, id_), total + log_prob) for ids, total in live for id_, log_prob in enumerate(model.next(ids))]
        kept = sorted(grown, key=lambda text: -text[1])[:width]
        over = [ids[-1] == END or len(ids) == max_length for ids, _ in kept]
        done += [text for text, is_over in zip(kept, over, strict=True) if is_over]
        live = [text for text, is_over in zip(kept, over, strict=True) if not is_over]
    return ranked(done)[:n_best]


@given(SEEDS, st.integers(1, 4), st.integers(1, 4), st.integers(1, 9), st.sampled_from([0.0, 0.6, 2.0]))
def test_a_narrow_beam_loses_nothing_where_it_stops_early(random_model, seed, width, n_best, max_length, penalty):
    model, n_best = random_model(seed, 5), min(n_best, width)
    choice = {"beam": width, "n_best": n_best, "max_length": max_length, "length_penalty": penalty}
    [texts] = found(model, **choice)
    check(texts, in_full(model, width, n_best, max_length, penalty), model, penalty)


@given(SEEDS, st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=1, max_size=4))
def test_width_1_is_greedy(random_model, seed, prompts):
    model = random_model(seed)
    assert found(model, prompts, beam=1, max_length=6) == found(model, prompts, temperature=0, max_length=6)


@given(SEEDS, st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=1, max_size=4))
def test_rows_do_not_hang_on_each_other(random_model, seed, prompts):
    model = random_model(seed)
    choice = {"beam": 3, "n_best": 2, "max_length": 6}
    assert found(model, prompts, **choice) == [found(model, [prompt], **choice)[0] for prompt in prompts]


def test_it_finds_a_text_whose_first_token_is_not_the_likeliest(bigrams):
    """1 is likelier than 2, but all that follows 1 is unlikely: 0.6 * 0.5 against 0.4 * 0.9."""
    model = bigrams([1, 0, 0], [0.5, 0.25, 0.25], [0.9, 0.05, 0.05], [0, 0.6, 0.4])
    assert [best.ids for (best,) in found(model, temperature=0, max_length=5)] == [(1,)]
    [(best,)] = found(model, beam=2, max_length=5)
    assert best.ids == (2,)
    assert best.log_prob == pytest.approx(math.log(0.36), rel=1e-12)


def test_the_length_penalty_is_that_of_equation_14(bigrams):
    """A text of 1 and the end against one of 2 and 3 ones: 0.3 against 0.7 * 0.9 * 0.4 = 0.252."""
    model = bigrams([1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0.4, 0.6, 0, 0], [0, 0.3, 0.7, 0])
    [plain] = found(model, beam=9, n_best=2, max_length=3)
    assert [tokens(text) for text in plain] == [(2, 3, 1), (1, 0)]
    [texts] = found(model, beam=9, n_best=3, max_length=3, length_penalty=0.7)
    scores = {
        (2, 3, 1): math.log(0.42) / (8 / 6) ** 0.7,
        (2, 3, 0): math.log(0.28) / (8 / 6) ** 0.7,
        (1, 0): math.log(0.3) / (7 / 6) ** 0.7,
    }
    assert {tokens(text): text.score for text in texts} == pytest.approx(scores, rel=1e-12)
    assert [tokens(text) for text in texts] == sorted(scores, key=lambda ids: -scores[ids])


def test_nothing_is_computed_for_texts_and_rows_that_are_done(bigrams):
    """After 2 the text ends, after 1 it does not: of 11, 2</s>, 12 (0.49, 0.3, 0.21) two are kept, and one lives on."""
    model = bigrams([1, 0, 0], [0, 0.7, 0.3], [1, 0, 0], [1, 0, 0])
    [(first,), (second,)] = found(model, [[1], [2]], beam=2, max_length=3)
    assert (first.ids, second.ids) == ((1, 1, 1), ())
    assert model.stepped == [2, 2, 1]


def test_a_text_that_is_far_ahead_is_not_given_up_because_others_have_ended(bigrams):
    """Two have ended, of 0.01 and 0.0099, while 11 has 0.98."""
    model = bigrams([1, 0, 0], [0.01, 0.99, 0], [1, 0, 0], [0.01, 0.99, 0])
    [(best,)] = found(model, beam=2, max_length=20)
    assert best.ids == (1,) * 20


@given(SEEDS)
def test_a_text_keeps_the_attention_of_its_own_steps(random_model, seed):
    """Each step looks at the token before, so the attention tells which text it was made for."""
    model = random_model(seed)

    def step(previous, state):
        looked_at = torch.nn.functional.one_hot(previous.clamp(min=0), 4)
        return model.step(previous, state)._replace(attention=looked_at)

    prefix = read_prompts(model, [[], [2]])._replace(step=step)
    for texts, before in zip(generate(prefix, Decoding(5, beam=4, n_best=4), end=END), (0, 2), strict=True):
        assert len(texts) == 4
        for text in texts:
            assert [weights.index(1) for weights in text.attention] == [before, *text.ids][: len(text.ids)]


def test_it_stops_when_no_living_text_can_come_to_more(bigrams):
    """Ended: 0.9. What lives has 0.1 at most, and texts only get less likely."""
    model = bigrams([1, 0, 0], [0.1, 0.45, 0.45], [0.1, 0.45, 0.45], [0.9, 0.05, 0.05])
    [(best,)] = found(model, beam=3, max_length=50)
    assert (best.ids, best.ended) == ((), True)
    assert model.stepped == [1]


def test_there_are_no_more_texts_than_have_a_probability(bigrams):
    model = bigrams([1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0.5, 0.5])
    [texts] = found(model, beam=5, n_best=5, max_length=4)
    assert [tokens(text) for text in texts] == [(1, 0), (2, 0)]


def test_a_row_without_any_text_is_an_error_that_names_it(bigrams):
    model = bigrams([1, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0])
    with pytest.raises(RunError, match=r"SL617.*row 11:"):
        generate(read_prompts(model, [[2], [1]]), Decoding(beam=2), end=END, banned=[2], first_row=10)


def test_a_model_that_gives_nan_is_an_error_that_names_the_row(bigrams):
    model = bigrams([1, 0, 0], [math.nan] * 3, [0, 0.5, 0.5], [1, 0, 0])
    with pytest.raises(RunError, match=r"SL617.*row 1:"):
        found(model, [[2], [1]], beam=2)


def test_a_beam_that_is_wider_than_the_vocabulary_is_no_matter(random_model, ranked):
    model = random_model(3, 2)
    [texts] = found(model, beam=50, n_best=2, max_length=1)
    check(texts, ranked(model, 1, END)[:2], model)
