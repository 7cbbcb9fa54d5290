"""Samples `shapes-captions` and `shapes-questions`: pictures of one or two coloured shapes, and what is to be said of them.

No caption of dev or test stands in train: a shape alone, or two in their relation, that are held out by a seeded hash. So
captions that are learnt by heart are of no use, but all their parts are known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from seqlab.data.catalogue.generated.draw import Draw

EDITION = 1
SIDE = 48
"""Pixels of a picture's side."""
SIZES = {"train": 4000, "dev": 400, "test": 500}
"""Pictures."""
QUESTIONS = 4
"""Of each picture."""
HELD_OUT = 0.2
"""Share of the captions that stand in dev and test only."""
TWO = 0.75
"""Share of the pictures that have two shapes."""

COLOURS = {
    "red": (214, 39, 40),
    "green": (44, 160, 44),
    "blue": (31, 90, 200),
    "yellow": (240, 205, 30),
    "purple": (140, 70, 180),
    "black": (30, 30, 30),
}
SHAPES = ("circle", "square", "triangle", "cross")
RADII = {"small": (4, 5), "large": (8, 9)}
"""Pixels from the middle of a shape to its edge."""
RELATIONS = ("left of", "above")


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape in a picture.

    Args:
        size: One of `RADII`.
        colour: One of `COLOURS`.
        kind: One of `SHAPES`.
        x: Pixel of its middle from the left.
        y: Pixel of its middle from the top.
        radius: Pixels from its middle to its edge.
    """

    size: str
    colour: str
    kind: str
    x: int
    y: int
    radius: int

    def __str__(self) -> str:
        return f"a {self.size} {self.colour} {self.kind}"


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture before it is drawn.

    Args:
        shapes: One, or two of which the first is left of the second, or above it.
        relation: One of `RELATIONS`; empty for one shape.
        grey: Of the background, 0 to 255.
    """

    shapes: tuple[Shape, ...]
    relation: str
    grey: int

    @property
    def caption(self) -> str:
        """What it shows: `a small red circle left of a large blue square`."""
        return f" {self.relation} ".join(map(str, self.shapes))


def captions() -> Mapping[str, str]:
    """A table of image and caption for each split."""
    return {split: _table("image\tcaption", split, lambda scene, _: [scene.caption]) for split in SIZES}


def questions() -> Mapping[str, str]:
    """A table of image, question and answer for each split, four questions to an image."""
    return {split: _table("image\tquestion\tanswer", split, _asked) for split in SIZES}


def archives() -> Mapping[str, bytes]:
    """A zip of pictures for each split, `images/0001.png` and so on."""
    from seqlab.data.catalogue.generated.drawn_shapes import archive  # which needs numpy

    return {split: archive(list(scenes(split))) for split in SIZES}


def scenes(split: str) -> Iterator[Scene]:
    """The scenes of a split, in their order."""
    draw = Draw(f"shapes/{split}")
    for _ in range(SIZES[split]):
        yield _scene(draw, held_out=split != "train")


def is_held_out(caption: str) -> bool:
    """Whether a caption stands in dev and test only."""
    return hashlib.sha256(f"shapes/{caption}".encode()).digest()[0] < 256 * HELD_OUT


def name_of(number: int) -> str:
    """The file of a picture, counted from 1."""
    return f"{number:04}.png"


def _table(header: str, split: str, rows: Callable[[Scene, Draw], list[str]]) -> str:
    draw = Draw(f"shapes/rows/{split}")
    lines = [f"{name_of(n)}\t{row}\n" for n, scene in enumerate(scenes(split), 1) for row in rows(scene, draw)]
    return f"{header}\n{''.join(lines)}"


def _scene(draw: Draw, *, held_out: bool) -> Scene:
    while True:
        relation = draw.one(RELATIONS) if draw.happens(TWO) else ""
        if not relation:
            places = [(draw.between(11, SIDE - 12), draw.between(11, SIDE - 12))]
        else:
            along = (draw.between(10, 14), draw.between(33, 37))
            across = draw.between(14, 33)
            beside = (across, min(max(across + draw.between(-5, 5), 11), SIDE - 12))
            places = list(zip(along, beside, strict=True))
            if relation == "above":
                places = [(x, y) for y, x in places]
        scene = Scene(tuple(_shape(draw, *place) for place in places), relation, draw.between(215, 255))
        if is_held_out(scene.caption) == held_out:
            return scene


def _shape(draw: Draw, x: int, y: int) -> Shape:
    size = draw.one(list(RADII))
    return Shape(size, draw.one(list(COLOURS)), draw.one(SHAPES), x, y, draw.between(*RADII[size]))


def _asked(scene: Scene, draw: Draw) -> list[str]:
    """Questions with their answers, a tab between them; none stands twice."""
    kinds = [_count, _colour, _size, _kind, _there, _related]
    rows: list[str] = []
    while len(rows) < QUESTIONS:
        row = draw.one(kinds)(scene, draw)
        if row is not None and row not in rows:
            rows.append(row)
    return rows


def _count(scene: Scene, draw: Draw) -> str:
    return f"how many shapes are there ?\t{('one', 'two')[len(scene.shapes) - 1]}"


def _colour(scene: Scene, draw: Draw) -> str | None:
    shape = _only(scene, draw, lambda shape: shape.kind)
    return None if shape is None else f"what colour is the {shape.kind} ?\t{shape.colour}"


def _size(scene: Scene, draw: Draw) -> str | None:
    shape = _only(scene, draw, lambda shape: shape.kind)
    return None if shape is None else f"what size is the {shape.kind} ?\t{shape.size}"


def _kind(scene: Scene, draw: Draw) -> str | None:
    shape = _only(scene, draw, lambda shape: shape.colour)
    return None if shape is None else f"what shape is {shape.colour} ?\t{shape.kind}"


def _there(scene: Scene, draw: Draw) -> str:
    """Half of the answers are yes; where it is no, the shape or the colour is there."""
    shape = draw.one(scene.shapes)
    colour, kind, answer = shape.colour, shape.kind, "yes"
    if draw.happens(0.5):
        there = {(each.colour, each.kind) for each in scene.shapes}
        while (colour, kind) in there:
            colour, kind = draw.one(((draw.one(list(COLOURS)), shape.kind), (shape.colour, draw.one(SHAPES))))
        answer = "no"
    return f"is there a {colour} {kind} ?\t{answer}"


def _related(scene: Scene, draw: Draw) -> str | None:
    """Half of the answers are yes; where it is no, the two are the other way round."""
    if not scene.relation or len({shape.kind for shape in scene.shapes}) == 1:
        return None
    first, second = (shape.kind for shape in scene.shapes)
    if draw.happens(0.5):
        return f"is the {first} {scene.relation} the {second} ?\tyes"
    return f"is the {second} {scene.relation} the {first} ?\tno"


def _only(scene: Scene, draw: Draw, quality: Callable[[Shape], str]) -> Shape | None:
    """A shape that no other has this quality of."""
    qualities = [quality(shape) for shape in scene.shapes]
    alone = [shape for shape, each in zip(scene.shapes, qualities, strict=True) if qualities.count(each) == 1]
    return draw.one(alone) if alone else None
