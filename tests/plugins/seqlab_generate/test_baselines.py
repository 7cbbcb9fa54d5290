"""The floors of translation, on pairs that can be followed by hand."""

import numpy as np
import pytest

from seqlab import Example, Tokens
from seqlab_generate.copy import Copy
from seqlab_generate.ibm_model_1 import IBMModel1, TranslationTable
from seqlab_generate.lead_1 import Lead1
from seqlab_generate.most_frequent_target import MostFrequentTarget
from seqlab_generate.nearest_source import NearestSource
from seqlab_generate.settings import IBMModel1Settings

PAIRS = ["das haus|the house", "das buch|the book", "ein buch|a book", "das haus|the house"]


def examples(*pairs):
    split = [[tuple(side.split()) for side in pair.split("|")] for pair in pairs]
    return [
        Example(str(n), f"x:{n}", {"main": Tokens(source)}, Tokens(target)) for n, (source, target) in enumerate(split)
    ]


def said(baseline, *sources):
    baseline.fit(examples(*PAIRS), [], None)
    return [" ".join(each.tokens) for each in baseline.predict(examples(*(f"{source}|?" for source in sources)))]


def table(pairs):
    found = TranslationTable([(one.inputs["main"].items, one.target.items) for one in examples(*pairs)])

    def t(target, source):
        place = (found.source == found.sources.index(source)) & (found.target == found.targets.index(target))
        return float(found.table[place].item())

    return found, t


def test_a_round_of_ibm_model_1_by_hand():
    found, t = table(["f g|x y", "f|x"])
    assert t("x", "f") == t("y", None) == 0.5
    found.improve()
    # First sentence: each of x, y comes from the empty word, f and g with 1/3. Second: x from the empty word and f, 1/2.
    assert t("x", "f") == pytest.approx((1 / 3 + 1 / 2) / (1 / 3 + 1 / 2 + 1 / 3))
    assert t("y", "f") == pytest.approx((1 / 3) / (1 / 3 + 1 / 2 + 1 / 3))
    assert t("x", "g") == t("y", "g") == pytest.approx(0.5)
    found.improve()
    # x in the first sentence: weights 5/7 (empty), 5/7 (f), 1/2 (g); y: 2/7, 2/7, 1/2; x in the second: 1/2 each.
    x_of_g, y_of_g = 0.5 / (5 / 7 + 5 / 7 + 0.5), 0.5 / (2 / 7 + 2 / 7 + 0.5)
    assert t("y", "g") == pytest.approx(y_of_g / (x_of_g + y_of_g))


def test_every_round_makes_train_likelier():
    pairs = [*PAIRS, "ein haus|a house", "das alte buch|the old book"]
    found, t = table(pairs)

    def log_likelihood():
        return sum(
            np.log(sum(t(word, source) for source in (None, *one.inputs["main"].items)) / (1 + len(one.inputs["main"])))
            for one in examples(*pairs)
            for word in one.target.items
        )

    values = []
    for _ in range(6):
        values.append(log_likelihood())
        found.improve()
    assert (np.diff(values) > 1e-6).all()


def test_ibm_model_1_translates_word_by_word_and_leaves_unknown_words():
    assert said(IBMModel1(IBMModel1Settings(iterations=20)), "buch das", "ein neues haus") == [
        "book the",
        "a neues house",
    ]


def test_copy_says_the_source():
    assert said(Copy(None), "das neue haus") == ["das neue haus"]


def test_the_most_frequent_target_is_said_always():
    assert said(MostFrequentTarget(None), "ein buch", "x") == ["the house", "the house"]


def test_the_nearest_source_lends_its_target():
    assert said(NearestSource(None), "ein altes buch", "haus", "unknown words") == ["a book", "the house", "the house"]


def test_lead_1_is_the_source_up_to_the_first_end_of_a_sentence():
    sources = ["read a file . then close it .", "is it open ? yes", "stop it! now", "no end , at all", "e.g. this"]
    assert said(Lead1(None), *sources) == ["read a file .", "is it open ?", "stop it!", "no end , at all", "e.g."]
