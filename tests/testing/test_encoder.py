"""`check_encoder` passes right encoders and says in words what is wrong with wrong ones."""

import pytest
import torch

from seqlab.testing import BrokenLaws, check_encoder

from . import wrong_encoders as made
from .wrong_encoders import Blind, Causal, Forward, TwoWays

PADDING = "padding changes nothing"
ALONE = "a batch of one equals its row in a larger batch"
NO_GRADIENT = "padding gets no gradient"
WINDOWS = "windows with a carried state equal one pass"
ROWS = "the state is batch-first"
SHAPES = "shapes and types are those of the contract"

FINAL = "final is the last real state"

# The encoder, its settings, all laws that it breaks, and words that stand under the first of them.
WRONG = [
    (made.PaddingLeak, Blind(), [PADDING, NO_GRADIENT], "with 6 more columns of padding, but"),
    (
        made.WrongReverse,
        TwoWays(),
        [ALONE, PADDING, NO_GRADIENT, FINAL],
        "for row 0 (length 1) alone, but 0 in its batch",
    ),
    (
        made.Neighbours,
        Causal(),
        ["a causal encoder's state t does not move when input t + 1 does"],
        "once input 1 has moved",
    ),
    (made.Elman, Blind(), ["settings that say that it is not causal are right"], "`settings.is_causal` is False"),
    (made.ForgottenState, Forward(), [WINDOWS], "the first window holding the first step alone:"),
    (made.WrongOutputSize, TwoWays(), [SHAPES], "(5, 1, 8), not (B, T, output_size) = (5, 1, 4)"),
    (made.SharedState, Forward(), ["calls share no state"], "after a call with another batch, but"),
    (made.Noisy, Forward(), ["the same call gives the same answer"], "in a second call, but"),
    (made.IdleParameter, Forward(), ["every parameter gets a gradient"], "in 20 updates for 'idle' (3,)"),
    (
        made.FinalFromPadding,
        Forward(),
        [FINAL, PADDING, ALONE, WINDOWS],
        "is 0 as given, but -0.655927 in the last real state",
    ),
    (made.Unmasked, Forward(), ["states are zero on padding", PADDING, WINDOWS], "on padding, but 0 by the contract"),
    (
        made.TimeFirstState,
        Forward(),
        [SHAPES],
        "state['hidden'] has the shape (1, 5, 4), which does not begin with B = 5",
    ),
    (
        made.MixedRows,
        Forward(),
        [ALONE, PADDING, NO_GRADIENT, WINDOWS, ROWS],
        "(length 1) alone, but 0.0112261 in its batch of 5",
    ),
    (made.LearntStart, Forward(), ["a state of zeros starts afresh"], "from a state of zeros"),
    (made.Unseeded, Forward(), ["the same seed gives the same weights and answers"], "inward.bias"),
    (made.Unsaved, Forward(), ["save and load give the same answers"], "after loading, but"),
    (
        made.CutGradient,
        Forward(),
        ["gradients match finite differences"],
        "the input 'inputs' (5, 3, 5) the gradient is",
    ),
    (made.InPlace, Forward(), ["what it is given stays as it was"], "after the call, but"),
    (
        made.CutToLongest,
        Forward(),
        [PADDING],
        "states has the shape (5, 1, 4) with 6 more columns of padding, but (5, 7, 4) without",
    ),
    (made.Crashing, Forward(), [SHAPES], "RuntimeError: kernel size can't be greater than input size (/"),
]


@pytest.mark.parametrize(
    "encoder, settings",
    [(made.Elman, Forward()), (made.TwoWayElman, TwoWays()), (made.Neighbours, Blind())],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_right_encoder_passes(encoder, settings):
    assert len(check_encoder(encoder, settings).laws) >= 16


@pytest.mark.parametrize("encoder, settings, laws, words", WRONG, ids=[each[0].__name__ for each in WRONG])
def test_a_wrong_encoder_is_told_what_is_wrong(encoder, settings, laws, words):
    with pytest.raises(BrokenLaws) as caught:
        check_encoder(encoder, settings)
    broken = {failure.law: failure for failure in caught.value.failures}
    assert set(broken) == set(laws)
    assert words in str(broken[laws[0]])


def test_the_message_names_the_law_the_input_the_place_and_the_cause():
    with pytest.raises(AssertionError) as caught:
        check_encoder(made.PaddingLeak, Blind())
    lines = str(caught.value).splitlines()
    assert lines[0] == "encoder PaddingLeak() breaks 2 of 16 laws"
    assert lines[2:4] == [
        "  padding changes nothing",
        "      with T = 1, float32, fresh weights, lengths [1, 1, 1, 1, 1]:",
    ]
    assert lines[4].startswith("      states[")
    assert "(row " in lines[4]
    assert "with 6 more columns of padding, but" in lines[4]
    assert "is allowed" in lines[4]
    assert lines[5] == "      and in 11 more cases"
    assert lines[6].startswith("      cause, most often: what stands on padding is read")


def test_what_is_no_function_of_its_input_is_told_alone():
    with pytest.raises(BrokenLaws) as caught:
        check_encoder(made.Noisy, Forward())
    assert len(caught.value.failures) == 1
    assert str(caught.value).endswith("mend it first, and check again.")


def test_the_check_leaves_torchs_generator_as_it_was():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    check_encoder(made.Elman, Forward())
    assert torch.equal(torch.get_rng_state(), before)
