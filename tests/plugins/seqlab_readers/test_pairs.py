"""Reader `pairs`."""

import gzip
import os
from pathlib import Path

import pytest
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from seqlab import DataError, Tokens
from seqlab.testing import check_reader
from seqlab_readers.pairs import Pairs
from seqlab_readers.pairs_settings import PairsSettings


def reader(**settings):
    return Pairs(PairsSettings(**settings))


def read(path, **settings):
    return [
        (example.inputs["main"].items, example.target.items, example.place)
        for example in reader(**settings).read(path, "train")
    ]


def test_it_keeps_the_laws_of_every_reader():
    check_reader(Pairs, PairsSettings(), text="ein haus\ta house\ndas buch\tthe book\n", name="train.tsv")


def test_columns_of_a_table(tmp_path):
    path = tmp_path / "train.tsv"
    path.write_text("ein Haus\ta house\tune maison\n", encoding="utf-8")
    assert read(path) == [(("ein", "Haus"), ("a", "house"), f"{path}:1")]
    assert read(path, input=3, output=1, lowercase=True) == [(("une", "maison"), ("ein", "haus"), f"{path}:1")]
    assert read(path, unit="character")[0][1] == tuple("a house")


@pytest.mark.parametrize("named", ["train.de", "train.en", "train.fr.gz"])
def test_files_beside_each_other_whichever_is_named(tmp_path, named):
    (tmp_path / "train.de").write_text("ein haus\ndas buch\n")
    with gzip.open(tmp_path / "train.en.gz", "wt") as file:
        file.write("a house\nthe book\n")
    found = read(tmp_path / named, input="de", output="en")
    assert [each[:2] for each in found] == [(("ein", "haus"), ("a", "house")), (("das", "buch"), ("the", "book"))]
    assert found[1][2] == f"{tmp_path / 'train.de'}:2"


def problems(path, **settings):
    with pytest.raises(DataError) as caught:
        read(path, **settings)
    return [(problem.code, problem.place.line) for problem in caught.value.problems]


def test_what_is_wrong_with_a_table_is_told_together(tmp_path):
    path = tmp_path / "train.tsv"
    path.write_text("a\tb\nalone\n \tb\na\t\n")
    assert problems(path) == [("SL489", 2), ("SL490", 3), ("SL490", 4)]


def test_a_file_that_ends_early(tmp_path):
    (tmp_path / "x.de").write_text("a\nb\n")
    (tmp_path / "x.en").write_text("a\n")
    assert problems(tmp_path / "x.de", input="de", output="en") == [("SL488", 2)]
    assert problems(tmp_path / "x.en", input="en", output="de") == [("SL488", 2)]
    assert problems(tmp_path / "x.en", input="en", output="fr") == [("SL410", None)]


@pytest.mark.parametrize(
    "settings, words",
    [({"input": 0}, "counted from 1"), ({"input": "de"}, "endings of files for both"), ({"output": 0}, "counted from 1"),
     ({"punctuation": True, "unit": "character"}, "for words"), ({"input": "../de", "output": "en"}, "ending")],
)  # fmt: skip
def test_settings_that_contradict_themselves(settings, words):
    with pytest.raises(ValueError, match=words):
        PairsSettings(**settings)


def test_punctuation_is_cut_off_and_put_back():
    cut = reader(punctuation=True)
    tokens = cut.tokens_of("A dog's ball (red), 3,5 cm; well-known.")
    assert tokens == ("A", "dog's", "ball", "(", "red", ")", ",", "3,5", "cm", ";", "well-known", ".")
    assert cut.text_of(tokens) == "A dog's ball (red), 3,5 cm; well-known."


def test_sources_alone_are_read():
    table = reader()
    (first, second) = table.read_inputs(["ein haus", " ", "das buch\tthe book"], "stdin")
    assert first.inputs["main"] == Tokens(("ein", "haus"))
    assert second.inputs["main"] == Tokens(("das", "buch"))
    assert second.place == "stdin:3"


@pytest.mark.data
@pytest.mark.parametrize("language", ["en", "de"])
def test_captions_are_cut_as_sacrebleu_cuts_them(language):
    path = Path(os.environ["SEQLAB_DATA"]) / "multi30k-en-de-fr" / "test_2016_flickr.en.gz"
    other = "en" if language == "de" else "de"
    with gzip.open(path.with_name(f"test_2016_flickr.{language}.gz"), "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    again = Tokenizer13a()
    for line, (tokens, _, _) in zip(lines, read(path, input=language, output=other, punctuation=True), strict=True):
        assert again(" ".join(tokens)) == again(line)


def test_both_files_of_pairs_are_files_of_the_data(tmp_path):
    with gzip.open(tmp_path / "train.de.gz", "wt") as file:
        file.write("ein haus\n")
    (tmp_path / "train.en").write_text("a house\n")
    both = (tmp_path / "train.de.gz", tmp_path / "train.en")
    assert reader(input="de", output="en").files(tmp_path / "train.en", "train") == both
    assert reader(input="de", output="en").files(tmp_path / "train.de.gz", "train") == both
    assert reader().files(tmp_path / "train.tsv", "train") == (tmp_path / "train.tsv",)


def test_the_target_of_an_autoencoder_is_the_source_itself(tmp_path):
    (tmp_path / "train.txt").write_text("ein haus\n")
    assert [pair[:2] for pair in read(tmp_path / "train.txt", input=1, output=1)] == [
        (("ein", "haus"), ("ein", "haus"))
    ]
