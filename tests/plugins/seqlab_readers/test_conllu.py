"""The reader `conllu` against the format's description, the library `conllu` and EWT's published sizes."""

import gzip
import os
import tracemalloc
from pathlib import Path

import conllu as oracle
import pytest

from seqlab import DataError, Example, Tags, Tokens
from seqlab_readers.conllu import Conllu
from seqlab_readers.settings import ConlluSettings

SAMPLE = """\
# newdoc id = letters
# sent_id = letters-7
# text = Je ne vais pas au  New York-bar, can't I?
1\tJe\tje\tPRON\tP\tNumber=Sing|Person=1\t3\tnsubj\t_\t_
2\tne\tne\tADV\t_\t_\t3\tadvmod\t_\t_
3\tvais\taller\tVERB\tV\tNumber=Sing|Number[psor]=Plur\t0\troot\t_\tGloss=a|Entity=B-X=Y
4\tpas\tpas\tADV\t_\t_\t3\tadvmod\t_\t_
4.1\tje\tje\tPRON\t_\t_\t_\t_\t3:nsubj\t_
5-6\tau\t_\t_\t_\t_\t_\t_\t_\t_
5\tà\tà\tADP\t_\t_\t7\tcase\t_\t_
6\tle\tle\tDET\t_\tGender=Masc,Neut\t7\tdet\t_\t_
7\tNew York\tNew York\tPROPN\t_\t_\t3\tobl\t_\tSpaceAfter=No|Entity=B-LOC
8\t-\t-\tPUNCT\t_\t_\t7\tpunct\t_\tSpaceAfter=No
9\tbar\tbar\tNOUN\t_\tNumber=Sing\t7\tflat\t_\tSpaceAfter=No
10\t,\t,\tPUNCT\t_\t_\t3\tpunct\t_\t_
11-12\tcan't\t_\t_\t_\t_\t_\t_\t_\t_
11\tca\tcan\tAUX\t_\t_\t3\tparataxis\t_\t_
12\tn't\tnot\tPART\t_\t_\t11\tadvmod\t_\t_
13\tI\tI\tPRON\t_\tNumber=Sing\t11\tnsubj\t_\tSpaceAfter=No
14\t?\t?\tPUNCT\t_\t_\t3\tpunct\t_\tSpaceAfter=No

0.1\tit\tit\tPRON\t_\t_\t_\t_\t_\t_
1\t_\t_\tX\t_\t_\t0\troot\t_\tSpaceAfter=No
2-2\t!\t_\t_\t_\t_\t_\t_\t_\t_
2\t!\t!\tPUNCT\t_\t_\t1\tpunct\t_\t_
2.1\tit\tit\tPRON\t_\t_\t_\t_\t_\t_
2.2\tit\tit\tPRON\t_\t_\t_\t_\t_\t_
"""


def read(path: Path, split: str = "train", **settings: str) -> list[Example]:
    return list(Conllu(ConlluSettings(**settings)).read(path, split))


def tags(example: Example) -> tuple[str, ...]:
    assert isinstance(example.target, Tags)
    return example.target.items


def tokens(example: Example) -> Tokens:
    found = example.inputs["main"]
    assert isinstance(found, Tokens)
    return found


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.conllu"
    path.write_text(SAMPLE, encoding="utf-8")
    return path


def test_syntactic_words_are_the_tokens(sample: Path) -> None:
    first, second = read(sample)
    assert tokens(first).items == (
        "Je",
        "ne",
        "vais",
        "pas",
        "à",
        "le",
        "New York",
        "-",
        "bar",
        ",",
        "ca",
        "n't",
        "I",
        "?",
    )
    assert " ".join(tags(first)) == "PRON ADV VERB ADV ADP DET PROPN PUNCT NOUN PUNCT AUX PART PRON PUNCT"
    assert (first.id, first.place) == ("letters-7", f"{sample}:1")
    assert (second.id, second.place) == ("train-2", f"{sample}:22")
    assert tokens(second).items == ("_", "!")


def test_offsets_point_into_the_text_and_at_the_range_of_a_contraction(sample: Path) -> None:
    first, second = read(sample)
    text, starts = tokens(first).text, tokens(first).starts
    assert text == "Je ne vais pas au  New York-bar, can't I?"
    assert starts == (0, 3, 6, 11, 15, 15, 19, 27, 28, 31, 33, 35, 39, 40)  # `au` is not `à` + `le`: both begin at 15
    assert (tokens(second).text, tokens(second).starts) == ("_!", (0, 1))


@pytest.mark.parametrize(
    "line", ["# text = Je ne vais plus.", "# text = Je ne vais pas au New York-bar, can't I? Yes", "# other = 1"]
)
def test_another_text_gives_way_to_the_words(sample: Path, line: str) -> None:
    sample.write_text(SAMPLE.replace("# text = Je ne vais pas au  New York-bar, can't I?", line), encoding="utf-8")
    found = tokens(read(sample)[0])
    assert found.text == "Je ne vais pas au New York-bar, can't I?"
    assert found.starts == (0, 3, 6, 11, 15, 15, 18, 26, 27, 30, 32, 34, 38, 39)


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({"column": "lemma"}, "je ne aller pas à le New|York - bar , can not I ?"),
        ({"column": "deprel"}, "nsubj advmod root advmod case det obl punct flat punct parataxis advmod nsubj punct"),
        ({"column": "xpos", "missing": "NONE"}, "P NONE V" + 11 * " NONE"),
        ({"column": "Number"}, "Sing _ Sing _ _ _ _ _ Sing _ _ _ Sing _"),
        ({"column": "Number[psor]"}, "_ _ Plur" + 11 * " _"),
        ({"column": "Gender"}, "_ _ _ _ _ Masc,Neut" + 8 * " _"),
        ({"column": "misc:Entity", "missing": "O"}, "O O B-X=Y O O O B-LOC O O O O O O O"),
        ({"column": "feats"}, "Number=Sing|Person=1 _ Number=Sing|Number[psor]=Plur _ _ Gender=Masc,Neut _ _ Number=Sing _ _ _ Number=Sing _"),
    ],
)  # fmt: skip
def test_any_column_can_be_the_tag(sample: Path, settings: dict[str, str], expected: str) -> None:
    assert tags(read(sample, **settings)[0]) == tuple(tag.replace("New|York", "New York") for tag in expected.split())


def test_all_other_line_ends_a_mark_and_a_missing_end_change_nothing(sample: Path, tmp_path: Path) -> None:
    plain = read(sample)
    for name, data in {
        "crlf.conllu": SAMPLE.replace("\n", "\r\n").encode(),
        "mark.conllu": b"\xef\xbb\xbf" + SAMPLE.encode(),
        "no-end.conllu": SAMPLE.rstrip("\n").encode(),
        "more-ends.conllu": SAMPLE.replace("\n\n", "\n\n  \n\n").encode() + b"\n\n\n",
        "packed.conllu.gz": gzip.compress(SAMPLE.encode()),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        found = read(path)
        assert [(e.id, e.inputs, e.target) for e in found] == [(e.id, e.inputs, e.target) for e in plain], name


def test_tags_and_words_are_kept_once(sample: Path) -> None:
    sample.write_text(2 * (SAMPLE + "\n"), encoding="utf-8")
    first, _, third, _ = read(sample, column="Gender")
    assert all(a is b for a, b in zip(tokens(first).items, tokens(third).items, strict=True))
    assert all(a is b for a, b in zip(tags(first), tags(third), strict=True))


def test_a_feature_may_be_absent_from_dev_but_not_from_train(sample: Path) -> None:
    assert len(read(sample, "dev", column="Tense")) == 2
    with pytest.raises(DataError, match=r"SL429.*no word of this file has the feature 'Tense'"):
        read(sample, "train", column="Tense")
    with pytest.raises(DataError, match=r"attribute in MISC 'Entityy'\n   did you mean 'Entity'"):
        read(sample, "train", column="misc:Entityy")


@pytest.mark.parametrize(
    "column, part",
    [("upso", "did you mean 'upos'"), ("UPOS", "did you mean 'upos'"), ("xposs", "did you mean 'xpos'"), ("misc:", "misc:KEY"),
     ("", "known: lemma, upos"), ("number", "a feature such as Number"), ("misc:A=B", "known")],
)  # fmt: skip
def test_an_unknown_column_is_refused_with_the_nearest(column: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        ConlluSettings(column)


@pytest.mark.parametrize("missing", ["", " O"])
def test_a_missing_tag_that_is_no_tag_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match="missing"):
        ConlluSettings("misc:Entity", missing)


def test_unlabelled_words_take_the_missing_tag_where_one_is_given(tmp_path: Path) -> None:
    path = tmp_path / "unlabelled.conllu"
    path.write_text("1\tGo\t_\t_\t_\t_\t_\t_\t_\t_\n", encoding="utf-8")
    assert tags(read(path, missing="X")[0]) == ("X",)


def test_the_sample_agrees_with_the_library(sample: Path) -> None:
    for mine, theirs in zip(read(sample), oracle.parse(SAMPLE), strict=True):
        words = [token for token in theirs if isinstance(token["id"], int)]
        assert tokens(mine).items == tuple(word["form"] for word in words)
        assert tags(mine) == tuple(word["upos"] for word in words)


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqlab_readers.conllu.intern", str)  # Python now and then rebuilds its own table of strings
    copies = 5000
    data = (SAMPLE + "\n").encode() * copies
    size = len(data)
    path = tmp_path / "large.conllu.gz"
    path.write_bytes(gzip.compress(data, 1))
    del data
    tracemalloc.start()
    try:
        count = sum(1 for _ in Conllu(ConlluSettings()).read(path, "train"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 2 * copies
    assert peak < 1_000_000 < size / 4


@pytest.mark.data
@pytest.mark.parametrize(
    "name, sentences, words",
    [("train.conllu.gz", 12544, 204577), ("dev.conllu", 2001, 25147), ("test.conllu", 2077, 25094)],
)
def test_ewt_agrees_with_the_library_and_with_its_published_sizes(name: str, sentences: int, words: int) -> None:
    path = Path(os.environ["SEQLAB_DATA"]) / "ud-english-ewt" / f"en_ewt-ud-{name}"
    examples = read(path)
    assert len(examples) == sentences
    assert sum(len(tags(example)) for example in examples) == words
    assert len({example.id for example in examples}) == sentences
    unpack = gzip.open if name.endswith(".gz") else open
    with unpack(path, "rt", encoding="utf-8") as stream:
        for mine, theirs in zip(examples, oracle.parse_incr(stream), strict=True):
            expected = [token for token in theirs if isinstance(token["id"], int)]
            assert mine.id == theirs.metadata["sent_id"]
            assert tokens(mine).text == theirs.metadata["text"]
            assert tokens(mine).items == tuple(word["form"] for word in expected)
            assert tags(mine) == tuple(word["upos"] for word in expected)
            text = tokens(mine).text or ""
            for form, start in zip(tokens(mine).items, tokens(mine).starts, strict=True):
                assert text.startswith(form, start) or any("-" in str(token["id"]) for token in theirs) or form == "_"
