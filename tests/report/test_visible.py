"""What a model has written moves no cursor, and fits into a line."""

import pytest

from seqlab.report.visible import in_one_line, visible


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain ß \u4e2d\n\ttabs and ends stay", "plain ß \u4e2d\n\ttabs and ends stay"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\rb\x00\x7f\x9b", r"a\rb\x00\x7f\x9b"),
        ("\u202eturned", r"\u202eturned"),
    ],
)
def test_control_characters_are_escaped(text, shown):
    assert visible(text) == shown


def test_a_line_is_cut_to_the_columns_of_a_terminal():
    assert in_one_line("the cat\n sat", 20) == "the cat\u21b5 sat"
    assert in_one_line("the cat sat", 8) == "the cat\u2026"
    assert in_one_line("\u4e2d\u6587\u4e2d\u6587", 8) == "\u4e2d\u6587\u4e2d\u6587"
    assert in_one_line("\u4e2d\u6587\u4e2d\u6587", 6) == "\u4e2d\u6587\u2026"  # each is two columns wide
    assert in_one_line("\x1b[31m", 20) == r"\x1b[31m"
