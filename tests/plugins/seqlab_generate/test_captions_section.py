"""The captions of a report: which are shown, and how each word is laid over its image."""

import io
import re
from types import SimpleNamespace

import pytest
from PIL import Image as Pillow

from seqlab import Example, Image, Labels, LabelsPrediction, Text, Tokens, TokensPrediction
from seqlab_generate.captions_section import captions_section

REFERENCE = tuple("abcdefghijklmnop")


@pytest.fixture
def image(tmp_path):
    stream = io.BytesIO()
    Pillow.new("RGB", (4, 4), "red").save(stream, "PNG")
    (tmp_path / "red.png").write_bytes(stream.getvalue())
    return Image(tmp_path / "red.png")


def report(image, *said, names=None):
    names = names or [f"image {number}" for number in range(len(said))]
    examples = [Example(name, "f:1", {"main": image}, Tokens(REFERENCE)) for name in names]
    predictions = SimpleNamespace(examples=examples, model=said)
    return SimpleNamespace(predictions=predictions, evaluation=SimpleNamespace(final_split="test"))


def captions(html):
    """The names of the images under each title."""
    parts = re.split(r"<h3>(\w+)</h3>", html)[1:]
    return {title: re.findall(r'alt="([^"]*)"', part) for title, part in zip(parts[::2], parts[1::2], strict=True)}


def test_the_best_come_first_and_the_worst_last_in_the_data_first(image):
    lengths = [3, 16, 1, 9, 12, 7, 2, 15, 5, 10, 14, 6, 8, 4]  # words that are right: the more, the better
    section = captions_section(report(image, *(TokensPrediction(REFERENCE[:length]) for length in lengths)))
    ranked = sorted(range(14), key=lambda number: -lengths[number])
    assert captions(section.html) == {
        "Best": [f"image {number}" for number in ranked[:6]],
        "Worst": [f"image {number}" for number in ranked[:-7:-1]],
    }
    assert "14 distinct captions for 14 images of test" in section.html
    assert "image 1, ROUGE-L 100 %" in section.html


@pytest.mark.parametrize(("count", "worst"), [(1, 0), (6, 0), (8, 2), (12, 6), (20, 6)])
def test_no_image_is_shown_twice(image, count, worst):
    section = captions_section(report(image, *[TokensPrediction(("a",))] * count))
    shown = captions(section.html)
    assert (len(shown["Best"]), len(shown.get("Worst", ()))) == (min(6, count), worst)
    assert len({name for names in shown.values() for name in names}) == min(6, count) + worst
    assert f"1 distinct caption for {count} image{'s' * (count > 1)} of" in section.html


def test_each_word_darkens_the_image_by_what_it_did_not_look_at(image):
    said = TokensPrediction(("a", "b"), attention=((0.4, 0.2, 0.1, 0.0, 0.3), (0.0, 0.0, 0.0, 0.0, 1.0)))
    html = captions_section(report(image, said)).html
    figures = re.findall(r"<figure>.*?</figure>", html)
    shades = [[float(each) for each in re.findall(r'opacity="([\d.]+)"', figure)] for figure in figures]
    assert shades == [[0, 0.4, 0.6, 0.8], [0.8] * 4]  # the fifth weight is that of the whole image
    assert re.findall(r'x="(\d)" y="(\d)"', figures[0]) == [("0", "0"), ("1", "0"), ("0", "1"), ("1", "1")]
    assert [re.search(r"<figcaption.*?>(.*)</figcaption>", figure)[1] for figure in figures] == ["a", "b"]
    assert "Above each word" in html


@pytest.mark.parametrize("attention", [None, (), ((1.0,),), ((0.5, 0.5),), ((0.1,) * 7,)])
def test_without_a_square_of_regions_no_word_is_laid_over_the_image(image, attention):
    html = captions_section(report(image, TokensPrediction(("a",), attention=attention))).html
    assert "<figure>" not in html
    assert "Above each word" not in html


def test_an_image_that_is_gone_is_named_and_what_stands_in_the_data_is_escaped(image):
    image.path.unlink()
    html = captions_section(report(image, TokensPrediction(("<b>",)), TokensPrediction(()), names=["<x>", "y"])).html
    assert "<p>&lt;x&gt; is no longer there</p>" in html
    assert "<strong>&lt;b&gt;</strong>" in html
    assert "<strong>(nothing)</strong>" in html
    assert "<img" not in html


def test_other_tasks_have_no_captions(image):
    texts = report(image, TokensPrediction(("a",)))
    texts.predictions.examples = [Example("1", "f:1", {"main": Text("a")}, Tokens(("a",)))]
    labels = report(image, LabelsPrediction(("x",)))
    labels.predictions.examples = [Example("1", "f:1", {"main": image}, Labels(("x",)))]
    assert captions_section(texts) is captions_section(labels) is None
