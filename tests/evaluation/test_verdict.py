import pytest

from seqlab.evaluation.verdict import is_below_floor, strongest, verdict
from seqlab.evaluation.wording import (
    format_difference,
    format_interval,
    format_p_value,
    format_score,
    format_share,
    spoken,
)
from seqlab.interfaces.evaluation import Comparison, Scores, SplitEvaluation


def split(metric, model, low, high, baselines, error_reduction=None, higher=True):
    best = (max if higher else min)(baselines, key=baselines.get) if baselines else None
    difference = model - baselines[best] if best else 0.0
    above, below = low > 0, high < 0
    compared = Comparison(
        metric, difference, low, high, 0.01, above if higher else below, below if higher else above, error_reduction
    )
    return SplitEvaluation(
        n={"examples": 10},
        model=Scores({metric: model}),
        baselines={key: Scores({metric: value}) for key, value in baselines.items()},
        comparison={best: compared} if best else {},
    )


FLOOR = {"most_frequent_class": 0.164, "most_frequent_tag": 0.862}
LOSSES = {"uniform": 4.174, "kneser_ney_7": 1.5165}

CASES = [
    (
        ("accuracy", 0.951, 0.083, 0.095, FLOOR, 0.64, True),
        "The model beats its strongest baseline, most_frequent_tag, by 8.9 points of accuracy "
        "(95% interval 8.3 to 9.5) and mends 64% of its errors.",
    ),
    (
        ("macro_f1", 0.951, 0.083, 0.095, FLOOR, 0.64, True),
        "The model beats its strongest baseline, most_frequent_tag, by 8.9 points of macro F1 "
        "(95% interval 8.3 to 9.5) and closes 64% of its gap to a perfect score.",
    ),
    (
        ("accuracy", 0.8625, 0.0001, 0.0009, FLOOR, 0.0036, True),
        "The model beats its strongest baseline, most_frequent_tag, by 0.05 points of accuracy "
        "(95% interval 0.01 to 0.09) and mends less than 1% of its errors.",
    ),
    (
        ("accuracy", 0.872, 0.008, 0.012, FLOOR, 0.0725, True),
        "The model beats its strongest baseline, most_frequent_tag, by 1.0 point of accuracy "
        "(95% interval 0.8 to 1.2) and mends 7% of its errors.",
    ),
    (
        ("accuracy", 0.831, -0.037, -0.025, FLOOR, -0.22, True),
        "The model does NOT beat its floor: most_frequent_tag is better by 3.1 points of accuracy "
        "(95% interval 2.5 to 3.7).",
    ),
    (
        ("accuracy", 0.863, -0.003, 0.005, FLOOR, 0.007, True),
        "No difference shown: the model is 0.1 points of accuracy ahead of its strongest baseline, "
        "most_frequent_tag, but the 95% interval (-0.3 to 0.5) includes 0.",
    ),
    (
        ("accuracy", 0.861, -0.005, 0.003, FLOOR, -0.007, True),
        "The model does NOT beat its floor: most_frequent_tag is 0.1 points of accuracy ahead, "
        "though the 95% interval (-0.3 to 0.5) includes 0.",
    ),
    (
        ("accuracy", 0.862, -0.004, 0.004, FLOOR, 0.0, True),
        "The model does NOT beat its floor: it scores the same as its strongest baseline, most_frequent_tag "
        "(95% interval of the difference -0.4 to 0.4).",
    ),
    (
        ("nats_per_character", 1.4765, -0.05, -0.03, LOSSES, None, False),
        "The model beats its strongest baseline, kneser_ney_7, by 0.040 nats per character "
        "(95% interval 0.030 to 0.050).",
    ),
    (
        ("nats_per_character", 1.5565, 0.03, 0.05, LOSSES, None, False),
        "The model does NOT beat its floor: kneser_ney_7 is better by 0.040 nats per character "
        "(95% interval 0.030 to 0.050).",
    ),
    (
        ("bleu", 13.8, 1.9, 2.7, {"copy": 0.6, "ibm_model_1": 11.5}, None, True),
        "The model beats its strongest baseline, ibm_model_1, by 2.3 points of BLEU (95% interval 1.9 to 2.7).",
    ),
    (
        ("mcc", 0.532, 0.021, 0.043, {"stratified": 0.5}, None, True),
        "The model beats its strongest baseline, stratified, by 0.032 points of mcc (95% interval 0.021 to 0.043).",
    ),
    (("accuracy", 0.951, 0, 0, {}, None, True), "No baseline stands beside the model, so its 95.10 accuracy cannot be judged."),
    (
        ("nats_per_character", 1.5, 0, 0, {}, None, False),
        "No baseline stands beside the model, so its 1.5000 nats per character cannot be judged.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case, sentence", CASES)
def test_the_verdict_in_words(case, sentence):
    metric, higher = case[0], case[-1]
    assert verdict(split(*case), metric, higher, metric in ("accuracy", "macro_f1"), has_test=True) == sentence


def test_without_a_test_split_the_verdict_says_that_it_speaks_of_dev():
    said = verdict(split(*CASES[0][0]), "accuracy", True, True, has_test=False)
    assert said.startswith("On dev, for want of a test split: the model beats its strongest baseline")


@pytest.mark.parametrize(
    "model, higher, below",
    [(0.9, True, False), (0.862, True, True), (0.8, True, True), (0.1, False, False), (0.164, False, True)],
)
def test_a_model_that_only_ties_is_below_its_floor(model, higher, below):
    scored = split("accuracy", model, 0, 0, FLOOR, higher=higher)
    assert strongest(scored, "accuracy", higher) == ("most_frequent_tag" if higher else "most_frequent_class")
    assert is_below_floor(scored, "accuracy", higher) is below


def test_without_baselines_nothing_is_below_the_floor():
    scored = split("accuracy", 0.5, 0, 0, {})
    assert strongest(scored, "accuracy", True) is None
    assert not is_below_floor(scored, "accuracy", True)


def test_scores_are_printed_with_their_unit():
    assert format_score("accuracy", 0.86204, percent=True) == "86.20"
    assert format_score("nats_per_token", 1.51649, percent=False) == "1.5165 nats per token"
    assert format_score("perplexity", 141.2, percent=False) == "141.20"
    assert format_score("auc", float("nan"), percent=True) == "undefined"
    assert format_interval("accuracy", (0.85683, 0.86722), percent=True) == "85.68 to 86.72"
    assert format_interval("accuracy", None, percent=True) == ""
    assert format_difference("accuracy", 0.0891, percent=True) == "+8.91"
    assert format_difference("nats_per_token", -0.04, percent=False) == "\u22120.0400"
    assert format_difference("accuracy", 0.0, percent=True) == "0.00"
    assert [format_p_value(p) for p in (1.0, 0.05, 0.0002, 0.0000999)] == ["1.000", "0.050", "0.0002", "< 0.0001"]
    assert [format_share(s) for s in (0.0, 0.004, 0.644, 0.997, 1.0)] == [
        "0%", "less than 1%", "64%", "more than 99%", "100%"
    ]  # fmt: skip
    assert spoken("span_f1") == "span F1"
    assert spoken("exact_match") == "exact match"
