"""The sample reviews: their format, balance, variety and splits."""

import re
from collections import Counter
from pathlib import Path

import pytest

import seqlab
from seqlab.data.catalogue import find
from seqlab_readers.delimited import Delimited
from seqlab_readers.labelled_settings import TsvSettings

FOLDER = Path(seqlab.__file__).parent / "data" / "samples" / "reviews"
SPLITS = {"train": (480, 4782), "dev": (96, 946), "test": (144, 1388)}
KINDS = {
    "books", "films", "food", "hotels", "tools", "clothes", "apps", "music", "games", "travel", "garden", "kitchen"
}  # fmt: skip


def read(split, label="label"):
    found = list(Delimited(TsvSettings(label=label)).read(find("sample-reviews")[split], split))
    return [(example.inputs["main"].text, example.target.items[0]) for example in found]


@pytest.mark.parametrize("split", SPLITS)
def test_sizes_are_as_the_readme_says(split):
    texts = [text for text, _ in read(split)]
    assert (len(texts), sum(len(text.split()) for text in texts)) == SPLITS[split]
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| {split} | {SPLITS[split][0]} | {SPLITS[split][1]:,} |" in readme


@pytest.mark.parametrize("split", SPLITS)
def test_classes_and_kinds_are_balanced(split):
    pairs = Counter(zip((label for _, label in read(split)), (kind for _, kind in read(split, "kind")), strict=True))
    share = SPLITS[split][0] // 24
    assert pairs == {(label, kind): share for label in ("positive", "negative") for kind in KINDS}


@pytest.mark.parametrize("split", SPLITS)
def test_a_beginning_of_a_split_has_both_classes(split):
    assert Counter(label for _, label in read(split)[:20]) == {"positive": 10, "negative": 10}


def test_no_review_stands_twice_and_no_template_is_repeated():
    texts = [text for split in SPLITS for text, _ in read(split)]
    assert len({text.casefold() for text in texts}) == len(texts) == 720
    words = [re.findall(r"\w+", text.casefold()) for text in texts]
    runs = Counter(run for each in words for run in {tuple(each[i : i + 4]) for i in range(len(each) - 3)})
    assert max(runs.values()) <= 6
    assert max(Counter(tuple(each[:3]) for each in words).values()) <= 9
    assert len({word for each in words for word in each}) >= 1500


def test_reviews_are_clean_text():
    for split in SPLITS:
        for text, _ in read(split):
            assert text == text.strip()
            assert text[0].isupper()
            assert text[-1] in ".?!"
            assert "  " not in text
