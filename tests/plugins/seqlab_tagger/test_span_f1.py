"""F1 of spans: by hand, and what seqeval 1.2.2 gives for the same drawn sequences."""

import random

import numpy as np
import pytest

from seqlab import Labels, Tags, TagsPrediction
from seqlab.evaluation.scoring import score
from seqlab_tagger.span_f1 import SpanF1


def scores_of(*pairs):
    golds = [Tags(tuple(gold.split())) for gold, _ in pairs]
    return score([SpanF1(None)], [TagsPrediction(tuple(said.split())) for _, said in pairs], golds)


def test_a_span_is_right_as_a_whole_or_not_at_all():
    found = scores_of(
        ("B-PER I-PER O B-LOC", "B-PER I-PER O B-ORG"),  # one right; one of the wrong type
        ("O B-LOC I-LOC I-LOC", "O B-LOC I-LOC O"),  # too short
        ("O O", "B-PER O"),  # one too many
        ("O B-PER", "O I-PER"),  # begins without B-: still right
    )
    assert found == pytest.approx({"span_f1": 2 * 2 / (5 + 4), "span_precision": 2 / 5, "span_recall": 2 / 4})


def test_gold_and_prediction_may_be_of_two_schemes():
    assert scores_of(("B-X I-X O B-X", "B-X E-X O S-X"))["span_f1"] == 1


@pytest.mark.parametrize("pair", [("O O", "O O"), ("B-X", "O"), ("O", "B-X")])
def test_without_a_gold_or_a_predicted_span_all_is_0(pair):
    assert scores_of(pair) == {"span_f1": 0, "span_precision": 0, "span_recall": 0}


def test_sentences_are_counted_together():
    """Micro average: three spans of one sentence weigh as much as three sentences of one."""
    found = scores_of(("B-X O B-X O B-X", "B-X O B-X O B-X"), ("B-X", "O"))
    assert found["span_f1"] == pytest.approx(2 * 3 / (3 + 4))


@pytest.mark.parametrize(
    "prefixes, expected",
    [
        ("BI", (0.7627118644067796, 0.7692307692307693, 0.7659574468085106)),
        ("BIES", (0.7962962962962963, 0.8322580645161290, 0.8138801261829652)),
        ("IIB", (0.7567567567567568, 0.7706422018348624, 0.7636363636363637)),
    ],
)
def test_it_equals_seqeval(prefixes, expected):
    """Sequences that keep to no scheme. The three were drawn in this order from one generator."""
    draws = random.Random(5)
    for drawn in ("BI", "BIES", "IIB"):
        tags = ["O"] * 3 + [f"{prefix}-{type_}" for prefix in drawn for type_ in ("PER", "LOC", "ORG")]
        golds = [[draws.choice(tags) for _ in range(draws.randint(1, 9))] for _ in range(40)]
        said = [[tag if draws.random() < 0.75 else draws.choice(tags) for tag in gold] for gold in golds]
        if drawn == prefixes:
            pairs = [(" ".join(gold), " ".join(other)) for gold, other in zip(golds, said, strict=True)]
            found = scores_of(*pairs)
    precision, recall, f1 = expected
    assert found == pytest.approx({"span_f1": f1, "span_precision": precision, "span_recall": recall}, rel=1e-12)


def test_counts_add_up_so_that_examples_can_be_resampled():
    metric = SpanF1(None)
    counts = np.stack(
        [
            metric.counts(TagsPrediction(("B-X", "O")), Tags(("B-X", "B-X"))),
            metric.counts(TagsPrediction(("B-X",)), Tags(("B-Y",))),
        ]
    )
    assert counts.tolist() == [[1, 1, 2], [0, 1, 1]]
    found = metric.from_examples(counts, np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 3.0]]))
    assert found["span_f1"].tolist() == pytest.approx([2 / 5, 4 / 6, 0])


def test_only_tags_of_every_token_are_scored():
    with pytest.raises(TypeError, match="spans are marked by tags"):
        SpanF1(None).counts(TagsPrediction(("O",)), Labels(("O",)))
    with pytest.raises(ValueError, match="1 tags are predicted for 2 tokens"):
        SpanF1(None).counts(TagsPrediction(("O",)), Tags(("O", "O")))
