"""Learning rates: closed forms."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.training.schedules import Constant, Cosine, LinearDecay, Plateau
from seqlab.training.settings import ConstantSettings, DecaySettings, PlateauSettings

SHARES = st.floats(0, 1)


def test_the_warm_up_rises_in_equal_steps_to_the_whole_rate():
    schedule = Constant(ConstantSettings(warmup_steps=4))
    assert [schedule.factor(step, 0.0) for step in range(7)] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1, 1])


@pytest.mark.parametrize(
    "schedule",
    [Constant(ConstantSettings()), LinearDecay(DecaySettings()), Cosine(DecaySettings()), Plateau(PlateauSettings())],
)
def test_without_a_warm_up_the_first_update_has_the_whole_rate(schedule):
    assert schedule.factor(0, 0.0) == 1


@given(SHARES, st.floats(0, 1))
def test_linear_decay_lies_on_the_line_from_1_to_the_final_share(share, final):
    factor = LinearDecay(DecaySettings(final=final)).factor(100, share)
    assert factor == pytest.approx(1 + share * (final - 1), abs=1e-12)


@given(SHARES, st.floats(0, 1))
def test_cosine_is_half_a_cosine_from_1_to_the_final_share(share, final):
    factor = Cosine(DecaySettings(final=final)).factor(100, share)
    assert factor == pytest.approx(final + (1 - final) * math.cos(math.pi * share / 2) ** 2, abs=1e-12)


@pytest.mark.parametrize("kind", [LinearDecay, Cosine])
def test_decays_multiply_with_the_warm_up(kind):
    slow, plain = kind(DecaySettings(warmup_steps=9)), kind(DecaySettings())
    assert slow.factor(4, 0.3) == pytest.approx(plain.factor(4, 0.3) / 2)


def heard(schedule: Plateau, improvements: str) -> list[float]:
    """Factors after each epoch: `+` got better, `-` did not."""
    factors = []
    for sign in improvements:
        schedule.observe(sign == "+")
        factors.append(schedule.factor(1000, 0.5))
    return factors


def test_plateau_bears_so_many_epochs_and_then_falls():
    schedule = Plateau(PlateauSettings(factor=0.5, patience=1))
    assert heard(schedule, "+--+----") == [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]


def test_plateau_without_patience_falls_at_once():
    assert heard(Plateau(PlateauSettings(factor=0.1, patience=0)), "-+-") == pytest.approx([0.1, 0.1, 0.01])


@given(st.text("+-", max_size=12), st.text("+-", max_size=12))
def test_plateau_goes_on_from_its_state(before, after):
    first, second = Plateau(PlateauSettings(patience=2)), Plateau(PlateauSettings(patience=2))
    heard(first, before)
    second.restore(first.state())
    assert heard(first, after) == heard(second, after)
