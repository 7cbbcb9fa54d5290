"""Balanced LaTeX, against rewriting: what is empty is taken out until nothing is left, or nothing more can be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab_lm.balance import is_balanced

PIECES = st.sampled_from(
    ["{", "}", r"\begin{a}", r"\end{a}", r"\begin{b*}", r"\end{b*}", r"\{", r"\}", r"\\", "x", " ", "\n"]
)


def reduced(text: str) -> str:
    text = re.sub(r"\\[\\{}]", "", text)  # printed
    text = text.replace(r"\begin{a}", "<a>").replace(r"\end{a}", "</a>")
    text = text.replace(r"\begin{b*}", "<b>").replace(r"\end{b*}", "</b>")
    text = re.sub(r"[x \n]", "", text)
    before = None
    while text != before:
        before, text = text, re.sub(r"\{\}|<a></a>|<b></b>", "", text)
    return text


@given(st.lists(PIECES, max_size=12))
def test_it_is_what_rewriting_leaves_nothing_of(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert is_balanced(text) == (reduced(text) == "")


@pytest.mark.parametrize(
    "text, balanced",
    [
        ("", True),
        (r"\begin{equation}\label{eq:a} \frac{a}{b} \end{equation}", True),
        (r"\begin {a} \end  {a}", True),
        (r"\begin{a} \end{b}", False),
        (r"{ \begin{a} } \end{a}", False),
        (r"\begin{a}{ \end{a} }", False),
        (r"\begin{a} \begin{b} \end{a} \end{b}", False),
        (r"\end{a} \begin{a}", False),
        ("}{", False),
        (r"\{ x", True),
        (r"\\{ x", False),  # a line break, then a brace
        (r"\\{ x }", True),
        (r"\\\{ x", True),
        ("a % { comment \\begin{a}\n b", True),
        ("a % { comment\n }", False),
        (r"100\% { sure", False),
        ("{ \\\n}", True),
        (r"\begin{a", False),
    ],
)
def test_examples(text: str, balanced: bool) -> None:
    assert is_balanced(text) == balanced
