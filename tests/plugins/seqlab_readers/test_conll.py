"""Files of columns: which are words and tags, one scheme for all, mistakes with their place, and the way back."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab import DataError, Example, TagsPrediction, Tokens, spans
from seqlab_readers.conll import Conll
from seqlab_readers.conll_settings import ConllSettings


def read(path, content, split="train", **settings):
    path.write_text(content, encoding="utf-8")
    return list(Conll(ConllSettings(**settings)).read(path, split))


def sentences(examples):
    return [list(zip(each.inputs["main"].items, each.target.items, strict=True)) for each in examples]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.conll"


def test_sentences_end_with_empty_lines_of_any_blanks(path):
    """WNUT-17 has lines of a single tab between its sentences."""
    found = read(path, "\nAda\tB-PER\nsings\tO\n\t\nOslo\tB-LOC\n \t \n\nYes\tO")
    assert sentences(found) == [[("Ada", "B-PER"), ("sings", "O")], [("Oslo", "B-LOC")], [("Yes", "O")]]
    assert [each.id for each in found] == ["train-1", "train-2", "train-3"]
    assert [each.place for each in found] == [f"{path}:{line}" for line in (2, 5, 8)]


def test_columns_are_chosen_from_either_end(path):
    content = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n"
    assert sentences(read(path, content)) == [[("EU", "B-ORG"), ("rejects", "O")]]
    assert sentences(read(path, content, tag=-2)) == [[("EU", "B-NP"), ("rejects", "B-VP")]]
    assert sentences(read(path, content, tag=2)) == [[("EU", "NNP"), ("rejects", "VBZ")]]
    assert sentences(read(path, content, word=2, tag=1)) == [[("NNP", "EU"), ("VBZ", "rejects")]]


def test_a_word_may_hold_a_blank_where_tabs_separate(path):
    assert sentences(read(path, "New York\tB-LOC\n", separator="\t")) == [[("New York", "B-LOC")]]
    assert sentences(read(path, "a\u00a0b O\n")) == [[("a\u00a0b", "O")]]  # a no-break space is part of a word


def test_comments_are_words_unless_they_are_named(path):
    content = "# about O\nAda B-PER\n"
    assert sentences(read(path, content, comment="# ")) == [[("Ada", "B-PER")]]
    assert sentences(read(path, content)) == [[("#", "O"), ("Ada", "B-PER")]]


def test_a_packed_file_is_unpacked(tmp_path):
    packed = tmp_path / "train.conll.gz"
    packed.write_bytes(gzip.compress(b"Ada\tO\n"))
    assert sentences(Conll(ConllSettings()).read(packed, "dev")) == [[("Ada", "O")]]


@pytest.mark.parametrize(
    "scheme, tags",
    [
        ("IOB1", "I-PER I-PER B-PER O I-LOC"),
        ("BIO", "B-PER I-PER B-PER O B-LOC"),
        ("BIOES", "B-PER E-PER S-PER O S-LOC"),
    ],
)
@pytest.mark.parametrize(
    "given_tags", ["PER PER S-PER O LOC", "I-PER I-PER B-PER O I-LOC", "B-PER E-PER S-PER O I-LOC"]
)
def test_tags_are_converted_whatever_scheme_the_file_has(path, scheme, tags, given_tags):
    content = "".join(f"w {tag}\n" for tag in given_tags.split())
    [example] = read(path, content, convert_to=scheme)
    assert " ".join(example.target.items) == tags
    assert spans(example.target.items) == spans(given_tags.split())


@pytest.mark.parametrize(
    "content, settings, expected",
    [
        ("Ada B-PER\nsings\n\nOslo\n", {},
         [("SL470", 2, 1, "the line has 1 column, but 2 are needed for word and tag"),
          ("SL470", 4, 1, "the line has 1 column, but 2 are needed for word and tag")]),
        ("Ada NNP\n", {"tag": 4}, [("SL470", 1, 1, "the line has 2 columns, but the tag stands in column 4")]),
        ("Ada NNP\n", {"tag": -3}, [("SL470", 1, 1, "the line has 2 columns, but 3 are needed for word and tag")]),
        ("Ada\t\tO\nsings\t\t\n", {"separator": "\t"}, [("SL471", 2, 1, "the tag is empty")]),
        ("\n \n", {}, [("SL426", None, None, "the file holds no sentence, only empty lines")]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(path, content, settings, expected):
    with pytest.raises(DataError) as caught:
        read(path, content, **settings)
    problems = caught.value.problems
    assert [(each.code, each.place.line, each.place.column, each.message) for each in problems] == expected
    assert {each.place.file for each in problems} == {str(path)}
    assert problems[0].notes


def test_a_wrong_separator_is_suspected(path):
    with pytest.raises(DataError, match="white space seems to separate the columns: leave 'separator' out"):
        read(path, "Ada B-PER\n", separator="\t")


def test_ten_mistakes_are_told_at_once_and_no_more(path):
    with pytest.raises(DataError) as caught:
        read(path, "word\n\n" * 30)
    assert len(caught.value.problems) == 10
    assert caught.value.problems[-1].notes[-1].startswith("stopped after 10 problems")


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"tag": 0}, "counted from 1"),
        ({"tag": 1}, "column 1 holds the word"),
        ({"separator": ""}, "separator: must not"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        ConllSettings(**settings)


def predicted(content, tags, **settings):
    reader = Conll(ConllSettings(**settings))
    examples = list(reader.read_inputs(content.split("\n"), "input"))
    return "".join(
        reader.write(example, TagsPrediction(tuple(of.split()))) for example, of in zip(examples, tags, strict=True)
    )


def test_predictions_are_written_where_the_tags_stand():
    content = "-DOCSTART- -X- O\n\nEU  NNP O extra\nsays  VBZ O extra\n\nOslo NNP O extra"
    assert predicted(content, ["B-ORG O", "B-LOC"], tag=3) == (
        "-DOCSTART- -X- O\n\nEU  NNP B-ORG extra\nsays  VBZ O extra\n\nOslo NNP B-LOC extra\n\n"
    )


def test_words_without_tags_get_one():
    assert predicted("Ada\nsings\n\nOslo\t", ["B-PER O", "B-LOC"]) == "Ada\tB-PER\nsings\tO\n\nOslo\tB-LOC\n\n"
    assert predicted("Ada x", ["B-PER"], tag=3) == "Ada x B-PER\n\n"
    assert predicted("New York", ["B-LOC"], separator="\t") == "New York\tB-LOC\n\n"


def test_raw_text_is_written_in_columns():
    example = Example("1", "text:1", {"main": Tokens(("Ada", "sings"))})
    prediction = TagsPrediction(("B-PER", "O"))
    assert Conll(ConllSettings()).write(example, prediction) == "Ada\tB-PER\nsings\tO\n\n"
    assert Conll(ConllSettings(tag=4, separator="|")).write(example, prediction) == "Ada|_|_|B-PER\nsings|_|_|O\n\n"


def test_a_line_without_a_word_cannot_be_predicted():
    with pytest.raises(DataError, match=r"input:2:1: error\[SL470\]: there is no word in column 2"):
        predicted("1 Ada\n2", [], word=2, tag=3)


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["Ada", "#1", "ö", "-"]), st.sampled_from("OXY")), min_size=1), min_size=1
    )
)
def test_what_is_written_is_read_back(given_sentences):
    reader = Conll(ConllSettings())
    lines = "".join(
        reader.write(
            Example("1", "", {"main": Tokens(tuple(w for w, _ in each))}), TagsPrediction(tuple(t for _, t in each))
        )
        for each in given_sentences
    )
    again = list(reader.read_inputs(lines.split("\n"), "again"))
    assert [list(each.inputs["main"].items) for each in again] == [[w for w, _ in each] for each in given_sentences]
    assert (
        "".join(
            reader.write(e, TagsPrediction(tuple(t for _, t in g))) for e, g in zip(again, given_sentences, strict=True)
        )
        == lines
    )


@pytest.mark.parametrize(
    "lines, answer",
    [
        (["Ada B-PER", "sings O", ""], True),
        (["", "-DOCSTART- -X- O"], False),
        (["Ada sings"], False),
        (["Ada"], False),
        (["type O"], True),
        (["a\tDET", "cat\tNOUN"], True),
        (["a cat", "a dog"], False),
        (["a\tx\tO", "cat\tO"], False),
    ],
)
def test_it_knows_files_of_spans_from_text(lines, answer):
    assert Conll(ConllSettings()).recognises(lines) is answer


@pytest.mark.data
@pytest.mark.parametrize(
    "name, settings, counts",
    [
        ("wnut17/wnut17train.conll", {}, (3394, 62730, 1975)),
        ("wnut17/emerging.dev.conll", {}, (1009, 15733, 836)),
        ("wnut17/emerging.test.annotated", {}, (1287, 23394, 1079)),
        ("wikigold/test.conll", {"convert_to": "BIOES"}, (281, None, None)),
    ],
)
def test_the_sizes_of_real_corpora(name, settings, counts):
    """Sentences, words and entities, as Derczynski et al. (2017) count them in table 2."""
    examples = list(Conll(ConllSettings(**settings)).read(Path(os.environ["SEQLAB_DATA"]) / name, "train"))
    found = (
        len(examples),
        sum(len(each.target) for each in examples),
        sum(len(spans(each.target.items)) for each in examples),
    )
    assert all(expected in (None, each) for each, expected in zip(found, counts, strict=True)), found
