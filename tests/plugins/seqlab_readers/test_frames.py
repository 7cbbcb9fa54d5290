"""Vectors in files of numpy, and what is said in them."""

import numpy as np
import pytest

from seqlab import DataError
from seqlab_readers.frames import Frames
from seqlab_readers.frames_settings import FramesSettings

ONE, OTHER = np.arange(6.0).reshape(3, 2), np.array([[0.5, -1.25]], dtype=np.float16)


@pytest.fixture
def table(tmp_path):
    """Writes a table whose rows name arrays beside it, and reads it."""
    (tmp_path / "frames").mkdir()
    np.save(tmp_path / "frames/one.npy", ONE)
    np.savez(tmp_path / "some.npz", other=OTHER, third=ONE.astype(np.int32))

    def read(text, **settings):
        (tmp_path / "train.txt").write_text(text, encoding="utf-8")
        return list(Frames(FramesSettings(**settings)).read(tmp_path / "train.txt", "train"))

    return read


def problems(table, text):
    with pytest.raises(DataError) as caught:
        table(text)
    return [(each.code, each.place.line, each.message) for each in caught.value.problems]


def test_rows_name_files_beside_the_table_and_members_of_archives(table, tmp_path):
    found = table("frames/one.npy\tAb c\nsome.npz/other.npy\td\nsome.npz/third.npy\te\n")
    for example, array in zip(found, (ONE, OTHER, ONE), strict=True):
        assert example.inputs["main"].array.dtype == np.float32
        assert example.inputs["main"].array.tolist() == array.tolist()
    assert [example.target.items for example in found] == [("A", "b", " ", "c"), ("d",), ("e",)]
    assert [example.id for example in found] == ["train-1", "train-2", "train-3"]
    assert found[1].place == f"{tmp_path / 'train.txt'}:2"


def test_words_and_lower_case_are_read_where_asked(table):
    [example] = table("frames/one.npy\tAb c\n", unit="word", lowercase=True)
    assert example.target.items == ("ab", "c")


def test_every_bad_row_is_told_with_its_file_and_line(table, tmp_path):
    np.save(tmp_path / "flat.npy", np.zeros(3))
    np.save(tmp_path / "none.npy", np.zeros((0, 2)))
    np.save(tmp_path / "wide.npy", np.zeros((2, 5)))
    np.save(tmp_path / "nan.npy", np.array([[0.0, np.nan]]))
    np.save(tmp_path / "objects.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    (tmp_path / "cut.npy").write_bytes((tmp_path / "wide.npy").read_bytes()[:-8])
    (tmp_path / "text.npy").write_text("no array")
    rows = ["frames/one.npy", "absent.npy", "flat.npy", "none.npy", "wide.npy", "nan.npy", "objects.npy", "cut.npy"]
    found = problems(table, "".join(f"{row}\ta\n" for row in rows))
    assert [(code, line) for code, line, _ in found] == [
        ("SL496", 2), ("SL497", 3), ("SL497", 4), ("SL497", 5), ("SL497", 6), ("SL496", 7), ("SL496", 8),
    ]  # fmt: skip
    assert "have 5 numbers, those of" in found[3][2]
    assert "train.txt:1 2" in found[3][2]


@pytest.mark.parametrize(
    "row, code, words",
    [
        ("text.npy\ta", "SL496", "cannot be read as an array"),
        ("some.npz\ta", "SL496", "name one of its arrays too"),
        ("some.npz/absent.npy\ta", "SL496", "there is no file 'some.npz/absent.npy'"),
        ("absent.npz/one.npy\ta", "SL496", "there is no file 'absent.npz/one.npy'"),
        ("text.npz/one.npy\ta", "SL496", "cannot be read as an array"),
        ("frames\ta", "SL496", "cannot be read as an array"),
        ("frames/one.npy", "SL489", "1 column,"),
        ("frames/one.npy\ta\tb", "SL489", "3 columns,"),
        ("frames/one.npy\t ", "SL490", "no text"),
        ("\ta", "SL490", "no file"),
    ],
)
def test_a_row_that_cannot_be_read(table, tmp_path, row, code, words):
    for name in ("text.npy", "text.npz"):
        (tmp_path / name).write_text("no array")
    [(found, line, message)] = problems(table, f"{row}\n")
    assert (found, line) == (code, 1)
    assert words in message


def test_lines_to_predict_are_files_or_rows_and_are_seen_from_their_own_folder(tmp_path, monkeypatch, table):
    reader = Frames(FramesSettings())
    lines = ["frames/one.npy", "", "some.npz/other.npy\twhatever"]
    found = list(reader.read_inputs(lines, str(tmp_path / "names.txt")))
    assert [(example.id, len(example.inputs["main"])) for example in found] == [("1", 3), ("3", 1)]
    monkeypatch.chdir(tmp_path)
    [example] = reader.read_inputs(["frames/one.npy"], "standard input")
    assert example.inputs["main"].array.tolist() == ONE.tolist()
    with pytest.raises(DataError, match=r"standard input:1.*there is no file 'absent.npy'"):
        list(reader.read_inputs(["absent.npy"], "standard input"))


def test_the_files_of_a_table_are_its_archives_and_the_folders_of_its_arrays(table, tmp_path):
    np.save(tmp_path / "beside.npy", ONE)
    table("frames/one.npy\ta\nsome.npz/other.npy\tb\nsome.npz/third.npy\tc\nbeside.npy\td\n")
    found = Frames(FramesSettings()).files(tmp_path / "train.txt", "train")
    assert [file.name for file in found] == ["train.txt", "beside.npy", "frames", "some.npz"]
