"""The reader `lines`: one sentence a line."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from seqlab import Example, Tokens
from seqlab.data.catalogue import find
from seqlab.testing import check_reader
from seqlab_readers.lines import Lines
from seqlab_readers.settings import LinesSettings

SAMPLE = " the cat  sat \n\nÇa va\r\n \t \non the mat"


def read(path: Path, **settings: Any) -> list[Example]:
    return list(Lines(LinesSettings(**settings)).read(path, "train"))


def tokens(example: Example) -> tuple[str, ...]:
    found = example.inputs["main"]
    assert isinstance(found, Tokens)
    assert found.text is None
    return found.items


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.txt"
    path.write_bytes(SAMPLE.encode())
    return path


@pytest.mark.parametrize("settings", [{}, {"unit": "character"}, {"lowercase": True}])
def test_it_keeps_the_laws_of_every_reader(settings: dict[str, Any]) -> None:
    check_reader(Lines, LinesSettings(**settings), SAMPLE)


def test_words_stand_between_white_space_and_blank_lines_are_passed_over(sample: Path) -> None:
    examples = read(sample)
    assert [tokens(example) for example in examples] == [("the", "cat", "sat"), ("Ça", "va"), ("on", "the", "mat")]
    assert [(example.id, example.place) for example in examples] == [(n, f"{sample}:{n}") for n in ("1", "3", "5")]
    assert all(example.target is None for example in examples)


@pytest.mark.parametrize("unit", ["word", "character"])
def test_blank_lines_can_be_kept_as_sentences_without_a_token(sample: Path, unit: str) -> None:
    kept = read(sample, unit=unit, blank_lines="keep")
    assert [bool(tokens(example)) for example in kept] == [True, False, True, False, True]
    assert [example.id for example in kept] == ["1", "2", "3", "4", "5"]
    assert [tokens(e) for e in kept if tokens(e)] == [tokens(e) for e in read(sample, unit=unit)]


def test_characters_are_all_of_the_line_but_its_end(sample: Path) -> None:
    assert ["".join(tokens(example)) for example in read(sample, unit="character")] == [
        " the cat  sat ",
        "Ça va",
        "on the mat",
    ]


def test_in_lower_case(sample: Path) -> None:
    assert tokens(read(sample, lowercase=True)[1]) == ("ça", "va")


def test_what_comes_in_lines_is_read_alike_and_kept() -> None:
    reader = Lines(LinesSettings(lowercase=True))
    examples = list(reader.read_inputs(["The  cat", "", "sat"], "stdin"))
    assert [(example.place, tokens(example), example.source) for example in examples] == [
        ("stdin:1", ("the", "cat"), "The  cat"),
        ("stdin:3", ("sat",), "sat"),
    ]


def test_the_characters_of_the_sample_hello_are_its_four_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    examples = read(find("hello")["train"], unit="character")
    assert {tokens(example) for example in examples} == {("h", "e", "l", "l", "o")}
    assert len({token for example in examples for token in tokens(example)}) == 4


@pytest.mark.data
@pytest.mark.parametrize(
    "name, size",
    [("wikitext-2/wiki.train.tokens.gz", 2_088_628), ("wikitext-2/wiki.valid.tokens", 217_646),
     ("wikitext-2/wiki.test.tokens", 245_569), ("ptb-lm/ptb.train.txt.gz", 929_589), ("ptb-lm/ptb.valid.txt", 73_760),
     ("ptb-lm/ptb.test.txt", 82_430)],
)  # fmt: skip
def test_words_and_ends_of_lines_are_as_many_as_published(name: str, size: int) -> None:
    examples = read(Path(os.environ["SEQLAB_DATA"]) / name, blank_lines="keep")
    assert sum(len(tokens(example)) + 1 for example in examples) == size


@pytest.mark.data
def test_a_packed_file_is_read_as_the_unpacked_one(tmp_path: Path) -> None:
    packed = Path(os.environ["SEQLAB_DATA"]) / "ptb-lm" / "ptb.train.txt.gz"
    plain = tmp_path / "train.txt"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    assert [tokens(example) for example in read(packed)] == [tokens(example) for example in read(plain)]
