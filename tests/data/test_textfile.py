"""Lines with their ends: all of them joined are the text."""

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlab import DataError, text_lines
from seqlab.data import textfile

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n\r a<")), min_size=1)


def lines_of(content: bytes, name: str = "some.txt") -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return list(text_lines(path, keep_ends=True))


def is_plain(text: str) -> bool:
    """Whether nothing in it makes it another file: a NUL byte, a byte-order mark, the beginning of a packed one."""
    return not ("\0" in text or text.startswith(("\ufeff", "PK\x03\x04")))


@given(TEXT.filter(is_plain))
def test_all_lines_joined_are_the_text_with_lf_for_cr_lf(text: str) -> None:
    lines = lines_of(text.encode())
    assert "".join(lines) == text.replace("\r\n", "\n")
    assert all(line.endswith("\n") for line in lines[:-1])
    assert all(line.count("\n") == 1 for line in lines[:-1])


@pytest.mark.parametrize(
    "content, lines",
    [
        (b"a\nb", ["a\n", "b"]),
        (b"a\nb\n", ["a\n", "b\n"]),
        (b"a\r\n\r\nb\r\n", ["a\n", "\n", "b\n"]),
        (b"\n\n", ["\n", "\n"]),
        (b"a\rb\r\r\nc\r", ["a\rb\r\n", "c\r"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", ["a\n", "\ufeffb\n"]),
        ("a\u2028b\x0cc\x85d\n".encode(), ["a\u2028b\x0cc\x85d\n"]),
    ],
)
def test_the_last_line_has_an_end_only_if_the_file_has_one(content: bytes, lines: list[str]) -> None:
    assert lines_of(content) == lines
    assert lines_of(gzip.compress(content), "some.txt.gz") == lines


def test_without_ends_the_lines_are_as_before(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_bytes(b"\xef\xbb\xbfa \r\n\r\nb\r")
    assert list(text_lines(path)) == ["a ", "", "b"]


@pytest.mark.parametrize("letter", ["x", "é", "𝄞"])
def test_a_line_that_is_too_long_is_told_alike_wherever_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str
) -> None:
    monkeypatch.setattr(textfile, "LONGEST_LINE", 255)  # é and 𝄞 are cut in two
    path = tmp_path / "long.txt"
    path.write_text("short\n" + letter * 300, encoding="utf-8")
    lines = text_lines(path, keep_ends=True)
    assert next(lines) == "short\n"
    with pytest.raises(DataError) as caught:
        next(lines)
    assert str(caught.value) == (
        f"{path}:2: error[SL415]: the line is longer than 255 bytes\n"
        "   is this the right file? its line ends may be lost"
    )


@pytest.mark.parametrize("encoding", ["latin-1", "windows-1252", "gb18030", "shift_jis"])
def test_an_encoding_can_be_declared(tmp_path: Path, encoding: str) -> None:
    text = "café\nnaïve\n" if encoding in ("latin-1", "windows-1252") else "日本\n中\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert list(text_lines(tmp_path / "a.txt", keep_ends=True, encoding=encoding)) == text.splitlines(keepends=True)


def test_another_encoding_than_the_declared_one_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("日\n".encode("gb18030") + b"ok \x81\n")
    with pytest.raises(DataError) as caught:
        list(text_lines(tmp_path / "a.txt", encoding="gb18030"))
    (problem,) = caught.value.problems
    assert problem.message == "byte 0x81 at offset 6 is not gb18030"
    assert (problem.place.line, problem.place.column) == (2, 4)
    assert "iconv" not in problem.notes[0]
