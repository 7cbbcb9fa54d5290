"""What was read: prompts at once or step by step, rows that are repeated, a decoder whose memory follows its rows."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqlab import IGNORED, Decoding, Prefix, begin_decoding, generate, read_prompts

PROMPTS = [[2, 1, 3], [], [1], [3, 3, 0, 2, 2], [0, IGNORED, 2]]


def unread(model, rows):
    return Prefix(model.step, model.start(rows), torch.full((rows,), model.begin))


def places(prefix):
    return prefix.state["place"].tolist(), prefix.previous.tolist()


@pytest.mark.parametrize("prompts", [PROMPTS, PROMPTS[::-1], [[1, 2], [3, 0]], [[], []], [[2]], []])
def test_a_language_model_reads_a_prompt_at_once_as_step_by_step(prompts, random_model):
    model = random_model(5)
    at_once = read_prompts(model, prompts)
    assert model.stepped == []
    assert model.scored == [sum(len(prompt) > 0 for prompt in prompts)] * any(prompts)
    stepwise = read_prompts(unread(model, len(prompts)), prompts)
    assert places(at_once) == places(stepwise)


def test_what_was_read_is_begin_and_the_prompt_but_its_last_token(random_model):
    model = random_model(5)
    read = read_prompts(model, PROMPTS)
    assert read.previous.tolist() == [3, IGNORED, 1, 2, 2]
    expected = [model.next(prompt) for prompt in PROMPTS]
    assert read.step(read.previous, read.state).log_probs.tolist() == expected


def test_step_by_step_no_row_is_read_beyond_its_prompt(random_model):
    model = random_model(5)
    read_prompts(unread(model, 5), PROMPTS)
    assert model.stepped == [4, 3, 3, 1, 1]  # rows that still read, at each place


@given(st.lists(st.lists(st.integers(0, 3), max_size=5), min_size=1, max_size=5), st.integers(1, 4))
def test_a_prefix_is_read_on_where_it_stands(random_model, prompts, cut):
    model = random_model(5)
    first = read_prompts(model, [prompt[:cut] for prompt in prompts])
    assert places(read_prompts(first, [prompt[cut:] for prompt in prompts])) == places(read_prompts(model, prompts))


def test_a_prefix_wants_a_prompt_for_each_row(random_model):
    with pytest.raises(ValueError, match="2 prompts for 3 rows"):
        read_prompts(unread(random_model(5), 3), [[1], [2]])


def test_one_prompt_is_read_once_for_many_samples(random_model):
    model = random_model(5)
    many = read_prompts(model, [[2, 1], [3]]).select(torch.tensor([1, 0, 0, 1]))
    assert model.scored == [2]
    assert places(many) == places(read_prompts(model, [[3], [2, 1], [2, 1], [3]]))


# ------------------------------------------------------------------------------------------ a decoder


ROWS = [2, 4, 3, 1], [5, 1], [3, 3, 3, 3, 2, 1]  # 1 is the end


@pytest.mark.parametrize("choice", [{"temperature": 0}, {"beam": 3}])
def test_the_memory_follows_rows_that_end_and_beams_that_branch(choice, pointing):
    decoder, memory = pointing(*ROWS)
    found = generate(begin_decoding(decoder, memory, begin=0), Decoding(max_length=6, **choice), end=1)
    assert [best.ids for best, *_ in found] == [(2, 4, 3), (5,), (3, 3, 3, 3, 2)]


def test_attention_stands_beside_the_tokens_and_not_beside_the_end(pointing):
    decoder, memory = pointing(*ROWS[:2])
    for choice in ({"temperature": 0}, {"beam": 3}):
        (first,), (second,) = generate(begin_decoding(decoder, memory, 0), Decoding(max_length=4, **choice), end=1)
        assert first.attention == ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0))
        assert second.attention == ((1, 0, 0, 0),)


def test_the_memory_is_copied_only_when_the_rows_change(pointing):
    decoder, memory = pointing(*ROWS)
    generate(begin_decoding(decoder, memory, 0), Decoding(max_length=6, temperature=0), end=1)
    used = decoder.memories
    assert [len(each.lengths) for each in used] == [3, 3, 2, 2, 1, 1]
    assert used[0] is used[1] is memory
    assert used[2] is used[3]
    assert used[4] is used[5]
    assert used[2].state["row"].tolist() == [0, 2]
    assert used[4].state["row"].tolist() == [2]
