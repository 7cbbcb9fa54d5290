"""The tokenizer `whitespace`."""

from hypothesis import given
from hypothesis import strategies as st

from seqlab import NoSettings, Token
from seqlab_readers.whitespace import Whitespace


def test_tokens_carry_their_offsets() -> None:
    tokens = Whitespace(NoSettings())(" Don't  panic,\tnow\u00a0then\n")
    assert tokens == [Token("Don't", 1, 6), Token("panic,", 8, 14), Token("now", 15, 18), Token("then", 19, 23)]


def test_a_text_of_nothing_has_no_tokens() -> None:
    assert Whitespace(NoSettings())(" \n ") == []


@given(st.text())
def test_it_cuts_as_split_does_and_its_offsets_are_right(text: str) -> None:
    tokens = Whitespace(NoSettings())(text)
    assert [token.text for token in tokens] == text.split()
    assert all(text[token.start : token.end] == token.text for token in tokens)
