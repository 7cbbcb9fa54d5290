"""The reader of captioned images, and what it says of tables that are wrong."""

import gzip
import zipfile
from pathlib import Path

import pytest

from seqlab import DataError, Image, Tokens, TokensPrediction
from seqlab_readers.captions import Captions
from seqlab_readers.captions_settings import CaptionsSettings

TABLE = "image\tcaption\na.png\tA dog .\na.png\tThe dog\n\nb.png\ta cat\n"


def written(folder: Path, text=TABLE, name="train.tsv", images=("a.png", "b.png"), packed=None) -> Path:
    if packed:
        with zipfile.ZipFile(folder / packed, "w") as archive:
            for each in images:
                archive.writestr(f"images/{each}", b"")
    else:
        (folder / "images").mkdir()
        for each in images:
            (folder / "images" / each).touch()
    if name.endswith(".gz"):
        (folder / name).write_bytes(gzip.compress(text.encode()))
    else:
        (folder / name).write_text(text)
    return folder / name


def read(path, split="train", **settings):
    return list(Captions(CaptionsSettings(**settings)).read(path, split))


def test_rows_of_one_image_are_alternatives(tmp_path):
    one, other = read(written(tmp_path))
    assert one.inputs == {"main": Image(tmp_path / "images" / "a.png")}
    assert one.target == (Tokens(("A", "dog", ".")), Tokens(("The", "dog")))
    assert (one.id, one.place) == ("a.png", f"{tmp_path}/train.tsv:2")
    assert other.target == Tokens(("a", "cat"))
    assert other.place.endswith(":5")


def test_images_may_lie_in_an_archive_for_each_split_and_the_table_be_packed(tmp_path):
    path = written(tmp_path, name="captions.tsv.gz", packed="images.dev.zip")
    one, other = read(path, "dev", images="images.{split}.zip", lowercase=True, punctuation=False)
    assert one.inputs["main"] == Image(tmp_path / "images.dev.zip", "images/a.png")
    assert one.target == (Tokens(("a", "dog")), Tokens(("the", "dog")))
    assert other.inputs["main"].member == "images/b.png"


def test_the_record_of_a_run_names_the_table_and_its_images(tmp_path):
    path = written(tmp_path)
    assert Captions(CaptionsSettings()).files(path, "train") == (path, tmp_path / "images")
    written(tmp_path, packed="images.dev.zip")
    found = Captions(CaptionsSettings(images="images.{split}.zip")).files(path, "dev")
    assert found == (path, tmp_path / "images.dev.zip")


def test_columns_may_have_other_names_or_numbers(tmp_path):
    path = written(tmp_path, "a cat\t1\timages/b.png\n", packed="all.zip")
    [one] = read(path, images="all.zip", header=False, image=3, caption=1)
    assert (one.id, one.target) == ("images/b.png", Tokens(("a", "cat")))
    path.write_text("what\twhich\na cat\tb.png\n")
    [one] = read(path, images="all.zip", image="which", caption="what")
    assert one.inputs["main"].member == "images/b.png"


WRONG = {
    "image\tcaption\na.png\tx\nc.png\ty\n": [("SL491", 3, "no image 'c.png'")],
    "image\tcaption\na.png\t \nb.png\t\n": [("SL482", 2, "'a.png' is empty"), ("SL482", 3, "'b.png' is empty")],
    "image\tcaption\na.png\tx\nb.png y\n": [("SL481", 3, "1 columns, not at least 2")],
    "image\tcaption\na.png\tx\nb.png\ty\na.png\tz\n": [("SL494", 4, "rows further above")],
    "image\tcaption\n\tx\n": [("SL482", 2, "names no image")],
    "image\tcaptions\na.png\tx\n": [("SL480", 1, "no column 'caption'")],
    "image\tcaption\n": [("SL486", None, "no row")],
}


@pytest.mark.parametrize("text", WRONG)
def test_mistakes_are_told_together_with_file_and_row(tmp_path, text):
    path = written(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read(path)
    problems = caught.value.problems
    assert [(each.code, each.place.line) for each in problems] == [(code, line) for code, line, _ in WRONG[text]]
    for each, (_, _, words) in zip(problems, WRONG[text], strict=True):
        assert words in each.message
        assert each.place.file == str(path)


def test_it_says_where_the_images_should_be(tmp_path):
    path = written(tmp_path)
    with pytest.raises(DataError, match=r"SL491.*neither a folder nor a zip") as caught:
        read(path, images="{split}.zip")
    [problem] = caught.value.problems
    assert problem.place.file == str(path)
    assert problem.notes[0] == f"looked for in '{tmp_path}': train.zip"
    (tmp_path / "train.zip").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"SL491.*cannot be read"):
        read(path, images="{split}.zip")


def test_for_prediction_a_line_is_a_path_or_a_row(tmp_path):
    reader = Captions(CaptionsSettings())
    [one] = reader.read_inputs(["some/where/a.jpg"], "standard input")
    assert (one.id, one.inputs["main"]) == ("some/where/a.jpg", Image(Path("some/where/a.jpg")))
    rows = list(reader.read_inputs(["caption\timage", "", "what\tx.png"], "table"))
    assert [each.inputs["main"] for each in rows] == [Image(Path("x.png"))]
    assert reader.write(one, TokensPrediction(("a", "dog"))) == "some/where/a.jpg\ta dog\n"


@pytest.mark.parametrize("settings", [{"header": False}, {"image": 0}, {"image": 2, "caption": 2}])
def test_settings_that_contradict_themselves_are_refused(settings):
    with pytest.raises(ValueError, match="column"):
        CaptionsSettings(**settings)
