"""Reader `image_questions`: tables and lists of questions, and the images beside them."""

import io
import json
import zipfile

import pytest
from PIL import Image as Pillow

from seqlab import DataError, Image
from seqlab_readers.image_questions import ImageQuestions
from seqlab_readers.questions_settings import ImageQuestionsSettings

TABLE = "question\tanswer\timage\nwhat is it ?\tcup, plate\ta.png\nis it red?\tno\ta.png\nis it blue?\tyes\tb\n"
TRIPLES = [["what is it?", "cup", 0], ["is it red?", "no", 10]]


def png():
    stream = io.BytesIO()
    Pillow.new("RGB", (8, 8), "red").save(stream, "PNG")
    return stream.getvalue()


def pack(path, *members):
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, png())


def read(path, text, split="train", **settings):
    path.write_text(text, encoding="utf-8")
    return list(ImageQuestions(ImageQuestionsSettings(**settings)).read(path, split))


def problems(path, text, **settings):
    with pytest.raises(DataError) as caught:
        read(path, text, **settings)
    return [(each.code, each.place.line) for each in caught.value.problems]


def test_a_table_with_its_images_in_a_zip_of_its_name(tmp_path):
    pack(tmp_path / "train.images.zip", "images/a.png", "images/b.png")
    pack(tmp_path / "images.zip", "images/other.png")
    one, two, three = read(tmp_path / "train.tsv", TABLE)
    assert one.inputs["image"] == Image(tmp_path / "train.images.zip", "images/a.png")
    assert three.inputs["image"].member == "images/b.png"
    assert one.inputs["question"].items == ("what", "is", "it")
    assert one.target.items == ("cup, plate",)
    assert one.group == two.group != three.group
    assert str(tmp_path) not in one.group  # or the cut of dev would hang on where the data lies
    assert one.place.endswith("train.tsv:2")


def test_a_list_of_triples_with_its_images_in_a_zip_or_a_folder(tmp_path):
    pack(tmp_path / "images.zip", "images/0.png", "images/10.png")
    one, two = read(tmp_path / "questions.json", json.dumps(TRIPLES))
    assert (one.inputs["image"].member, two.inputs["image"].member) == ("images/0.png", "images/10.png")
    (tmp_path / "pictures").mkdir()
    for name in ("0.png", "10.jpg"):
        (tmp_path / "pictures" / name).write_bytes(png())
    triples = json.dumps([[TRIPLES[0][0] + "x" * 2_000_000, *TRIPLES[0][1:]], TRIPLES[1]])  # in one line
    found = read(tmp_path / "questions.json", triples, images="pictures")
    assert [each.inputs["image"] for each in found] == [
        Image(tmp_path / "pictures" / "0.png"),
        Image(tmp_path / "pictures" / "10.jpg"),
    ]


def test_a_name_that_stands_for_several_images_is_a_path_then_a_file_then_a_file_cut_short(tmp_path):
    pack(tmp_path / "images.zip", "x/a", "x/a.png", "y/a.png", "a.png/b.jpg", "b")
    header, row = "question\tanswer\timage\n", "q\ta\t{}\n"
    names = ("y/a.png", "a.png", "a", "b", "elsewhere/b.jpg")
    found = read(tmp_path / "x.tsv", header + "".join(map(row.format, names)))
    assert [each.inputs["image"].member for each in found] == ["y/a.png", "x/a.png", "x/a", "b", "a.png/b.jpg"]


def test_the_record_of_a_run_names_the_questions_and_their_images(tmp_path):
    pack(tmp_path / "images.zip", "a.png")
    reader, path = ImageQuestions(ImageQuestionsSettings()), tmp_path / "x.tsv"
    assert reader.files(path, "train") == (path, tmp_path / "images.zip")
    pack(tmp_path / "x.images.zip", "a.png")
    assert reader.files(path, "train") == (path, tmp_path / "x.images.zip")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("x.tsv", "question\tanswer\tpicture\nq\ta\tb\n", [("SL480", 1)]),
        ("x.tsv", "question\tanswer\timage\nq\ta\n\tno\ta\nq\t\ta\nq\ta\tc\n",
         [("SL481", 2), ("SL482", 3), ("SL483", 4), ("SL491", 5)]),
        ("x.tsv", "question\tanswer\timage\n", [("SL486", None)]),
        ("x.json", "[[\n", [("SL484", 2)]),
        ("x.json", "{}", [("SL485", None)]),
        ("x.json", '[["q", "a", "a"], ["q", "a"], ["q", "a", true]]', [("SL485", None), ("SL485", None)]),
        ("x.json", "[]", [("SL486", None)]),
        ("x.json.gz", "[]", [("SL412", None)]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_rows(tmp_path, name, text, found):
    pack(tmp_path / "x.images.zip", "a.png", "b.png")
    assert problems(tmp_path / name, text) == found


def test_images_that_are_not_there_or_no_zip(tmp_path):
    assert problems(tmp_path / "x.tsv", TABLE) == [("SL491", None)]
    (tmp_path / "images.zip").write_text("no zip")
    assert problems(tmp_path / "x.tsv", TABLE) == [("SL491", None)]


def test_columns_must_differ():
    with pytest.raises(ValueError, match="three columns"):
        ImageQuestionsSettings(answer="question")


def test_for_prediction_an_image_and_a_question_are_enough():
    reader = ImageQuestions(ImageQuestionsSettings())
    (plain,) = reader.read_inputs(["x/cup.png\twhat is it?"], "in")
    assert str(plain.inputs["image"].path) == "x/cup.png"
    assert plain.inputs["question"].items == ("what", "is", "it")
    (named,) = reader.read_inputs(["question\tanswer\timage", "what is it?\t\tcup.png"], "in")
    assert (str(named.inputs["image"].path), named.id, named.target) == ("cup.png", "2", None)
    with pytest.raises(DataError) as caught:
        list(reader.read_inputs(["cup.png what is it?"], "in"))
    assert [each.code for each in caught.value.problems] == ["SL481"]
