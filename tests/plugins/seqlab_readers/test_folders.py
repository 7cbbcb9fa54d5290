"""The reader `folders`: a file for each text, in a folder for each label."""

import gzip
import json

import pytest

from seqlab import DataError, Labels, Text
from seqlab_readers.folders import Folders
from seqlab_readers.labelled_settings import FoldersSettings


@pytest.fixture
def home(tmp_path):
    for name, text in {
        "good/2.txt": "fine\n ever so ",
        "good/10.txt": "great",
        "bad/a.txt": "awful\n",
        "bad/.x": "",
    }.items():
        path = tmp_path / "train" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "train" / "bad" / "b.txt.gz").write_bytes(gzip.compress("ganz übel".encode()))
    (tmp_path / "train" / "README").write_text("not a text of a label", encoding="utf-8")
    return tmp_path / "train"


def read(path, **settings):
    return list(Folders(FoldersSettings(**settings)).read(path, "train"))


def test_folders_are_labels_and_files_texts_in_the_order_of_their_names(home):
    found = [(example.inputs["main"], example.target) for example in read(home)]
    assert found == [
        (Text("awful"), Labels(("bad",))),
        (Text("ganz übel"), Labels(("bad",))),
        (Text("great"), Labels(("good",))),
        (Text("fine ever so"), Labels(("good",))),
    ]
    assert next(example.place for example in read(home)) == f"{home / 'bad' / 'a.txt'}:1"
    assert [example.id for example in read(home)][-1] == "train-good/2.txt"
    assert read(home) == read(home)


def test_what_is_wrong_is_told_with_its_file(home):
    (home / "bad" / "c.txt").write_bytes("schön".encode("latin-1"))
    with pytest.raises(DataError) as caught:
        read(home)
    assert (caught.value.problems[0].code, caught.value.problems[0].place.file) == (
        "SL413",
        str(home / "bad" / "c.txt"),
    )
    assert len(read(home, encoding="latin-1")) == 5
    (home / "bad" / "c.txt").write_text(" \n", encoding="utf-8")
    with pytest.raises(DataError, match=r"c.txt: error\[SL482\]"):
        read(home)


@pytest.mark.parametrize(
    "name, words", [("good/2.txt", "this is no folder"), ("good", "no folder in this one has a file")]
)
def test_a_split_is_a_folder_of_folders(home, name, words):
    with pytest.raises(DataError, match=rf"error\[SL487\]: {words}"):
        read(home / name)


def test_a_run_reads_them_and_keeps_their_sha256(home, seqlab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = [
        "data.reader=folders",
        "~data.dataset",
        f"data.train={home}",
        f"data.dev={home}",
        "data.tokenizer=whitespace",
    ]
    small = ["training.max_steps=2", "evaluation.resamples=100", "threads=1", "--run-dir", "ran"]
    answer = seqlab("run", "sentiment", *data, *small)
    assert answer.code == 0, answer.errors
    before = json.loads((tmp_path / "ran" / "manifest.json").read_text(encoding="utf-8"))["data"]
    assert list(before) == [str(home)]
    (home / "good" / "3.txt").write_text("one more", encoding="utf-8")
    answer = seqlab("run", "sentiment", *data, *small[:-1], "again")
    after = json.loads((tmp_path / "again" / "manifest.json").read_text(encoding="utf-8"))["data"]
    assert after[str(home)] != before[str(home)]
