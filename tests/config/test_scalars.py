"""Scalars against the YAML 1.2.2 specification, section 10.3.2, and what YAML 1.1 would have made of them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.config.nodes import ScalarNode, ScalarValue
from seqlab.config.scalars import read_scalar, write_scalar
from seqlab.config.yaml_tree import read_value
from seqlab.errors import PipelineError, Place

TABLE: list[tuple[str, ScalarValue]] = [
    ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None),
    ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
    ("0", 0), ("0o7", 7), ("0o17", 15), ("0x3A", 58), ("0x1F", 31), ("-19", -19), ("+3", 3), ("017", 17),
    ("0.", 0.0), ("-0.0", -0.0), (".5", 0.5), ("+12e03", 12000.0), ("-2E+05", -200000.0), ("1e-3", 0.001), ("2E4", 2e4),
    (".inf", math.inf), ("-.Inf", -math.inf), ("+.INF", math.inf),
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("tRUE", "tRUE"), ("nULL", "nULL"),
    ("1_000", "1_000"), ("12:30", "12:30"), ("2001-12-14", "2001-12-14"), ("0b11", "0b11"), ("-0x1F", "-0x1F"),
    ("+0o7", "+0o7"), ("1e", "1e"), (".", "."), ("e3", "e3"), ("inf", "inf"), ("nan", "nan"), ("=", "="), ("<<", "<<"),
    ("1.2.3", "1.2.3"), ("\u0663", "\u0663"),
]  # fmt: skip

PLACE = Place("command line", 1, 1, "", 1)


def same(one: ScalarValue, other: ScalarValue) -> bool:
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return type(one) is type(other) and (one == other or both_nan)


def read(text: str) -> ScalarValue:
    node = read_value(text, PLACE, "test", Path())
    assert isinstance(node, ScalarNode)
    return node.value


@pytest.mark.parametrize("text, value", TABLE)
def test_plain_scalars_follow_the_core_schema(text: str, value: ScalarValue) -> None:
    assert same(read_scalar(text), value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    assert same(read_scalar(text), math.nan)


@pytest.mark.parametrize("text, value", [pair for pair in TABLE if pair[0] not in ("=", "<<")])
def test_yaml_gives_what_the_table_says(text: str, value: ScalarValue) -> None:
    assert same(read(text), value)


@pytest.mark.parametrize("text, value", [pair for pair in TABLE if pair[0]])
def test_quoted_scalars_are_strings(text: str, value: ScalarValue) -> None:
    assert read(f"'{text}'") == read(f'"{text}"') == text


def test_a_number_of_ten_thousand_digits_is_left_as_text() -> None:
    assert read_scalar("9" * 10_000) == "9" * 10_000


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"]))


@given(values)
def test_what_is_written_is_read_again(value: ScalarValue) -> None:
    assert same(read(write_scalar(value)), value)


def test_a_lone_surrogate_is_an_error_and_no_traceback() -> None:
    with pytest.raises(PipelineError, match="SL105"):
        read("\ud800")
