"""A file that is no text is told by the readers of plain text as by the reader of treebanks."""

import tracemalloc
from pathlib import Path

import pytest

from seqlab import DataError, Reader
from seqlab_readers.lines import Lines
from seqlab_readers.settings import LinesSettings, TextSettings
from seqlab_readers.text import RunningText

BROKEN = Path(__file__).parent / "broken"
READERS = {
    "text": RunningText(TextSettings()),
    "text, words": RunningText(TextSettings(unit="word")),
    "lines": Lines(LinesSettings()),
    "lines, characters": Lines(LinesSettings(unit="character", blank_lines="keep")),
}
FILES = {
    "empty.conllu": "SL416",
    "flipped-bits.conllu.gz": "SL412",
    "git-lfs-pointer.conllu": "SL417",
    "latin-1.conllu": "SL413",
    "no-gzip.conllu.gz": "SL412",
    "nul-byte.conllu": "SL414",
    "packed-without-suffix.conllu": "SL412",
    "truncated.conllu.gz": "SL412",
    "utf-16.conllu": "SL413",
    "web-page.conllu": "SL417",
}


def error_of(reader: Reader, path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        for _ in reader.read(path, "train"):
            pass
    return caught.value


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("name", FILES)
def test_the_message_is_the_same(reader: Reader, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    error = error_of(reader, Path(name))
    assert [problem.code for problem in error.problems] == [FILES[name]]
    assert f"{error}\n" == (BROKEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_picture_is_no_text(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert error_of(reader, path).problems[0].code == "SL413"


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_missing_file_names_its_neighbour(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("a\n")
    problem = error_of(reader, tmp_path / "trains.txt").problems[0]
    assert (problem.code, problem.hint) == ("SL410", f"did you mean '{tmp_path / 'train.txt'}'?")


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_line_of_fifty_megabytes_is_told_and_does_not_fill_the_memory(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"the cat " * 125_000)
    tracemalloc.start()
    try:
        error = error_of(reader, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(error) == (
        f"{path}:1: error[SL415]: the line is longer than 1,000,000 bytes\n"
        "   is this the right file? its line ends may be lost"
    )
    assert peak < 5_000_000
