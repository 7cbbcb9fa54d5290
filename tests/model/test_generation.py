"""Generation over models of tables: what is generated is what a person reads off the table, or draws from it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare

from seqlab import Decoding, Prefix, RunError, generate, generate_steps, read_prompts
from seqlab.model.sampling import distribution

END = 0
SEEDS = st.integers(0, 2**31)
PROMPTS = st.lists(st.lists(st.integers(1, 3), max_size=4), min_size=1, max_size=5)
CHOICES = st.sampled_from(
    [Decoding(9, temperature=0), Decoding(9), Decoding(9, temperature=0.7, top_k=3), Decoding(9, top_p=0.8)]
)


def one(found):
    return [text for (text,) in found]


def read_off(model, prompt, max_length):
    """The likeliest token at every step, for one row alone."""
    found = []
    while len(found) < max_length:
        row = model.next([*prompt, *found])
        found.append(row.index(max(row)))
        if found[-1] == END:
            break
    return found


@given(SEEDS, PROMPTS, st.integers(1, 9))
def test_greedy_takes_the_likeliest_symbol_of_every_step(random_model, seed, prompts, max_length):
    model = random_model(seed)
    found = one(generate(read_prompts(model, prompts), Decoding(max_length, temperature=0), end=END))
    expected = [read_off(model, prompt, max_length) for prompt in prompts]
    assert [[*text.ids, *[END] * text.ended] for text in found] == expected


@given(SEEDS, PROMPTS, CHOICES, st.integers(0, 2**40))
def test_rows_do_not_hang_on_each_other(random_model, model_seed, prompts, decoding, seed):
    model = random_model(model_seed)
    together = generate(read_prompts(model, prompts), decoding, end=END, seed=seed)
    alone = [
        generate(read_prompts(model, [prompt]), decoding, end=END, seed=seed, first_row=row)[0]
        for row, prompt in enumerate(prompts)
    ]
    assert together == alone


@given(SEEDS, PROMPTS, CHOICES)
def test_a_prompt_is_read_at_once_as_step_by_step(random_model, seed, prompts, decoding):
    model = random_model(seed)
    unread = Prefix(model.step, model.start(len(prompts)), torch.full((len(prompts),), model.begin))
    stepwise = generate(read_prompts(unread, prompts), decoding, end=END)
    assert generate(read_prompts(model, prompts), decoding, end=END) == stepwise


@given(SEEDS, PROMPTS, CHOICES)
def test_the_steps_are_what_is_collected(random_model, seed, prompts, decoding):
    prefix = read_prompts(random_model(seed), prompts)
    ids, log_probs = [[] for _ in prompts], [[] for _ in prompts]
    for chosen in generate_steps(prefix, decoding, end=END, seed=3):
        for row, id_, log_prob in zip(chosen.rows, chosen.ids, chosen.log_probs, strict=True):
            ids[row].append(id_)
            log_probs[row].append(log_prob)
    collected = one(generate(prefix, decoding, end=END, seed=3))
    assert [[*text.ids, *[END] * text.ended] for text in collected] == ids
    assert [list(text.log_probs) for text in collected] == log_probs


@given(SEEDS, PROMPTS, CHOICES, st.sets(st.integers(0, 2)))
def test_log_probabilities_are_those_of_the_model_as_it_is(random_model, seed, prompts, decoding, banned):
    model = random_model(seed)
    for prompt, text in zip(
        prompts, one(generate(read_prompts(model, prompts), decoding, end=END, banned=list(banned))), strict=True
    ):
        ids = [*prompt, *text.ids, *[END] * text.ended]
        assert not set(ids[len(prompt) :]) & banned
        assert list(text.log_probs) == [model.next(ids[:n])[ids[n]] for n in range(len(prompt), len(ids))]
        assert text.score == text.log_prob == sum(text.log_probs)


def test_nothing_is_computed_for_rows_that_have_ended(bigrams):
    model = bigrams([0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0])
    found = one(generate(read_prompts(model, [[], [1], [2], [3]]), Decoding(5, temperature=0), end=END))
    assert [text.ids for text in found] == [(), (), (1,), (3, 3, 3, 3, 3)]
    assert [text.ended for text in found] == [True, True, True, False]
    assert model.stepped == [4, 2, 1, 1, 1]


def test_without_an_end_every_text_has_the_longest_length(random_model):
    found = one(generate(read_prompts(random_model(1), [[]] * 20), Decoding(7)))
    assert {len(text.ids) for text in found} == {7}
    assert any(END in text.ids for text in found)
    assert not any(text.ended for text in found)


def test_what_is_drawn_fits_the_bigrams_whatever_the_row(bigrams):
    rows = [0.2, 0.3, 0.5], [0.0, 0.9, 0.1], [0.25, 0.25, 0.5], [0.6, 0.4, 0.0]
    decoding = Decoding(500, temperature=1.5)
    texts = one(generate(read_prompts(bigrams(*rows), [[]] * 400), decoding, seed=13))
    ids = np.array([text.ids for text in texts])  # (400, 500)
    counts = np.zeros((3, 3))
    np.add.at(counts, (ids[:, :-1].ravel(), ids[:, 1:].ravel()), 1)
    for before, probabilities in enumerate(rows[:3]):
        expected = distribution(torch.tensor([probabilities], dtype=torch.float64).log(), decoding)[0].numpy()
        possible = expected > 0
        assert counts[before][~possible].sum() == 0
        assert chisquare(counts[before][possible], counts[before].sum() * expected[possible]).pvalue > 0.001
    assert (ids[:, 0] < 2).all()


def test_rows_and_steps_are_drawn_independently(bigrams):
    """Of independent draws from one distribution, each pair of neighbours is as frequent as its parts say."""
    model = bigrams(*[[0.5, 0.3, 0.2]] * 4)
    ids = np.array([text.ids for text in one(generate(read_prompts(model, [[]] * 300), Decoding(300), seed=5))])
    for first, second in ((ids[:-1], ids[1:]), (ids[:, :-1], ids[:, 1:])):
        pairs = np.zeros((3, 3))
        np.add.at(pairs, (first.ravel(), second.ravel()), 1)
        assert chi2_contingency(pairs).pvalue > 0.001


def test_the_seed_says_what_is_drawn(bigrams):
    model = bigrams(*[[0.5, 0.3, 0.2]] * 4)

    def ids(seed):
        return [text.ids for text in one(generate(read_prompts(model, [[]] * 3), Decoding(30), seed=seed))]

    assert ids(7) == ids(7)
    seeds = [0, 1, 7, 7 + 2**32, 2**62]  # torch's generator would give the third and the fourth the same numbers
    assert len({tuple(text) for seed in seeds for text in ids(seed)}) == 3 * len(seeds)


def test_banned_symbols_are_never_drawn_and_the_others_as_often_as_their_share(bigrams):
    model = bigrams(*[[0.5, 0.3, 0.15, 0.05]] * 5)
    found = one(generate(read_prompts(model, [[]] * 200), Decoding(100), banned=[0, 3]))
    counts = np.bincount(np.array([text.ids for text in found]).ravel(), minlength=4)
    assert counts[[0, 3]].tolist() == [0, 0]
    assert chisquare(counts[1:3], [20_000 * 2 / 3, 20_000 / 3]).pvalue > 0.001


@pytest.mark.parametrize("decoding", [Decoding(), Decoding(temperature=0), Decoding(top_k=2, top_p=0.5)])
@pytest.mark.parametrize("row", [[0, 0, 1], [math.nan] * 3])
def test_a_row_with_nothing_to_choose_is_an_error_that_names_it(row, decoding, bigrams):
    model = bigrams([1, 0, 0], row, [0, 0.5, 0.5], [1, 0, 0])
    with pytest.raises(RunError, match=r"SL617.*row 6:"):
        generate(read_prompts(model, [[2], [1], [2]]), decoding, banned=[2], first_row=5)


def test_a_step_is_given_out_before_the_next_is_made(random_model):
    model = random_model(1)
    steps = generate_steps(read_prompts(model, [[]]), Decoding(3))
    assert model.stepped == []
    for count in (1, 2, 3):
        assert next(steps).rows == [0]
        assert len(model.stepped) == count
    assert next(steps, None) is None
    assert len(model.stepped) == 3


def test_it_keeps_no_gradient_and_leaves_that_of_the_caller_alone(random_model):
    model = random_model(1)
    model.table.requires_grad_()
    taken = []

    def step(previous, state):
        taken.append(model.step(previous, state))
        return taken[-1]

    prefix = read_prompts(model, [[1]])._replace(step=step)
    for _ in generate_steps(prefix, Decoding(2)):
        assert torch.is_grad_enabled()
    generate(prefix, Decoding(2, beam=2))
    assert len(taken) == 4
    assert not any(each.log_probs.requires_grad for each in taken)


def test_a_beam_search_has_no_steps_to_show(random_model):
    with pytest.raises(ValueError, match="a beam search has no steps to show"):
        generate_steps(read_prompts(random_model(1), [[]]), Decoding(beam=2))


@pytest.mark.parametrize("decoding", [Decoding(), Decoding(temperature=0), Decoding(beam=2)])
def test_no_rows_give_no_texts(decoding, random_model):
    assert generate(read_prompts(random_model(1), []), decoding, end=END) == []
