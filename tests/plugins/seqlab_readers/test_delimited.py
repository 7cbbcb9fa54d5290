"""The readers `tsv` and `csv`: a text and a label in each row."""

import csv
import gzip
from pathlib import Path

import pytest

from seqlab import DataError, Labels, Text
from seqlab.testing import check_reader
from seqlab_readers.delimited import Delimited
from seqlab_readers.labelled_settings import CsvSettings, TsvSettings

TSV = 'label\ttext\nneg\t"Quite" bad .\n\npos\tgood , really\n'


def read(path, settings):
    return list(Delimited(settings).read(path, "train"))


def pairs(path, settings):
    return [(example.inputs["main"].text, example.target.items) for example in read(path, settings)]


def written(folder, content, name="sample.tsv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems_of(folder, content, settings):
    with pytest.raises(DataError) as caught:
        read(written(folder, content), settings)
    return caught.value.problems


@pytest.mark.parametrize(
    "settings, text",
    [
        (TsvSettings(), TSV),
        (TsvSettings(text=3, label=1, header=False), "a\tx\tone two\nb\ty\tthree\n"),
        (CsvSettings(several="+"), "id,text,label\n1,fine,a+b\n2,so so,\n"),
        (CsvSettings(delimiter=";"), 'text;label\n"a;b";x\nc;y\n'),
    ],
)
def test_they_keep_the_laws_of_every_reader(settings, text):
    check_reader(Delimited, settings, text)


def test_text_and_label_are_taken_by_name_and_places_are_lines(tmp_path):
    path = written(tmp_path, TSV)
    examples = read(path, TsvSettings())
    assert [(e.inputs["main"], e.target) for e in examples] == [
        (Text('"Quite" bad .'), Labels(("neg",))),
        (Text("good , really"), Labels(("pos",))),
    ]
    assert [e.place for e in examples] == [f"{path}:2", f"{path}:4"]
    assert [e.id for e in examples] == ["train-1", "train-2"]


def test_what_the_csv_module_writes_is_read_back(tmp_path):
    rows = [('say "no", twice\nor not', "a"), ("plain", "b"), ("comma, and\ttab", "a")]
    path = tmp_path / "sample.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    assert pairs(path, CsvSettings()) == [(text, (label,)) for text, label in rows]
    assert [example.place.rpartition(":")[2] for example in read(path, CsvSettings())] == ["2", "4", "5"]


def test_columns_by_number_without_a_header(tmp_path):
    path = written(tmp_path, "1\tgood\n0\tbad\n")
    assert pairs(path, TsvSettings(text=2, label=1, header=False)) == [("good", ("1",)), ("bad", ("0",))]
    assert pairs(path, TsvSettings(text=2, label=1)) == [("bad", ("0",))]


def test_several_labels_or_none(tmp_path):
    path = written(tmp_path, "text\tlabel\nx\tb, a,b\ny\t\n")
    assert pairs(path, TsvSettings(several=",")) == [("x", ("b", "a")), ("y", ())]


def test_an_encoding_is_declared(tmp_path):
    path = written(tmp_path, "label\ttext\nné\tcafé\n".encode("latin-1"))
    assert pairs(path, TsvSettings(encoding="latin-1")) == [("café", ("né",))]


@pytest.mark.parametrize(
    "content, encoding, offset, message",
    [
        ("label\ttext\nx\tcafé\n".encode("latin-1"), "utf-8", 16, "byte 0xe9 at offset 16 is not UTF-8"),
        (b"label\ttext\nx\tok\nx\tca\x81\n", "windows-1252", 20, "byte 0x81 at offset 20 is not windows-1252"),
        ("label\ttext\nx\t日本\x00".encode("shift_jis")[:-1] + b"\xff", "shift_jis", 17, "is not shift_jis"),
    ],
)
def test_a_wrong_encoding_is_told_with_the_offset_of_the_byte(tmp_path, content, encoding, offset, message):
    (problem,) = problems_of(tmp_path, content, TsvSettings(encoding=encoding))
    assert problem.code == "SL413"
    assert f"at offset {offset} " in problem.message
    assert message in problem.message
    assert problem.place.line == content[:offset].count(b"\n") + 1


@pytest.mark.parametrize(
    "content, settings, code, place, words",
    [
        ("label\tsentence\na\tb\n", TsvSettings(), "SL480", ":1", "no column 'text'"),
        ("label\ttext\na\tb\n", TsvSettings(text=3), "SL480", ":1", "has 2 columns, not 3"),
        ("label\ttext\na\tb\tc\n", TsvSettings(), "SL481", ":2", "3 columns, not 2"),
        ("a\tb\na\n", TsvSettings(text=2, label=1, header=False), "SL481", ":2", "1 columns, not 2"),
        ("a\n", TsvSettings(text=2, label=1, header=False), "SL481", ":1", "1 columns, not at least 2"),
        ("label\ttext\na\t \n", TsvSettings(), "SL482", ":2", "no text in column 2"),
        ("label\ttext\n \tx\n", TsvSettings(), "SL483", ":2", "no label in column 1"),
        ('label,text\na,x\nb,"never closed\nc,y\n', CsvSettings(), "SL484", ":3", "none closes it"),
        ('label,text\na,"x" y\n', CsvSettings(), "SL484", ":2", "cannot be read"),
        ("label,text\na," + "x" * 200_000 + "\n", CsvSettings(), "SL484", ":2", "more than 131,072 characters"),
        ("label\ttext\n", TsvSettings(), "SL486", "", "no row"),
        ("\n\n", TsvSettings(), "SL486", "", "no header"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, content, settings, code, place, words):
    (problem,) = problems_of(tmp_path, content, settings)
    assert (problem.code, str(problem.place)) == (code, f"{tmp_path / 'sample.tsv'}{place}")
    assert words in problem.message
    assert problem.notes


def test_a_misspelt_column_is_suggested_and_all_are_listed(tmp_path):
    first, second = problems_of(tmp_path, "labels\ttexts\na\tb\n", TsvSettings())
    assert (first.hint, second.hint) == ("did you mean 'texts'?", "did you mean 'labels'?")
    assert first.notes[0] == "its columns: labels, texts"


def test_mistakes_are_told_together_and_ten_at_most(tmp_path):
    content = "label\ttext\na\tgood\n" + "\tno label\n" * 30
    examples = Delimited(TsvSettings()).read(written(tmp_path, content), "train")
    assert next(examples).inputs["main"] == Text("good")
    with pytest.raises(DataError) as caught:
        next(examples)
    assert [problem.place.line for problem in caught.value.problems] == list(range(3, 13))
    assert caught.value.problems[-1].notes[-1] == "stopped after 10 problems; there may be more"


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"header": False}, "text: without a header a column is a number"),
        ({"text": 0}, "text: columns are counted from 1"),
        ({"text": "label"}, "label: the column of the text cannot be that of the label"),
        ({"encoding": "utf-9"}, "encoding: Python knows no encoding 'utf-9'"),
        ({"encoding": "base64"}, "encoding: Python knows no encoding 'base64'"),
        ({"encoding": "utf-16"}, "encoding: files in utf-16 must be converted first"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        TsvSettings(**settings)


def test_for_prediction_no_label_is_needed():
    reader = Delimited(CsvSettings())
    lines = ["id,text", '1,"two', 'lines"', "2,one"]
    assert reader.recognises(lines)
    assert [example.inputs["main"].text for example in reader.read_inputs(lines, "in")] == ["two\nlines", "one"]
    assert not reader.recognises(["a text, and a comma"])
    assert not reader.recognises(["text"])
    assert not reader.recognises([])
    assert not reader.recognises(['"never closed'])
    bare = Delimited(TsvSettings(text=2, label=1, header=False))
    assert bare.recognises(["x\ta", "y\tb"])
    assert not bare.recognises(["x\ta", "y"])
    with pytest.raises(DataError, match="SL481"):
        list(reader.read_inputs(["id,text", "1"], "in"))


def test_a_pipe_is_answered_row_by_row():
    def endless():
        yield "label\ttext"
        while True:
            yield "?\tagain"

    examples = Delimited(TsvSettings()).read_inputs(endless(), "in")
    assert [next(examples).place for _ in range(3)] == ["in:2", "in:3", "in:4"]


@pytest.mark.data
def test_the_sizes_of_the_sentiment_treebank():
    from seqlab.data.catalogue import find

    sizes = {}
    for name in ("sst2", "sst5", "trec-questions", "mr-polarity"):
        sizes[name] = [len(read(Path(path), TsvSettings())) for path in find(name).values()]
    assert sizes == {
        "sst2": [6920, 872, 1821],
        "sst5": [8544, 1101, 2210],
        "trec-questions": [5452, 500],
        "mr-polarity": [8529, 1066, 1067],
    }
