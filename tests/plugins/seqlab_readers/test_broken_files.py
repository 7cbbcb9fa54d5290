"""Every broken file is told what is wrong, where, and what to do. `SEQLAB_REGENERATE=1 pytest` rewrites the goldens."""

import gzip
import os
from pathlib import Path

import pytest

from seqlab import MOST_PROBLEMS, DataError
from seqlab.data import textfile
from seqlab_readers import blocks
from seqlab_readers.conllu import Conllu
from seqlab_readers.settings import ConlluSettings

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(path.name for path in BROKEN.iterdir() if path.suffix in (".conllu", ".gz"))
SETTINGS = {"misspelt-feature.conllu": ConlluSettings("Nummber")}


def error_of(path: Path, settings: ConlluSettings | None = None) -> DataError:
    with pytest.raises(DataError) as caught:
        list(Conllu(settings or ConlluSettings()).read(path, "train"))
    return caught.value


@pytest.mark.parametrize("name", FILES)
def test_the_message_is_the_golden_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    error = error_of(Path(name), SETTINGS.get(name))
    assert len(error.problems) <= MOST_PROBLEMS
    assert all(problem.code.startswith("SL4") and problem.place is not None for problem in error.problems)
    golden = BROKEN / f"{name}.txt"
    if os.environ.get("SEQLAB_REGENERATE"):
        golden.write_text(f"{error}\n", encoding="utf-8")
    assert f"{error}\n" == golden.read_text(encoding="utf-8")


def test_there_are_fifteen_broken_files_and_each_has_a_golden() -> None:
    assert len(FILES) >= 15
    assert {f"{name}.txt" for name in FILES} == {path.name for path in BROKEN.glob("*.txt")}


def test_sentences_before_the_first_problem_are_given() -> None:
    examples = Conllu(ConlluSettings()).read(BROKEN / "unlabelled.conllu", "train")
    assert next(examples).id == "greeting-1"
    with pytest.raises(DataError, match="SL423"):
        next(examples)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "en-train.conllu.gz").write_bytes(b"")
    problem = error_of(tmp_path / "en-train.conllu").problems[0]
    assert (problem.code, problem.message) == ("SL410", "there is no such file")
    assert problem.hint == f"did you mean '{tmp_path / 'en-train.conllu.gz'}'?"


def test_a_missing_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "treebanks").mkdir()
    monkeypatch.chdir(tmp_path)
    problem = error_of(Path("treebank/en/train.conllu")).problems[0]
    assert problem.message == "there is no folder 'treebank' in '.'"
    assert problem.hint == "did you mean 'treebanks'?"
    assert problem.notes == (f"looked for in: {tmp_path}",)


@pytest.mark.parametrize("suffix", [".conllu", ".conllu.gz"])
def test_a_folder_is_not_a_file(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / f"train{suffix}"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.conllu").touch()
    problem = error_of(folder).problems[0]
    assert (problem.code, problem.message) == ("SL411", "this is a folder, not a file")
    assert problem.notes[0].endswith("5.conllu, ... (2 more)")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train.conllu"
    path.touch()

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so a real mode would not do
    assert str(error_of(path)) == (
        f"{path}: error[SL411]: you may not read the file: Permission denied\n   see who may read it: ls -l"
    )


@pytest.mark.parametrize("text", ["x" * 300, "é" * 150, "1\tx" + "é" * 500])
def test_an_absurdly_long_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(textfile, "LONGEST_LINE", 256)
    path = tmp_path / "long.conllu"
    path.write_text("# text = short\n" + text, encoding="utf-8")
    problem = error_of(path).problems[0]
    assert (problem.code, problem.message) == ("SL415", "the line is longer than 256 bytes")
    assert problem.place is not None
    assert problem.place.line == 2


def test_a_file_without_empty_lines_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_LINES", 50)
    path = tmp_path / "endless.conllu"
    path.write_text("1\ta\n" * 60, encoding="utf-8")
    problem = error_of(path).problems[0]
    assert (problem.code, problem.message) == ("SL427", "the sentence has more than 50 lines")


def test_the_offset_of_a_bad_byte_counts_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mark.conllu"
    path.write_bytes(b"\xef\xbb\xbf# a\n# \xe9\n")
    problem = error_of(path).problems[0]
    assert problem.message == "byte 0xe9 at offset 9 is not UTF-8"
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (2, 3)


def test_problems_of_a_packed_file_name_the_line_of_the_unpacked_one(tmp_path: Path) -> None:
    path = tmp_path / "packed.conllu.gz"
    path.write_bytes(gzip.compress((BROKEN / "unlabelled.conllu").read_bytes()))
    assert str(error_of(path)).startswith(f"{path}:8:11: error[SL423]")
