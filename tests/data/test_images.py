"""Opening pictures: what is given, and what is said of those that cannot be opened."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image as Pillow

from seqlab.data.checks import check_examples
from seqlab.data.images import image_bytes, image_pixels, thumbnail
from seqlab.errors import DataError
from seqlab.interfaces.records import Example, Image


def picture(colour="red", size=(40, 20), kind="PNG", mode="RGB") -> bytes:
    stream = io.BytesIO()
    Pillow.new(mode, size, colour).save(stream, kind)
    return stream.getvalue()


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG of any size, which costs nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\x10\0IDAT"
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_and_a_member_of_an_archive_are_the_same_picture(tmp_path, kind):
    content = picture("red", kind=kind)
    (tmp_path / "a").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("images/a", content)
    images = [Image(tmp_path / "a"), Image(tmp_path / "all.zip", "images/a")]
    one, other = image_pixels(images, 8)
    assert one.shape == (8, 8, 3)
    assert np.array_equal(one, other)
    assert np.abs(one.astype(int) - (255, 0, 0)).max() <= 2
    assert list(image_bytes(images)) == [content, content]


@pytest.mark.parametrize(
    "mode, colour, expected",
    [("RGBA", (0, 0, 255, 0), (255, 255, 255)), ("L", 100, (100, 100, 100)), ("1", 1, (255, 255, 255)),
     ("P", 0, (0, 0, 0)), ("LA", (0, 255), (0, 0, 0))],
)  # fmt: skip
def test_every_kind_of_picture_becomes_red_green_and_blue_on_white(tmp_path, mode, colour, expected):
    (tmp_path / "a.png").write_bytes(picture(colour, mode=mode))
    (pixels,) = image_pixels([Image(tmp_path / "a.png")], 4)
    assert (pixels == expected).all()


def test_a_photograph_is_turned_as_the_camera_says(tmp_path):
    photograph = Pillow.new("RGB", (40, 20), "black")
    photograph.paste("white", (0, 0, 20, 20))  # left half
    exif = Pillow.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    photograph.save(tmp_path / "a.jpg", exif=exif)
    (pixels,) = image_pixels([Image(tmp_path / "a.jpg")], 20)
    assert pixels[:8].mean() > 250 > 5 > pixels[12:].mean()


def test_a_thumbnail_keeps_its_shape(tmp_path):
    (tmp_path / "a.png").write_bytes(picture(size=(400, 100)))
    with Pillow.open(io.BytesIO(thumbnail(Image(tmp_path / "a.png"), 80))) as small:
        assert small.size == (80, 20)


BROKEN = {
    "cut.png": (picture(size=(300, 300))[:120], "SL492", "broken"),
    "cut.jpg": (picture(size=(300, 300), kind="JPEG")[:700], "SL492", "broken"),
    "a.gif": (picture(kind="GIF"), "SL492", "it is GIF, not JPEG or PNG"),
    "empty.png": (b"", "SL492", "an empty file"),
    "page.jpg": (b"<!doctype html>", "SL492", "web page"),
    "large.png": (png_of(8_000, 7_000), "SL493", "(8,000 x 7,000)"),
    "wide.png": (png_of(20_000, 20_000), "SL493", "50 million pixels"),
    "bomb.png": (png_of(200_000, 200_000), "SL493", "50 million pixels"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("packed", [False, True])
def test_what_cannot_be_opened_is_told_at_its_row_with_file_and_member(tmp_path, name, packed):
    content, code, words = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    image = Image(tmp_path / name)
    if packed:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("good.png", picture())
            archive.writestr(f"images/{name}", content)
        image = Image(tmp_path / "all.zip", f"images/{name}")
    good = Image(tmp_path / "all.zip", "good.png") if packed else image
    examples = [Example("1", "table.tsv:2", {"main": good}), Example("2", "table.tsv:7", {"main": image})]
    with pytest.raises(DataError) as caught:
        check_examples(examples, 100)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert words in problem.message
    assert str(problem.place) == ("table.tsv:7" if packed else "table.tsv:2")
    assert (f"all.zip/images/{name}" if packed else name) in problem.message


def test_all_that_are_missing_are_told_together(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.png", picture())
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    images = [Image(tmp_path / "none.png"), Image(tmp_path / "all.zip", "b.png"), Image(tmp_path / "all.zip", "a.png"),
              Image(tmp_path / "no.zip", "a.png")]  # fmt: skip
    with pytest.raises(DataError) as caught:
        check_examples([Example(str(n), f"t.tsv:{n}", {"main": image}) for n, image in enumerate(images, 1)], 100)
    assert [(problem.code, str(problem.place)) for problem in caught.value.problems] == [
        ("SL491", "t.tsv:1"), ("SL491", "t.tsv:2"), ("SL491", "t.tsv:4"),
    ]  # fmt: skip
    told = [problem.message for problem in caught.value.problems]
    assert "no such file" in told[0]
    assert "no such member" in told[1]
    assert "archive is damaged" in told[2]


def test_a_member_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("seqlab.data.images.MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", b"0" * 1001)
    assert (tmp_path / "all.zip").stat().st_size < 1000
    with pytest.raises(DataError, match="SL493"):
        list(image_bytes([Image(tmp_path / "all.zip", "a.png")]))
