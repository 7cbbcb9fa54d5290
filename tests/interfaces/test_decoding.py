"""How texts are made is said once, checked where it is said, and needs no torch."""

import math
import subprocess
import sys

import pytest

from seqlab import Decoding, Generated
from seqlab.config.shapes import Leaf, Maybe, fields_of


@pytest.mark.parametrize(
    "settings, reason",
    [
        ({"max_length": 0}, "max_length: must be >= 1, got 0"),
        ({"temperature": -0.1}, "temperature: must be >= 0, got -0.1"),
        ({"temperature": math.inf}, "temperature: must be a finite number, got inf"),
        ({"temperature": math.nan}, "temperature: must be a finite number, got nan"),
        ({"top_k": 0}, "top_k: must be >= 1, got 0"),
        ({"top_p": 0}, "top_p: must be > 0, got 0"),
        ({"top_p": 1.5}, "top_p: must be <= 1, got 1.5"),
        ({"beam": 0}, "beam: must be >= 1, got 0"),
        ({"beam": 2, "length_penalty": -1}, "length_penalty: must be >= 0, got -1"),
        ({"beam": 2, "n_best": 0}, "n_best: must be >= 1, got 0"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_name(settings, reason):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message follows)
        Decoding(**settings)
    assert str(caught.value) == reason


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"temperature": 0.5}, {"top_k": 3}, {"top_p": 0.5}])
def test_a_beam_search_draws_nothing(settings):
    with pytest.raises(ValueError, match=f"^{next(iter(settings))}: a beam search draws nothing"):
        Decoding(beam=4, **settings)


@pytest.mark.parametrize("settings", [{"length_penalty": 0.6}, {"n_best": 2}])
def test_settings_of_a_beam_search_need_a_beam(settings):
    with pytest.raises(ValueError, match=f"^{next(iter(settings))}: is for a beam search"):
        Decoding(**settings)


def test_a_beam_finds_no_more_texts_than_it_is_wide():
    with pytest.raises(ValueError, match=r"^n_best: a beam of 3 finds no more than 3 texts, not 4$"):
        Decoding(beam=3, n_best=4)
    assert Decoding(beam=3, n_best=3).n_best == 3


@pytest.mark.parametrize(
    "settings, strategy",
    [({}, "sample"), ({"temperature": 0}, "greedy"), ({"temperature": 0, "top_k": 5}, "greedy"), ({"beam": 1}, "beam")],
)
def test_the_settings_say_the_strategy(settings, strategy):
    assert Decoding(**settings).strategy == strategy


def test_a_pipeline_can_hold_it_and_every_setting_says_what_it_is_for():
    fields = fields_of(Decoding)
    assert all(field.doc and isinstance(field.shape, Leaf | Maybe) and not field.required for field in fields)
    assert [field.name for field in fields] == [
        "max_length", "temperature", "top_k", "top_p", "beam", "length_penalty", "n_best",
    ]  # fmt: skip


def test_it_needs_neither_torch_nor_numpy():
    code = "import sys, seqlab; seqlab.Decoding(); print([name for name in ('torch', 'numpy') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_log_probability_of_a_text_counts_its_end():
    assert Generated((5, 7), (-1.0, -2.0, -0.5), True, -3.5).log_prob == -3.5
