"""Opening pictures, from files and from members of zip archives. The only module that knows Pillow.

Whatever the file says of itself, no more than `MOST_BYTES` are read and no more than `MOST_PIXELS` decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seqlab.errors import DataError, Place, Problem
from seqlab.interfaces.records import Example, Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Pixels = NDArray[np.uint8]

MOST_BYTES = 100_000_000
"""Of a file, or of a member unpacked."""
MOST_PIXELS = 50_000_000
"""Width times height: 150 MB once decoded."""
_FORMATS = ("JPEG", "PNG")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error)
"""What Pillow raises for files that are damaged."""
_CHECKED_SIZE = 32
"""Pixels to which a JPEG may be shrunk while it is decoded to see whether it is whole."""


def image_bytes(images: Iterable[Image]) -> Iterator[bytes]:
    """Yield the file of each image as it stands; an archive is opened once.

    Raises:
        DataError: SL491 if it is not there or cannot be read, SL493 if it is larger than `MOST_BYTES`.
    """
    with ExitStack() as stack:
        archives: dict[str, zipfile.ZipFile] = {}
        for image in images:
            try:
                if image.member is None:
                    if image.path.stat().st_size > MOST_BYTES:
                        raise DataError(_too_large(image, f"{MOST_BYTES // 10**6} MB"))
                    content = image.path.read_bytes()
                else:
                    key = str(image.path)
                    if key not in archives:
                        archives[key] = stack.enter_context(zipfile.ZipFile(image.path))
                    if archives[key].getinfo(image.member).file_size > MOST_BYTES:
                        raise DataError(_too_large(image, f"{MOST_BYTES // 10**6} MB"))
                    content = archives[key].read(image.member)
            # of a zip: a member that is absent, packed in a way unknown here (NotImplementedError), or encrypted (RuntimeError)
            except (OSError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
                raise DataError(_unreadable(image, error)) from error
            yield content


def image_pixels(images: Iterable[Image], size: int) -> Iterator[Pixels]:
    """Yield the pixels of each image, red, green and blue, from 0 to 255.

    The whole picture is drawn into a square, whatever its shape; what is transparent becomes white, and a photograph is
    turned as its camera says.

    Args:
        images: JPEG or PNG.
        size: S, pixels of a side.

    Returns:
        `(S, S, 3)` for each.

    Raises:
        DataError: SL491 if it cannot be read, SL492 if it is broken or of another format, SL493 if it is too large.
    """
    for image, content in _with_contents(images):
        yield np.array(_decoded(image, content, size).resize((size, size)), dtype=np.uint8)


def thumbnail(image: Image, size: int) -> bytes:
    """A small copy of an image, in its own shape, as JPEG.

    Args:
        image: JPEG or PNG.
        size: Most pixels of its longer side.

    Raises:
        DataError: As `image_pixels`.
    """
    ((_, content),) = _with_contents([image])
    picture = _decoded(image, content, size)
    picture.thumbnail((size, size))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def image_problems(examples: Iterable[Example]) -> Iterator[tuple[Example, Problem]]:
    """Yield what is wrong with images, each with the first example that has it; each image is decoded once."""
    first: dict[Image, Example] = {}
    for example in examples:
        for value in example.inputs.values():
            if isinstance(value, Image):
                first.setdefault(value, example)
    for image, problem in _looked_at(list(first)):
        if problem is not None:
            yield first[image], problem


def _looked_at(images: list[Image]) -> Iterator[tuple[Image, Problem | None]]:
    """Each image with its problem; after one that cannot be read, the archives are opened again."""
    place = 0
    while place < len(images):
        try:
            for image, content in _with_contents(images[place:]):
                place += 1
                try:
                    _decoded(image, content, _CHECKED_SIZE)
                except DataError as error:
                    yield image, error.problems[0]
                else:
                    yield image, None
        except DataError as error:
            yield images[place], error.problems[0]
            place += 1


def _with_contents(images: Iterable[Image]) -> Iterator[tuple[Image, bytes]]:
    given = list(images)
    return zip(given, image_bytes(given), strict=False)  # which is shorter only where it raises


def _decoded(image: Image, content: bytes, size: int) -> Picture:
    """The picture in red, green and blue; one that is stored far larger than it is needed may be shrunk on the way."""
    from PIL import Image as Pillow  # 0.1 s, for those who read images
    from PIL import ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures, which are refused below
            with Pillow.open(io.BytesIO(content), formats=_FORMATS) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise DataError(_too_large(image, f"{MOST_PIXELS // 10**6} million pixels", (width, height)))
                picture.draft("RGB", (size, size))
                picture.load()
                turned = ImageOps.exif_transpose(picture)
                return _on_white(turned)
    except Pillow.DecompressionBombError as error:
        raise DataError(_too_large(image, f"{MOST_PIXELS // 10**6} million pixels")) from error
    except _BROKEN as error:
        known = _other_format(content)
        what = f"it is {known}, not JPEG or PNG" if known else "it is broken"
        note = "convert it" if known else "get it again, or remove its rows"
        raise DataError(
            Problem("SL492", f"the image cannot be decoded: {what}", _place(image), notes=(note,))
        ) from error


def _on_white(picture: Picture) -> Picture:
    from PIL import Image as Pillow

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Pillow.new("RGBA", layered.size, "white")
        return Pillow.alpha_composite(white, layered).convert("RGB")
    return picture.convert("RGB")


_BEGINNINGS: Mapping[bytes, str] = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"RIFF": "WebP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"%PDF": "PDF",
    b"<": "SVG or a web page",
    b"version https://git-lfs": "a pointer of git-lfs",
}


def _other_format(content: bytes) -> str | None:
    if not content:
        return "an empty file"
    return next((name for beginning, name in _BEGINNINGS.items() if content.startswith(beginning)), None)


def _place(image: Image) -> Place:
    return Place(str(image.path) if image.member is None else f"{image.path}/{image.member}")


def _too_large(image: Image, most: str, size: tuple[int, int] | None = None) -> Problem:
    has = f" ({size[0]:,} x {size[1]:,})" if size else ""
    notes = ("shrink it: a model sees a few hundred pixels at most",)
    return Problem("SL493", f"the image is larger than {most}{has}", _place(image), notes=notes)


def _unreadable(image: Image, error: Any) -> Problem:
    reason = {
        FileNotFoundError: "there is no such file",
        KeyError: "the archive has no such member",
        zipfile.BadZipFile: "the archive is damaged",
    }.get(type(error), f"{getattr(error, 'strerror', None) or error}")
    return Problem("SL491", f"the image cannot be read: {reason}", _place(image),
                   notes=("do the images lie where the reader looks for them? see its setting 'images'",))  # fmt: skip
