"""Tokenizer `spacy`: tokens are pieces of the text, and sentences are made of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab import PipelineError
from seqlab_readers.settings import SpacySettings
from seqlab_readers.spacy_tokenizer import Spacy

ENGLISH = Spacy(SpacySettings())


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
def test_tokens_are_pieces_of_the_text_and_hold_all_of_it_but_white_space(text):
    tokens = ENGLISH(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert "".join("".join(token.text for token in tokens).split()) == "".join(text.split())
    assert [token for sentence in ENGLISH.sentences(text) for token in sentence] == tokens


def test_sentences_end_at_punctuation():
    found = ENGLISH.sentences("He isn't here.  Is he?   ")
    assert [[token.text for token in sentence] for sentence in found] == [
        ["He", "is", "n't", "here", "."],
        ["Is", "he", "?"],
    ]


def test_the_language_has_its_own_rules():
    text = "z.B. l'été"
    assert next(iter(Spacy(SpacySettings("de"))(text))).text == "z.B."
    assert [token.text for token in Spacy(SpacySettings("fr"))(text)][-2:] == ["l'", "été"]


def test_rules_that_are_loaded_anew_cut_alike(monkeypatch):
    monkeypatch.setattr("seqlab_readers.spacy_tokenizer.RENEW_AFTER", 20)
    tokenizer = Spacy(SpacySettings())
    first = tokenizer("It isn't so.")
    assert [tokenizer("It isn't so.") for _ in range(3)] == [first] * 3


@pytest.mark.parametrize("language, words", [("enx", "did you mean 'en'?"), ("qq", "known: af"), ("ja", "SudachiPy")])
def test_a_language_that_cannot_be_cut_is_told(language, words):
    with pytest.raises(PipelineError, match=r"error\[SL210\]") as caught:
        Spacy(SpacySettings(language))
    assert words in str(caught.value)
