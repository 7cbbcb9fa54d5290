"""The reader `text`: nothing of a text is lost."""

import os
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab import Example, Tokens
from seqlab.testing import check_reader
from seqlab_readers.settings import TextSettings
from seqlab_readers.text import RunningText

SAMPLE = "To be,  or\tnot to be:\nÇa   va? \nThat is the question\n"
LINES = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), st.sampled_from("\n "))
)


def read(path: Path, **settings: Any) -> list[Example]:
    return list(RunningText(TextSettings(**settings)).read(path, "train"))


def tokens(example: Example) -> tuple[str, ...]:
    found = example.inputs["main"]
    assert isinstance(found, Tokens)
    assert found.text is None
    return found.items


def written(folder: Path | str, content: str) -> Path:
    path = Path(folder) / "some.txt"
    path.write_bytes(content.encode())
    return path


@pytest.mark.parametrize("settings", [{}, {"unit": "word"}, {"lowercase": True}])
def test_it_keeps_the_laws_of_every_reader(settings: dict[str, Any]) -> None:
    check_reader(RunningText, TextSettings(**settings), SAMPLE)


def test_a_line_is_its_characters_and_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, "ab c\r\n\n d")
    first, empty, last = read(path)
    assert tokens(first) == ("a", "b", " ", "c", "\n")
    assert tokens(empty) == ("\n",)
    assert tokens(last) == (" ", "d")
    assert [example.id for example in (first, empty, last)] == ["1", "2", "3"]
    assert last.place == f"{path}:3"
    assert last.target is None


def test_as_words_its_end_is_a_token_too(tmp_path: Path) -> None:
    found = [tokens(example) for example in read(written(tmp_path, "To be,  or\t\n\n \nnot"), unit="word")]
    assert found == [("To", "be,", "or", "\n"), ("\n",), ("\n",), ("not",)]


def test_a_last_line_without_a_word_and_an_end_is_no_example(tmp_path: Path) -> None:
    path = written(tmp_path, "a\n  ")
    assert [tokens(example) for example in read(path, unit="word")] == [("a", "\n")]
    assert [tokens(example) for example in read(path)] == [("a", "\n"), (" ", " ")]


@given(LINES.filter(bool))
def test_all_characters_joined_are_the_text(text: str) -> None:
    if text.startswith("PK\x03\x04"):
        return  # a zip archive
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, text)
        examples = read(path)
        lower = read(path, lowercase=True)
        words = read(path, unit="word")
    whole = text.replace("\r\n", "\n")
    assert "".join("".join(tokens(example)) for example in examples) == whole
    assert all(len(token) == 1 for example in examples for token in tokens(example))
    assert "".join("".join(tokens(example)) for example in lower) == "\n".join(map(str.lower, whole.split("\n")))
    assert [token for example in words for token in tokens(example) if token != "\n"] == whole.split()
    assert sum(token == "\n" for example in words for token in tokens(example)) == whole.count("\n")


def test_in_lower_case(tmp_path: Path) -> None:
    path = written(tmp_path, "ÉtÉ\nA")
    assert [tokens(example) for example in read(path, lowercase=True)] == [("é", "t", "é", "\n"), ("a",)]
    assert [tokens(example) for example in read(path, unit="word", lowercase=True)] == [("été", "\n"), ("a",)]


@pytest.mark.parametrize("unit", ["character", "word"])
def test_equal_tokens_are_the_same_string(tmp_path: Path, unit: str) -> None:
    first, second = read(written(tmp_path, "šest 六 six\nšest 六 six\n"), unit=unit)
    assert all(a is b for a, b in zip(tokens(first), tokens(second), strict=True))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, 100_000 * "the cat sat on the mat 六\n")
    size = path.stat().st_size
    for unit in ("character", "word"):
        tracemalloc.start()
        try:
            count = sum(1 for _ in RunningText(TextSettings(unit=unit)).read(path, "train"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert count == 100_000
        assert peak < 300_000 < size / 8


def test_what_comes_in_lines_without_ends_is_given_them() -> None:
    (example,) = RunningText(TextSettings()).read_inputs(["ab"], "stdin")
    assert (example.place, tokens(example), example.source) == ("stdin:1", ("a", "b", "\n"), "ab")


@pytest.mark.data
def test_tiny_shakespeare_has_its_published_sizes() -> None:
    path = Path(os.environ["SEQLAB_DATA"]) / "tiny-shakespeare" / "input.txt"
    examples = read(path)
    assert sum(len(tokens(example)) for example in examples) == 1_115_394
    assert len({token for example in examples for token in tokens(example)}) == 65
    assert "".join("".join(tokens(example)) for example in examples) == path.read_text(encoding="utf-8")
