"""Words in pieces and back: nothing is lost, and the merge that was learnt first comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab.interfaces.subwords import Subwords

LOW = Subwords([("l", "o"), ("lo", "w"), ("e", "r"), ("er", " "), ("o", "w")])
WORDS = st.lists(st.text(st.characters(exclude_characters=" "), min_size=1, max_size=8))
MERGES = st.lists(st.tuples(st.sampled_from(["a", "b", "ab", "b "]), st.sampled_from(["a", "b", " ", "ab"])))


@pytest.mark.parametrize(
    "word, pieces",
    [
        ("lower", ("low", "er ")),
        ("low", ("low", " ")),
        ("ow", ("ow", " ")),  # the last merge, where no earlier one takes the o
        ("lore", ("lo", "r", "e", " ")),
        ("löw", ("l", "ö", "w", " ")),
        ("lolo", ("lo", "lo", " ")),
    ],
)
def test_the_first_merges_come_first(word, pieces):
    assert LOW.pieces(word) == pieces


def test_pieces_of_several_words_follow_one_another():
    assert LOW.cut(["lower", "ow"]) == ("low", "er ", "ow", " ")


@given(MERGES, st.lists(st.text("ab", min_size=1, max_size=8)) | WORDS)
def test_no_character_is_lost(merges, words):
    subwords = Subwords(merges)
    found = subwords.words(subwords.cut(words))
    assert found == [(word, len(subwords.pieces(word))) for word in words]


def test_what_is_generated_need_not_be_whole_words():
    assert LOW.words(["lo", "w", "er ", "ow"]) == [("lower", 3), ("ow", 1)]
    assert LOW.words([" ", "low", " ", " "]) == [("low", 3)]
    assert LOW.words([" "]) == LOW.words([]) == []


def test_it_is_saved_and_loaded(tmp_path):
    LOW.save(tmp_path / "subwords.json")
    assert (tmp_path / "subwords.json").read_text().splitlines()[:3] == ["[", '["l", "o"],', '["lo", "w"],']
    assert Subwords.load(tmp_path / "subwords.json").merges == LOW.merges
    Subwords([]).save(tmp_path / "none.json")
    assert Subwords.load(tmp_path / "none.json").pieces("ab") == ("a", "b", " ")
