"""ARPA files: a model that is written and read is the same, and a broken file is told."""

import gzip
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlab import IGNORED, DataError, RunError
from seqlab_lm import ngram_arpa_writer
from seqlab_lm.kneser_ney import fit_kneser_ney
from seqlab_lm.ngram_arpa_reader import read_arpa
from seqlab_lm.ngram_arpa_words import escaped, unescaped
from seqlab_lm.ngram_arpa_writer import write_arpa

HAND_WRITTEN = r"""
A comment, as some tools write.

\data\
ngram 1=5
ngram 2=  4
ngram 3=2

\1-grams:
-1.0	<unk>
-99	<s>	-0.5
-0.9	</s>
-0.6	the	-0.3
-0.7	cat	-0.2

\2-grams:
-0.4	<s> the	-0.1
-0.5	the cat	0.05
-0.2	cat </s>
-1.5	cat cat

\3-grams:
-0.25	<s> the cat
-0.15	the cat </s>

\end\
"""


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="model.arpa"):
        path = tmp_path / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write_file


# --------------------------------------------------------------------------------------- a file as others write


@pytest.mark.parametrize("form", ["as it is", "blanks", "windows", "packed"])
def test_a_file_is_read_as_it_backs_off(write, form):
    content = {"blanks": HAND_WRITTEN.replace("\t", "  "), "windows": HAND_WRITTEN.replace("\n", "\r\n")}
    model, items = read_arpa(write(content.get(form, HAND_WRITTEN), "m.arpa.gz" if form == "packed" else "m.arpa"))
    assert items == ("<unk>", "</s>", "the", "cat")  # <s> is the </s> before the first word
    assert (model.order, model.size, model.begin) == (3, 4, 1)
    unknown, end, the, cat = range(4)
    ids = np.array([end, the, cat, end, end, cat, cat, the, unknown, the, end])
    found = model.log_probs(ids, np.array([0, 4]), begin=True) / math.log(10)
    expected = [
        math.nan,
        -0.4,  # <s> the
        -0.25,  # <s> the cat
        -0.15,  # the cat </s>
        math.nan,
        -0.5 - 0.7,  # <s>, then cat
        -1.5,  # <s> cat is none, so without a weight; cat cat
        -0.2 - 0.6,  # cat cat has no weight; cat, then the
        -0.3 - 1.0,  # cat the is none; the, then <unk>
        -0.6,
        -0.3 - 0.9,
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    context = np.array([[IGNORED, end], [the, cat], [cat, cat], [IGNORED, IGNORED]])
    rows = model.next_log_probs(context) / math.log(10)
    np.testing.assert_allclose(rows[0], [-1.5, -1.4, -0.4, -1.2], rtol=1e-12)
    np.testing.assert_allclose(rows[1], [0.05 - 0.2 - 1.0, -0.15, 0.05 - 0.2 - 0.6, 0.05 - 1.5], rtol=1e-12)
    np.testing.assert_allclose(rows[2], [-1.2, -0.2, -0.8, -1.5], rtol=1e-12)
    np.testing.assert_allclose(rows[3], [-1.0, -0.9, -0.6, -0.7], rtol=1e-12)


def test_words_may_hold_blanks_that_are_not_those_of_the_format(write):
    content = HAND_WRITTEN.replace("cat", "chat\u00a0noir")
    assert read_arpa(write(content))[1][3] == "chat\u00a0noir"


# ------------------------------------------------------------------------------------------------- round trips

ITEMS = ("</s>", "b", "c", "d")


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([0, 1, 1, 1, 2, 2, 3, IGNORED]), max_size=60),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from(["model.arpa", "model.arpa.gz"]),
)
def test_what_is_written_and_read_scores_the_same(tmp_path_factory, words, order, begin, name):
    starts = np.array([0, 20, 40])
    words = np.array(words, np.int64)
    if begin:
        words[starts[starts < len(words)]] = 0
    model = fit_kneser_ney(words, starts, 4, order, begin)
    path = tmp_path_factory.mktemp("round_trip") / name
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_arpa_writer, "CHUNK", 5)
        write_arpa(model, ITEMS, path)
    again, items = read_arpa(path)
    assert (items, again.order, again.size) == (ITEMS, order, 4)
    assert again.begin == model.begin
    ids = np.concatenate([words, np.random.default_rng(0).integers(0, 4, 50)])
    bounds = np.array(sorted([0, 20, 40, len(words), len(words) + 25]))
    found, expected = (each.log_probs(ids, bounds, begin) for each in (again, model))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-9)
    assert list(path.parent.iterdir()) == [path]  # nothing unfinished is left


def test_sequences_begin_with_the_symbol_that_other_tools_know(tmp_path):
    ids = np.array([0, 1, 2, 0, 0, 1, 0])
    write_arpa(fit_kneser_ney(ids, np.array([0, 4]), 4, 3, True), ITEMS, tmp_path / "model.arpa")
    lines = (tmp_path / "model.arpa").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    words = [line[1] for line in fields if len(line) > 1]
    assert lines[:4] == ["\\data\\", "ngram 1=5", "ngram 2=4", "ngram 3=3"]
    assert words == ["<s>", *ITEMS, "<s> b", "b </s>", "b c", "c </s>", "<s> b </s>", "<s> b c", "b c </s>"]
    assert fields[6][0] == "-99.0000000000"
    assert len(fields[6]) == 3  # its weight
    assert len(fields[7]) == 2  # </s> goes on with nothing


def test_the_same_model_is_written_as_the_same_bytes(tmp_path):
    model = fit_kneser_ney(np.array([0, 1, 2, 1, 2]), np.array([0]), 4, 2, False)
    for name in ("one.arpa.gz", "other.arpa.gz"):
        write_arpa(model, ITEMS, tmp_path / name)
    assert (tmp_path / "one.arpa.gz").read_bytes() == (tmp_path / "other.arpa.gz").read_bytes()


def test_characters_that_a_line_cannot_hold_are_read_back(tmp_path):
    items = (" ", "\n", "\t", "\r", "\u00a0", "\u2028", "\x00", "\ud800", "", "<s>", "</s>", "<unk>", "\\u{20}", "\\", "1\\/2",
             "é", "-99", "\\end\\", "a b", "🙂", "<s>\n")  # fmt: skip
    ids = np.random.default_rng(0).integers(0, len(items), 500)
    model = fit_kneser_ney(ids, np.array([0]), len(items), 3, False)
    write_arpa(model, items, tmp_path / "model.arpa")
    again, found = read_arpa(tmp_path / "model.arpa")
    assert found == items
    np.testing.assert_allclose(
        again.log_probs(ids, np.array([0]), False), model.log_probs(ids, np.array([0]), False), rtol=0, atol=2e-9
    )


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from("\\u{}20 ")))
def test_every_item_has_a_word_of_its_own(item):
    word = escaped(item)
    assert unescaped(word) == item
    assert word.split() == [word]
    word.encode()
    assert word != "<s>"


@pytest.mark.parametrize("item", ["word", "1\\/2", "</s>", "<unk>", "\\*", "日本"])
def test_an_ordinary_item_is_its_own_word(item):
    assert escaped(item) == item


# ------------------------------------------------------------------------------------------------ broken files


def changed(before, after):
    assert HAND_WRITTEN.count(before) == 1
    return HAND_WRITTEN.replace(before, after)


DAMAGED = "   it was probably cut or altered while it was downloaded or copied; get it again"
NGRAM = "   that is a logarithm of at most 0, {}, and perhaps the logarithm of a weight"
BROKEN = {
    "another file": (
        "the 0.1 0.2\n",
        "model.arpa: error[SL450]: there is no line '\\data\\'\n"
        "   ARPA files have one before the counts; is it another file?",
    ),
    "a count is missing": (
        changed("ngram 2=  4\n", ""),
        "model.arpa:6: error[SL450]: expected 'ngram 2=' and a number, found 'ngram 3=2'\n" + DAMAGED,
    ),
    "no counts": (
        "\\data\\\n\n\\1-grams:\n",
        "model.arpa:3: error[SL450]: the file does not say how many 1-grams it has\n" + DAMAGED,
    ),
    "a section is missing": (
        changed("\\2-grams:", "\\4-grams:"),
        "model.arpa:16: error[SL450]: expected '\\2-grams:', found '\\4-grams:'\n" + DAMAGED,
    ),
    "one section too many": (
        changed("\\end\\", "\\4-grams:"),
        "model.arpa:26: error[SL450]: expected '\\end\\', found '\\4-grams:'\n" + DAMAGED,
    ),
    "no number": (
        changed("-0.5	the cat	0.05", "half	the cat	0.05"),
        "model.arpa:18: error[SL450]: a 2-gram is expected, found 'half\tthe cat\t0.05'\n" + NGRAM.format("2 words"),
    ),
    "a weight is no number": (
        changed("-0.5	the cat	0.05", "-0.5	the cat	sat"),
        "model.arpa:18: error[SL450]: a 2-gram is expected, found '-0.5\tthe cat\tsat'\n" + NGRAM.format("2 words"),
    ),
    "a word too few": (
        changed("-0.25	<s> the cat", "-0.25	<s> the"),
        "model.arpa:23: error[SL450]: a 3-gram is expected, found '-0.25\t<s> the'\n" + NGRAM.format("3 words"),
    ),
    "more than certain": (
        changed("-0.7	cat", "0.7	cat"),
        "model.arpa:14: error[SL450]: a 1-gram is expected, found '0.7\tcat\t-0.2'\n" + NGRAM.format("a word"),
    ),
    "not finite": (
        changed("-0.7	cat	-0.2", "-0.7	cat	nan"),
        "model.arpa:14: error[SL450]: a 1-gram is expected, found '-0.7\tcat\tnan'\n" + NGRAM.format("a word"),
    ),
    "an n-gram is missing": (
        changed("-0.5	the cat	0.05\n", ""),
        "model.arpa: error[SL451]: the file says that it has 4 2-grams, but it has 3\n" + DAMAGED,
    ),
    "cut in a section": (
        HAND_WRITTEN[: HAND_WRITTEN.index("-0.2	cat </s>")],
        "model.arpa: error[SL451]: the file says that it has 4 2-grams, but it has 2\n" + DAMAGED,
    ),
    "cut between sections": (
        HAND_WRITTEN[: HAND_WRITTEN.index("\\3-grams")],
        "model.arpa: error[SL451]: the file ends without '\\3-grams:'\n" + DAMAGED,
    ),
    "cut before the end": (
        HAND_WRITTEN[: HAND_WRITTEN.index("\\end")],
        "model.arpa: error[SL451]: the file ends without '\\end\\'\n" + DAMAGED,
    ),
    "an unknown word": (
        changed("-0.2	cat </s>", "-0.2	catt </s>"),
        "model.arpa:19: error[SL452]: 'catt' is not among the 1-grams\n   did you mean 'cat'?\n" + DAMAGED,
    ),
    "a word stands twice": (
        changed("-0.7	cat	-0.2", "-0.7	the	-0.2"),
        "model.arpa:14: error[SL452]: 'the' stands twice, first on line 13\n" + DAMAGED,
    ),
    "an n-gram stands twice": (
        changed("-1.5	cat cat", "-1.5	the cat"),
        "model.arpa:20: error[SL452]: the 2-gram stands twice, first on line 18\n" + DAMAGED,
    ),
    "a beginning is missing": (
        changed("-0.25	<s> the cat", "-0.25	<s> cat cat"),
        "model.arpa:23: error[SL452]: the 3-gram begins with 2 words that are not among the 2-grams\n"
        "   every n-gram goes on from one that is a word shorter; it was probably cut or altered while it was downloaded or "
        "copied; get it again",
    ),
    "a sentence goes on after its end": (
        changed("-1.5	cat cat", "-1.5	</s> cat"),
        "model.arpa:20: error[SL452]: an n-gram cannot begin with '</s>'\n"
        "   <s> stands before the first word of a sentence, </s> after the last",
    ),
    "a sentence begins twice": (
        changed("-1.5	cat cat", "-1.5	cat <s>"),
        "model.arpa:20: error[SL452]: an n-gram cannot go on with '<s>'\n"
        "   <s> stands before the first word of a sentence, </s> after the last",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_by_its_line(write, monkeypatch, tmp_path, name):
    content, expected = BROKEN[name]
    path = write(content)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        read_arpa(path.relative_to(tmp_path))
    assert str(caught.value) == expected


def test_a_file_that_is_no_text_is_told_as_any_other(write, tmp_path):
    with pytest.raises(DataError, match="SL410"):
        read_arpa(tmp_path / "none.arpa")
    with pytest.raises(DataError, match="SL416"):
        read_arpa(write(""))
    packed = write(HAND_WRITTEN, "model.arpa.gz")
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(DataError, match="SL412"):
        read_arpa(packed)


def test_a_folder_that_is_missing_or_in_the_way_is_told(tmp_path):
    model = fit_kneser_ney(np.array([0, 1]), np.array([0]), 4, 2, False)
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "none" / "model.arpa", tmp_path / "folder"):
        with pytest.raises(RunError, match="SL605"):
            write_arpa(model, ITEMS, path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_each_id_needs_an_item(tmp_path):
    model = fit_kneser_ney(np.array([0, 1]), np.array([0]), 4, 2, False)
    with pytest.raises(ValueError, match="3 items for a vocabulary of 4"):
        write_arpa(model, ITEMS[:3], tmp_path / "model.arpa")
