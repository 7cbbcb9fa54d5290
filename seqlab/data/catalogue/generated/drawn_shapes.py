"""The pictures of the samples of shapes: drawn pixel by pixel from whole numbers, so that they are the same everywhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqlab.data.catalogue.generated.shapes import COLOURS, SIDE, Scene, Shape, name_of

_DATE = (1980, 1, 1, 0, 0, 0)
"""Of all members, the first that a zip can say."""


def archive(scenes: Sequence[Scene]) -> bytes:
    """A zip with the picture of each scene, `images/0001.png` and so on."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as file:
        for number, scene in enumerate(scenes, 1):
            file.writestr(zipfile.ZipInfo(f"images/{name_of(number)}", _DATE), png(drawn(scene)))
    return stream.getvalue()


def drawn(scene: Scene) -> NDArray[np.uint8]:
    """The pixels of a scene, `(SIDE, SIDE, 3)`."""
    pixels = np.full((SIDE, SIDE, 3), scene.grey, dtype=np.uint8)
    for shape in scene.shapes:
        pixels[_covered(shape)] = COLOURS[shape.colour]
    return pixels


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels `(H, W, 3)` as a PNG (ISO/IEC 15948) without filters."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), dtype=np.uint8), pixels.reshape(height, -1)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _covered(shape: Shape) -> NDArray[np.bool_]:
    """Which pixels a shape covers, `(SIDE, SIDE)`."""
    down, right = np.mgrid[:SIDE, :SIDE]
    dx, dy, radius = np.abs(right - shape.x), down - shape.y, shape.radius
    covered: NDArray[np.bool_]
    match shape.kind:
        case "circle":
            covered = dx * dx + dy * dy <= radius * radius
        case "square":
            covered = np.maximum(dx, np.abs(dy)) < radius
        case "triangle":
            covered = (np.abs(dy) <= radius) & (2 * dx <= dy + radius)
        case _:  # a cross
            width = radius // 3
            covered = ((dx <= width) & (np.abs(dy) <= radius)) | ((dx <= radius) & (np.abs(dy) <= width))
    return covered
