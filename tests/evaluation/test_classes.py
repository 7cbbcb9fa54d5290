from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as sklearn_matrix
from sklearn.metrics import precision_recall_fscore_support

from seqlab.evaluation.classes import class_scores, confusion_counts, confusion_matrix, most_confused
from seqlab.interfaces.evaluation import ClassScores
from seqlab.interfaces.records import Labels, LabelsPrediction, Tags, TagsPrediction, Tokens, TokensPrediction


def random_tags(seed=0, sentences=80):
    generator = np.random.default_rng(seed)
    golds = [Tags(tuple(generator.choice(list("AABBBC"), 6))) for _ in range(sentences)]
    said = [TagsPrediction(tuple(generator.choice(list("ABBD"), 6))) for _ in range(sentences)]
    return golds, said


def flat(golds, said):
    return [tag for gold in golds for tag in gold.items], [tag for each in said for tag in each.tags]


def test_classes_score_as_in_scikit_learn():
    golds, said = random_tags()
    found = class_scores(golds, said)
    expected = precision_recall_fscore_support(
        *flat(golds, said), labels=[each.name for each in found], zero_division=np.nan
    )
    assert [each.name for each in found] == ["B", "A", "C", "D"]  # by how often they are gold
    assert [each.precision for each in found] == pytest.approx([*expected[0][:2], None, expected[0][3]])
    assert [each.recall for each in found] == pytest.approx([*expected[1][:3], None])
    assert [each.f1 for each in found] == pytest.approx(expected[2].tolist())
    assert [each.support for each in found] == expected[3].tolist()


def test_sets_of_labels_count_each_label():
    golds = [Labels(("a", "b")), Labels(("a",))]
    said = [LabelsPrediction(("a",)), LabelsPrediction(("a", "c"))]
    assert [(each.name, each.support, each.predicted, each.right) for each in class_scores(golds, said)] == [
        ("a", 2, 2, 2),
        ("b", 1, 0, 0),
        ("c", 0, 1, 0),
    ]
    assert confusion_counts(golds, said) == Counter()  # no class is taken for exactly one other


def test_what_has_no_classes_has_no_scores():
    assert class_scores([Tokens(("a",))], [TokensPrediction(("a",))]) == ()
    assert confusion_counts([Tokens(("a",))], [TokensPrediction(("a",))]) == Counter()


def test_the_matrix_is_that_of_scikit_learn():
    golds, said = random_tags()
    found = confusion_matrix(confusion_counts(golds, said))
    assert found.classes == ("B", "A", "C", "D")
    assert np.array_equal(found.counts, sklearn_matrix(*flat(golds, said), labels=found.classes))


def test_single_labels_are_confused_like_tags():
    golds, said = [Labels(("a",)), Labels(("b",))], [LabelsPrediction(("b",)), LabelsPrediction(("b",))]
    assert confusion_counts(golds, said) == {("a", "b"): 1, ("b", "b"): 1}


def test_rare_classes_are_put_together():
    counts = Counter({(f"c{number}", "c0"): 30 - number for number in range(30)})
    found = confusion_matrix(counts, most=5)
    assert found.classes == ("c0", "c1", "c2", "c3", "26 others")
    assert found.rest == 26
    assert np.sum(found.counts) == counts.total()
    assert found.counts[4] == (sum(30 - number for number in range(4, 30)), 0, 0, 0, 0)


def test_the_most_frequent_confusions_come_first():
    counts = Counter({("A", "A"): 9, ("A", "B"): 2, ("B", "A"): 3, ("A", "C"): 2})
    assert most_confused(counts.items(), 2) == [("B", "A", 3), ("A", "B", 2)]


def test_tags_of_spans_are_counted_as_spans_by_their_type():
    golds = [Tags(("B-PER", "I-PER", "O", "B-LOC")), Tags(("B-PER", "O"))]
    said = [TagsPrediction(("B-PER", "I-PER", "O", "B-PER")), TagsPrediction(("B-PER", "I-PER"))]
    assert class_scores(golds, said) == (ClassScores("PER", 2, 3, 1), ClassScores("LOC", 1, 0, 0))
