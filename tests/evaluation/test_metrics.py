import random

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from seqlab.evaluation.metrics import Accuracy, MacroF1, MicroF1
from seqlab.evaluation.scoring import score
from seqlab.evaluation.settings import ClassMetricSettings
from seqlab.interfaces.records import Labels, LabelsPrediction, Tags, TagsPrediction, TokensPrediction

SETTINGS = ClassMetricSettings()


def random_tags(seed, gold_classes="ABCDE", predicted_classes="ABCDEXY", examples=40):
    """Golds and predictions of unequal length, some classes only predicted."""
    generator = random.Random(seed)
    golds, predictions = [], []
    for _ in range(examples):
        length = generator.randint(0, 12)
        golds.append(Tags(tuple(generator.choice(gold_classes) for _ in range(length))))
        predictions.append(TagsPrediction(tuple(generator.choice(predicted_classes) for _ in range(length))))
    return golds, predictions


def flat(golds, predictions):
    return [t for g in golds for t in g.items], [t for p in predictions for t in p.tags]


@pytest.mark.parametrize("seed", range(5))
def test_scores_of_tags_agree_with_scikit_learn(seed):
    golds, predictions = random_tags(seed)
    gold, predicted = flat(golds, predictions)
    scores = score([Accuracy(SETTINGS), MacroF1(SETTINGS), MicroF1(SETTINGS)], predictions, golds)
    in_gold = sorted(set(gold))
    assert set(predicted) - set(gold) == {"X", "Y"}
    assert scores["accuracy"] == pytest.approx(accuracy_score(gold, predicted), abs=1e-12)
    macro = f1_score(gold, predicted, labels=in_gold, average="macro", zero_division=0)
    assert scores["macro_f1"] == pytest.approx(macro, abs=1e-12)
    assert scores["micro_f1"] == pytest.approx(f1_score(gold, predicted, average="micro"), abs=1e-12)


def test_a_class_that_is_only_predicted_is_no_term_of_the_macro_mean():
    golds, predictions = [Tags(("A", "A"))], [TagsPrediction(("A", "B"))]
    # F1 of A is 2/3; scikit-learn's default would average it with B's 0.
    assert score([MacroF1(SETTINGS)], predictions, golds)["macro_f1"] == pytest.approx(2 / 3)
    with_b = f1_score(["A", "A"], ["A", "B"], average="macro", zero_division=0)
    assert with_b == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_micro_f1_of_several_labels_agrees_with_scikit_learn(seed):
    generator = random.Random(seed)
    classes = "ABCD"

    def some():
        return tuple(label for label in classes if generator.random() < 0.4)

    golds = [Labels(some()) for _ in range(60)]
    predictions = [LabelsPrediction(some()) for _ in range(60)]

    def indicator(rows):
        return np.array([[label in row for label in classes] for row in rows], dtype=int)

    gold, predicted = indicator([g.items for g in golds]), indicator([p.labels for p in predictions])
    scores = score([MicroF1(SETTINGS), MacroF1(SETTINGS), Accuracy(SETTINGS)], predictions, golds)
    assert scores["micro_f1"] == pytest.approx(f1_score(gold, predicted, average="micro"))
    assert scores["macro_f1"] == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert scores["accuracy"] == pytest.approx(accuracy_score(gold, predicted))


def test_accuracy_of_labels_counts_examples():
    golds = [Labels(("pos",)), Labels(("neg",)), Labels(("neg",))]
    predictions = [LabelsPrediction(("pos",)), LabelsPrediction(("pos",)), LabelsPrediction(("neg",))]
    assert score([Accuracy(SETTINGS)], predictions, golds) == {"accuracy": pytest.approx(2 / 3)}


def test_accuracy_counts_tokens_rather_than_sentences():
    golds = [Tags(("A",)), Tags(("A",) * 9)]
    predictions = [TagsPrediction(("B",)), TagsPrediction(("A",) * 9)]
    assert score([Accuracy(SETTINGS)], predictions, golds)["accuracy"] == pytest.approx(0.9)


def test_nothing_to_score_gives_zero():
    golds, predictions = [Tags(())], [TagsPrediction(())]
    scores = score([Accuracy(SETTINGS), MacroF1(SETTINGS), MicroF1(SETTINGS)], predictions, golds)
    assert scores == {"accuracy": 0.0, "macro_f1": 0.0, "micro_f1": 0.0}


@pytest.mark.parametrize("metric", [Accuracy, MacroF1, MicroF1])
def test_another_number_of_tags_than_tokens_is_an_error(metric):
    golds = [Tags(("A", "B"))]
    with pytest.raises(ValueError, match="1 tags are predicted for 2 tokens"):
        score([metric(SETTINGS)], [TagsPrediction(("A",))], golds)


@pytest.mark.parametrize("metric", [Accuracy, MacroF1, MicroF1])
@pytest.mark.parametrize("gold", [Tags(("A",)), Labels(("A",))])
def test_another_kind_of_prediction_is_an_error(metric, gold):
    with pytest.raises(TypeError, match="TokensPrediction"):
        score([metric(SETTINGS)], [TokensPrediction(("A",))], [gold])


def test_scores_are_functions_of_summed_counts():
    golds, predictions = random_tags(7)
    for metric in (Accuracy(SETTINGS), MacroF1(SETTINGS), MicroF1(SETTINGS)):
        metric.prepare(golds)
        counts = np.stack([metric.counts(p, g) for p, g in zip(predictions, golds, strict=True)])
        weights = np.random.default_rng(0).integers(0, 3, size=(4, len(golds))).astype(float)
        by_matrix = metric.from_examples(counts, weights)
        for row, weight in enumerate(weights.astype(int)):
            repeated = [i for i, times in enumerate(weight) for _ in range(times)]
            alone = score([metric], [predictions[i] for i in repeated], [golds[i] for i in repeated])
            assert by_matrix[metric.names[0]][row] == pytest.approx(alone[metric.names[0]])
            metric.prepare(golds)
