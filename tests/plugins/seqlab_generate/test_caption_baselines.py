"""The floors of captioning."""

import math
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from seqlab import Example, Image, Tokens, TokensPrediction
from seqlab_generate.best_constant_caption import BestConstantCaption, ConstantBleu
from seqlab_generate.bleu import Bleu1, Bleu2, Bleu3, Bleu4
from seqlab_generate.most_frequent_target import MostFrequentTarget
from seqlab_generate.nearest_image_caption import NearestImageCaption
from seqlab_generate.settings import (
    BestConstantCaptionSettings,
    BleuOrderSettings,
    MostFrequentCaptionSettings,
    NearestImageCaptionSettings,
)
from seqlab_readers.captions import Captions
from seqlab_readers.captions_settings import CaptionsSettings

NOWHERE = Image(Path("nowhere.png"))


def example(number, *captions, image=NOWHERE):
    return Example(str(number), f"x:{number}", {"main": image}, tuple(Tokens(tuple(each.split())) for each in captions))


TRAIN = [
    example(1, "a dog runs", "a brown dog runs in the grass", "the dog"),
    example(2, "a cat sits in the grass", "a cat", "a dog runs"),
    example(3, "a man on a bike", "a man rides in the grass", "someone rides"),
]


def test_the_most_frequent_caption_is_counted_over_all_references():
    baseline = MostFrequentTarget(MostFrequentCaptionSettings())
    baseline.fit(TRAIN, [], None)
    assert [each.tokens for each in baseline.predict(TRAIN[:2])] == [("a", "dog", "runs")] * 2


@pytest.mark.parametrize("order, metric", [(1, Bleu1), (2, Bleu2), (3, Bleu3)])
def test_the_best_constant_caption_is_the_one_that_bleu_prefers(order, metric, tmp_path):
    """Every caption of train said of every image, scored by the metric itself."""
    own = metric(BleuOrderSettings())
    own.prepare([each.target for each in TRAIN])

    def bleu(text):
        counts = sum(own.counts(TokensPrediction(text), each.target) for each in TRAIN)
        return float(own.combine(counts)[own.names[0]])

    texts = list(dict.fromkeys(each.items for one in TRAIN for each in one.target))
    constant = ConstantBleu([[each.items for each in one.target] for one in TRAIN], order)
    for text in texts:
        if constant(text) > -math.inf:  # else sacreBLEU smooths
            assert 100 * math.exp(constant(text)) == pytest.approx(bleu(text))
    baseline = BestConstantCaption(BestConstantCaptionSettings(order=order))
    baseline.fit(TRAIN, [], None)
    [said] = baseline.predict(TRAIN[:1])
    assert bleu(said.tokens) == max(map(bleu, texts))
    baseline.save(tmp_path)
    again = BestConstantCaption(BestConstantCaptionSettings(order=order))
    again.load(tmp_path)
    assert list(again.predict(TRAIN)) == [said] * 3


def test_the_nearest_image_is_the_one_with_the_nearest_pixels(tmp_path):
    pixels = np.random.default_rng(13).integers(0, 256, (30, 8, 8, 3), dtype=np.uint8)
    near = np.clip(pixels[[17, 3, 28]].astype(int) + 9, 0, 255).astype(np.uint8)
    for number, each in enumerate([*pixels, *near]):
        Pillow.fromarray(each).save(tmp_path / f"{number}.png")
    every = [example(n, f"image {n}", "another", image=Image(tmp_path / f"{n}.png")) for n in range(33)]
    baseline = NearestImageCaption(NearestImageCaptionSettings(size=8))
    baseline.fit(every[:30], [], None)
    said = [each.tokens for each in baseline.predict(every[30:])]
    assert said == [("image", "17"), ("image", "3"), ("image", "28")]
    (tmp_path / "saved").mkdir()
    baseline.save(tmp_path / "saved")
    again = NearestImageCaption(NearestImageCaptionSettings(size=8))
    again.load(tmp_path / "saved")
    assert [each.tokens for each in again.predict(every)][30:] == said


@pytest.mark.data
def test_flickr8k_has_the_floors_that_are_known():
    """Most frequent caption: BLEU-1 to BLEU-4 of 31.1, 12.8, 5.0, 2.4; a best constant of 7.5 BLEU-4, which ours is above."""
    folder = Path(os.environ["SEQLAB_DATA"]) / "flickr8k-144"
    reader = Captions(CaptionsSettings(images="images.{split}.zip", lowercase=True, punctuation=False))
    train = list(reader.read(folder / "captions.train.tsv.gz", "train"))
    test = list(reader.read(folder / "captions.test.tsv", "test"))
    assert (len(train), len(test)) == (6000, 1000)
    found = {}
    for baseline in (MostFrequentTarget(None), BestConstantCaption(BestConstantCaptionSettings())):
        baseline.fit(train, [], None)
        said = list(baseline.predict(test))
        for metric in (Bleu1, Bleu2, Bleu3, Bleu4):
            own = metric(BleuOrderSettings())
            own.prepare([each.target for each in test])
            counts = sum(own.counts(one, each.target) for one, each in zip(said, test, strict=True))
            found.setdefault(type(baseline), []).append(float(own.combine(counts)[own.names[0]]))
    assert found[MostFrequentTarget] == pytest.approx([31.1, 12.8, 5.0, 2.4], abs=0.5)
    assert found[BestConstantCaption][3] >= 7.5 - 0.5
