"""The reader `parallel`: line N of one file and line N of another."""

import gzip

import pytest

from seqlab import DataError, Labels, Text
from seqlab_readers.labelled_settings import ParallelSettings
from seqlab_readers.parallel import Parallel


def read(path, **settings):
    return list(Parallel(ParallelSettings(**settings)).read(path, "dev"))


@pytest.fixture
def home(tmp_path):
    (tmp_path / "seq.in").write_text("play some jazz\nis it cold \n", encoding="utf-8")
    (tmp_path / "label.gz").write_bytes(gzip.compress(b"PlayMusic\nGetWeather#Ask\n"))
    return tmp_path


def test_lines_belong_together(home):
    assert [(e.id, e.place, e.inputs["main"], e.target) for e in read(home)] == [
        ("dev-1", f"{home / 'seq.in'}:1", Text("play some jazz"), Labels(("PlayMusic",))),
        ("dev-2", f"{home / 'seq.in'}:2", Text("is it cold"), Labels(("GetWeather#Ask",))),
    ]
    assert [e.target.items for e in read(home, several="#")] == [("PlayMusic",), ("GetWeather", "Ask")]


@pytest.mark.parametrize(
    "texts, labels, code, file, line",
    [
        ("a\nb\n", "x\n", "SL488", "seq.in", 2),
        ("a\n", "x\ny\n", "SL488", "label", 2),
        ("a\n \n", "x\ny\n", "SL482", "seq.in", 2),
        ("a\nb\n", "x\n\n", "SL483", "label", 2),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, texts, labels, code, file, line):
    (tmp_path / "seq.in").write_text(texts, encoding="utf-8")
    (tmp_path / "label").write_text(labels, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.line) == (code, str(tmp_path / file), line)


def test_a_missing_file_is_told(tmp_path):
    (tmp_path / "seq.in").write_text("a\n", encoding="utf-8")
    with pytest.raises(DataError, match="SL410"):
        read(tmp_path)
