"""A predicted tag goes into its column and nowhere else."""

import pytest

from seqlab import Example, LabelsPrediction, TagsPrediction, Tokens
from seqlab_readers.conllu import Conllu
from seqlab_readers.settings import ConlluSettings

LINES = ["# text = ab", "1\tab\tab\tNOUN\tN\tCase=Nom|Number=Sing\t0\troot\t_\tEntity=B|Ref=1"]


def written(tag, lines=LINES, **settings):
    reader = Conllu(ConlluSettings(**settings))
    (example,) = reader.read_inputs(lines, "stdin")
    text = reader.write(example, TagsPrediction((tag,)))
    assert text.endswith("\n\n")
    return text.split("\n")[len(lines) - 1].split("\t")


@pytest.mark.parametrize(
    "column, tag, index, value",
    [
        ("upos", "VERB", 3, "VERB"),
        ("xpos", "V", 4, "V"),
        ("lemma", "abs", 2, "abs"),
        ("deprel", "dep", 7, "dep"),
        ("feats", "_", 5, "_"),
        ("feats", "Case=Acc", 5, "Case=Acc"),
        ("Number", "Plur", 5, "Case=Nom|Number=Plur"),
        ("Number", "_", 5, "Case=Nom"),
        ("Abbr", "Yes", 5, "Abbr=Yes|Case=Nom|Number=Sing"),
        ("misc:Entity", "I", 9, "Entity=I|Ref=1"),
        ("misc:Entity", "_", 9, "Ref=1"),
        ("misc:New", "x", 9, "Entity=B|Ref=1|New=x"),
    ],
)
def test_each_column_is_written_where_it_stands(column, tag, index, value):
    before, after = LINES[1].split("\t"), written(tag, column=column)
    assert after[index] == value
    assert [cell for n, cell in enumerate(after) if n != index] == [c for n, c in enumerate(before) if n != index]


def test_a_word_that_has_the_tag_keeps_its_line():
    odd = ["1\tab\tab\tNOUN\tN\tNumber=Sing|Case=Nom\t0\troot\t_\t_"]  # features out of order stay so
    assert "\t".join(written("Nom", odd, column="Case")) == odd[0]


def test_the_tag_of_words_without_one_is_no_attribute():
    assert written("O", column="misc:Entity", missing="O")[9] == "Ref=1"


def test_only_tags_can_be_written():
    example = Example("1", "x:1", {"main": Tokens(("a",))})
    with pytest.raises(NotImplementedError, match="CoNLL-U holds tags"):
        Conllu(ConlluSettings()).write(example, LabelsPrediction(("a",)))


@pytest.mark.parametrize("lines, known", [(["a b c"], False), (LINES, True), (["#", "", LINES[1]], True), ([], False)])
def test_the_format_is_recognised_by_its_columns(lines, known):
    assert Conllu(ConlluSettings()).recognises(lines) is known
