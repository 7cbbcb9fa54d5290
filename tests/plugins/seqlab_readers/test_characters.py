"""The tokenizer `characters`."""

from seqlab import NoSettings, Token
from seqlab_readers.characters import Characters


def test_characters_are_tokens_where_they_stand():
    assert Characters(NoSettings())(" né\t😀") == [Token("n", 1, 2), Token("é", 2, 3), Token("😀", 4, 5)]
    assert Characters(NoSettings())(" \n") == []
