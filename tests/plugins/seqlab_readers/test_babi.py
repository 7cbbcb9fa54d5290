"""Reader `babi`: stories, their questions, and what is wrong with a file."""

import zipfile

import pytest

from seqlab import DataError
from seqlab.testing import check_reader
from seqlab_readers.babi import Babi
from seqlab_readers.questions_settings import BabiSettings

TWO_STORIES = (
    "1 Mary went to the kitchen.\n2 Where is Mary? \tkitchen\t1\n3 John got the milk.\n"
    "4 What is John carrying? \tmilk,apple\t3\n1 John went home.\n2 Where is John? |home|1\n"
)


def read(path, text, split="train", **settings):
    path.write_text(text, encoding="utf-8")
    return list(Babi(BabiSettings(**settings)).read(path, split))


def problems(path, text, **settings):
    with pytest.raises(DataError) as caught:
        read(path, text, **settings)
    return [(each.code, each.place.line) for each in caught.value.problems]


def test_a_question_has_the_story_so_far(tmp_path):
    one, two, three = read(tmp_path / "x.txt", TWO_STORIES)
    assert one.inputs["story"].items == ("Mary went to the kitchen.",)
    assert one.inputs["question"].items == ("where", "is", "mary")
    assert two.inputs["story"].items == ("Mary went to the kitchen.", "John got the milk.")
    assert three.inputs["story"].items == ("John went home.",)
    assert [each.target.items for each in (one, two, three)] == [("kitchen",), ("milk,apple",), ("home",)]
    assert [each.place.rpartition(":")[2] for each in (one, two, three)] == ["2", "4", "6"]
    assert one.group == two.group != three.group


def test_a_story_in_words_keeps_the_ends_of_its_sentences(tmp_path):
    two = read(tmp_path / "x.txt", TWO_STORIES, unit="word")[1]
    assert " ".join(two.inputs["story"].items) == "mary went to the kitchen . john got the milk ."


def test_it_keeps_the_laws_of_every_reader():
    for unit in ("sentence", "word"):
        check_reader(Babi, BabiSettings(unit=unit), text=TWO_STORIES)


def test_a_task_is_looked_for_beside_the_named_file_and_then_in_a_zip(tmp_path):
    named = tmp_path / "qa1_one_test.txt"
    (tmp_path / "qa12_twelve_test.txt").write_text(TWO_STORIES.replace("kitchen", "attic"), encoding="utf-8")
    (tmp_path / "qa2_two_train.txt").write_text(TWO_STORIES, encoding="utf-8")  # of the other split
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("en/qa2_two_train.txt", TWO_STORIES)
        archive.writestr("en/qa2_two_test.txt", TWO_STORIES.replace("kitchen", "cellar"))
    assert read(named, TWO_STORIES, "test", task=1)[0].target.items == ("kitchen",)
    assert read(named, TWO_STORIES, "test", task=12)[0].target.items == ("attic",)
    packed = read(named, TWO_STORIES, "test", task=2)[0]
    assert packed.target.items == ("cellar",)
    assert packed.place.endswith("all.zip/en/qa2_two_test.txt:2")
    assert problems(named, TWO_STORIES, task=3) == [("SL499", None)]
    record = [Babi(BabiSettings(task=task)).files(named, "test") for task in (None, 12, 2)]
    assert record == [(named,), (tmp_path / "qa12_twelve_test.txt",), (tmp_path / "all.zip",)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 A b.\n3 Where? \tb\t1\n", [("SL495", 2)]),
        ("Mary went home.\n", [("SL495", 1)]),
        ("1 Where is Mary? \thome\t1\n", [("SL498", 1)]),
        ("1 A b.\n2 Where? \t \t1\n3 \tb\t1\n", [("SL498", 2), ("SL498", 3)]),
        ("1 A b.\n2 C d.\n", [("SL486", None)]),
    ],
)
def test_mistakes_are_told_with_their_lines(tmp_path, text, found):
    assert problems(tmp_path / "x.txt", text) == found


def test_a_zip_that_is_broken_is_named(tmp_path):
    (tmp_path / "all.zip").write_bytes(b"PK\3\4 and no more")
    assert problems(tmp_path / "qa1_one_train.txt", TWO_STORIES, task=2) == [("SL499", None)]


def test_for_prediction_neither_numbers_nor_answers_are_needed():
    lines = ["Ada ran home.", "Where is Ada?", "", "1 Bo slept.", "2 Where is Bo?\tbed", "Bo woke.", "What is up ?"]
    found = list(Babi(BabiSettings()).read_inputs(lines, "in"))
    stories = [each.inputs["story"].items for each in found]
    assert stories == [("Ada ran home.",), ("Bo slept.",), ("Bo slept.", "Bo woke.")]
    assert [each.inputs["question"].text for each in found] == ["Where is Ada?", "Where is Bo?", "What is up ?"]
    assert all(each.target is None for each in found)


def test_a_question_about_nothing_cannot_be_answered():
    with pytest.raises(DataError) as caught:
        list(Babi(BabiSettings()).read_inputs(["Ada ran home.", "", "Where is Ada?"], "in"))
    assert [(each.code, str(each.place)) for each in caught.value.problems] == [("SL498", "in:3")]
