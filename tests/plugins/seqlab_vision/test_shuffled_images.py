"""The control that gives every image the place of another."""

from pathlib import Path

from seqlab import Example, Image, Labels, Tokens
from seqlab_vision.shuffled_images import ShuffledImages


def test_no_image_stays_and_the_same_are_the_same_again():
    images = [Image(Path(f"{n % 7}.png")) for n in range(20)]
    examples = [
        Example(str(n), f"x:{n}", {"image": image, "question": Tokens((str(n),))}, Labels(("yes",)))
        for n, image in enumerate(images)
    ]
    found = ShuffledImages(None).perturb(examples, 13)
    others = {before: after.inputs["image"] for before, after in zip(images, found, strict=True)}
    assert sorted(others, key=str) == sorted(others.values(), key=str)
    assert all(before != after for before, after in others.items())
    assert [others[image] for image in images] == [each.inputs["image"] for each in found]
    assert [each.inputs["question"] for each in found] == [each.inputs["question"] for each in examples]
    assert [(each.id, each.target) for each in found] == [(each.id, each.target) for each in examples]
    assert found == ShuffledImages(None).perturb(examples, 13)
    assert found != ShuffledImages(None).perturb(examples, 14)


def test_one_image_alone_has_no_other():
    examples = [Example("1", "x:1", {"main": Image(Path("a.png"))})]
    assert ShuffledImages(None).perturb(examples, 13) == examples
