"""The samples of shapes: what is drawn is what is said, and what is held out is held out."""

import io
import zipfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image as Pillow

from seqlab.data.catalogue.generated import shapes
from seqlab.data.catalogue.generated.drawn_shapes import archive, drawn
from seqlab.data.catalogue.generated.shapes import COLOURS, Scene, Shape


@pytest.fixture(scope="module")
def scenes():
    return {split: list(shapes.scenes(split)) for split in shapes.SIZES}


def test_no_caption_of_dev_or_test_stands_in_train_but_all_its_words_do(scenes):
    captions = {split: [scene.caption for scene in each] for split, each in scenes.items()}
    train = set(captions["train"])
    assert not train & {*captions["dev"], *captions["test"]}
    words = {word for caption in train for word in caption.split()}
    assert {word for caption in captions["test"] for word in caption.split()} <= words
    kinds = {(shape.size, shape.colour, shape.kind) for scene in scenes["train"] for shape in scene.shapes}
    assert len(kinds) == len(shapes.RADII) * len(COLOURS) * len(shapes.SHAPES)
    assert max(Counter(captions["test"]).values()) < 0.05 * len(captions["test"])


def test_each_shape_shows_its_colour_and_stands_where_the_caption_says(scenes):
    for scene in scenes["dev"]:
        pixels = drawn(scene)
        for shape in scene.shapes:
            assert tuple(pixels[shape.y, shape.x]) == COLOURS[shape.colour]
            assert min(shape.x, shape.y) >= shape.radius
            assert max(shape.x, shape.y) < shapes.SIDE - shape.radius
        if scene.relation:
            first, second = scene.shapes
            dx, dy = second.x - first.x, second.y - first.y
            along, across = (dx, dy) if scene.relation == "left of" else (dy, dx)
            assert along >= first.radius + second.radius > 0
            assert abs(across) < along


AREAS = {
    "circle": 81,  # points of a lattice in a circle of radius 5
    "square": 9 * 9,
    "triangle": sum(2 * ((dy + 5) // 2) + 1 for dy in range(-5, 6)),
    "cross": 11 * 3 * 2 - 9,
}


@pytest.mark.parametrize("kind", AREAS)
def test_shapes_have_their_areas(kind):
    scene = Scene((Shape("small", "red", kind, 20, 20, 5),), "", 255)
    found = (drawn(scene) == COLOURS["red"]).all(axis=2)
    assert found.sum() == AREAS[kind]


def test_the_archive_holds_what_was_drawn(scenes):
    with zipfile.ZipFile(io.BytesIO(archive(scenes["dev"][:3]))) as file:
        assert file.namelist() == ["images/0001.png", "images/0002.png", "images/0003.png"]
        for name, scene in zip(file.namelist(), scenes["dev"], strict=False):
            with Pillow.open(file.open(name)) as picture:
                assert np.array_equal(np.array(picture), drawn(scene))


def test_questions_are_answered_as_the_scene_says(scenes):
    header, *rows = shapes.questions()["test"].splitlines()
    assert header == "image\tquestion\tanswer"
    assert len(rows) == len(set(rows)) == 4 * len(scenes["test"])
    for row in rows:
        name, question, answer = row.split("\t")
        scene = scenes["test"][int(name.removesuffix(".png")) - 1]
        words = question.removesuffix(" ?").split()
        by_kind = {shape.kind: shape for shape in scene.shapes}
        match words[:2]:
            case ["how", _]:
                assert answer == ("one", "two")[len(scene.shapes) - 1]
            case ["what", "colour" | "size" as quality]:
                assert answer == getattr(by_kind[words[-1]], quality)
            case ["what", "shape"]:
                assert {shape.kind for shape in scene.shapes if shape.colour == words[-1]} == {answer}
            case ["is", "there"]:
                there = any((shape.colour, shape.kind) == tuple(words[-2:]) for shape in scene.shapes)
                assert answer == ("yes" if there else "no")
            case _:
                first, second = by_kind[words[2]], by_kind[words[-1]]
                right = first.x < second.x if "left" in words else first.y < second.y
                assert answer == ("yes" if right else "no")


def test_neither_yes_nor_no_is_the_answer_to_give_blindly():
    answers = Counter(row.rpartition("\t")[2] for row in shapes.questions()["train"].splitlines()[1:])
    assert 0.85 < answers["yes"] / answers["no"] < 1.15
    assert max(answers.values()) < 0.25 * sum(answers.values())
