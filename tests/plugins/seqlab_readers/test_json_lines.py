"""The reader `jsonl`: a text and its label in each line."""

import gzip
import json

import pytest

from seqlab import DataError, Labels, Text
from seqlab.testing import check_reader
from seqlab_readers.json_lines import JsonLines
from seqlab_readers.labelled_settings import JsonLinesSettings


def read(path, **settings):
    return list(JsonLines(JsonLinesSettings(**settings)).read(path, "dev"))


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.jsonl.gz"
    records = [{"text": " é\nx ", "label": "a", "more": [1]}, {"text": "y", "label": 3}, {"text": "z", "label": []}]
    path.write_bytes(gzip.compress("\n \n".join(json.dumps(record) for record in records).encode()))
    return path


def test_it_keeps_the_laws_of_every_reader():
    text = '{"text": "one two", "label": "a"}\n\n{"label": ["a", "b"], "text": "three"}\n{"label": [], "text": "x"}\n'
    check_reader(JsonLines, JsonLinesSettings(), text)
    other = '{"body": "one", "class": "a"}\n{"body": "two", "class": "b"}\n'
    check_reader(JsonLines, JsonLinesSettings("utf-8", "body", "class"), other)


def test_labels_are_strings_numbers_or_lists(sample):
    examples = read(sample)
    assert [example.inputs["main"] for example in examples] == [Text("é\nx"), Text("y"), Text("z")]
    assert [example.target for example in examples] == [Labels(("a",)), Labels(("3",)), Labels(())]
    assert [(e.id, e.place) for e in examples] == [(f"dev-{n}", f"{sample}:{2 * n - 1}") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "line, code, words",
    [
        ('{"text": "x" "label": "a"}', "SL484", "no JSON"),
        ("[" * 100_000, "SL484", "nested too deep"),
        ('["x", "a"]', "SL485", "the line is a list, not an object"),
        ('{"txt": "x", "label": "a"}', "SL480", "no field 'text'"),
        ('{"text": "x"}', "SL480", "no field 'label'"),
        ('{"text": 7, "label": "a"}', "SL485", "field 'text' is a number, not a string"),
        ('{"text": " ", "label": "a"}', "SL482", "field 'text' is empty"),
        ('{"text": "x", "label": ""}', "SL483", "field 'label' is empty"),
        ('{"text": "x", "label": 1.5}', "SL485", "field 'label' is a number"),
        ('{"text": "x", "label": true}', "SL485", "field 'label' is true or false"),
        ('{"text": "x", "label": ["a", null]}', "SL485", "field 'label' is a list"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, line, code, words):
    path = tmp_path / "sample.jsonl"
    path.write_text(f'{{"text": "x", "label": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.line) == (code, str(path), 2)
    assert words in problem.message


def test_no_json_is_shown_with_its_column_and_a_field_is_suggested(tmp_path):
    path = tmp_path / "sample.jsonl"
    path.write_text('{"text": "x" "label": "a"}\n{"txt": "x", "label": "a"}\n', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(path)
    first, second = caught.value.problems
    assert (first.place.column, first.place.source) == (14, '{"text": "x" "label": "a"}')
    assert second.hint == "did you mean 'txt'?"
    assert second.notes == ("its fields: txt, label", "choose with data.reader.text=NAME")


def test_blank_lines_are_no_data(tmp_path):
    path = tmp_path / "sample.jsonl"
    path.write_text(" \n\n", encoding="utf-8")
    with pytest.raises(DataError, match="SL486"):
        read(path)


def test_for_prediction_no_label_is_needed():
    reader = JsonLines(JsonLinesSettings())
    lines = ['{"text": "x"}', "", '{"text": "y", "label": 1.5}']
    assert reader.recognises(lines)
    assert [(e.place, e.inputs["main"].text, e.target) for e in reader.read_inputs(lines, "in")] == [
        ("in:1", "x", None),
        ("in:3", "y", None),
    ]
    assert not reader.recognises(["{not json}"])
    assert not reader.recognises(['{"txt": ""}'])
    assert not reader.recognises([])
