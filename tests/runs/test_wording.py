"""Text to tokens and back, and the same text when its tokens come one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab.config.pipeline import DataSection
from seqlab.interfaces.reader import Reader
from seqlab.interfaces.settings import Part
from seqlab.plugins import load_plugins
from seqlab.runs.wording import GrowingText, Wording

REGISTRY = load_plugins().registry


class Plain(Reader):
    def read(self, path, split):
        raise NotImplementedError


def wording(type_, unit, tokenizer=None):
    if type_ == "plain":
        return Wording(DataSection(reader=None), lambda part: Plain(None))
    part = REGISTRY.part("reader", type_)
    reader = Part("reader", type_, type(part.settings)(unit=unit))
    return Wording(DataSection(reader, tokenizer=tokenizer), REGISTRY.build)


WORDS, CHARACTERS = ["a", "the", ".", "ß", "</s>"], ["a", " ", ".", "ß", "</s>"]
FORMS = {
    "lines of words": (wording("lines", "word"), WORDS),
    "lines of characters": (wording("lines", "character"), CHARACTERS),
    "text of words": (wording("text", "word"), [*WORDS, "\n"]),
    "text of characters": (wording("text", "character"), [*CHARACTERS, "\n"]),
    "a reader that says nothing": (wording("plain", None), WORDS),
}


@pytest.mark.parametrize("form, alphabet", FORMS.values(), ids=FORMS.keys())
@settings(max_examples=60)
@given(data=st.data())
def test_the_text_of_tokens_one_by_one_is_the_text_of_all(form, alphabet, data):
    some = st.lists(st.sampled_from(alphabet), max_size=12)
    before, after = data.draw(some), data.draw(some)
    growing = GrowingText(form, before)
    pieces = [growing.add(token) for token in after]
    assert form.text(before) + "".join(pieces) == form.text([*before, *after])


def test_words_have_a_blank_between_them_and_characters_have_none():
    growing = GrowingText(FORMS["lines of words"][0])
    assert [growing.add(token) for token in ("the", "cat", "</s>", "a", "dog")] == ["the", " cat", "\n", "a", " dog"]
    growing = GrowingText(FORMS["lines of characters"][0], "th")
    assert [growing.add(token) for token in "e c"] == ["e", " ", "c"]
    growing = GrowingText(FORMS["text of words"][0], ["end"])
    assert [growing.add(token) for token in ("\n", "\n", "new", "line")] == ["\n", "\n", "new", " line"]


def test_the_tokenizer_of_a_pipeline_cuts_where_there_is_one():
    cut = wording("lines", "word", REGISTRY.part("tokenizer", "spacy"))
    assert cut.tokens("It isn't so.") == ("It", "is", "n't", "so", ".")
    assert FORMS["lines of words"][0].tokens("It isn't so.") == ("It", "isn't", "so.")
