from dataclasses import replace

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import Example, Labels, LabelsPrediction, Tokens, TokensPrediction
from seqlab.report.classes import class_table, classes_section


def labelled(report, golds, said):
    examples = [Example(f"s{n}", "x:1", {"main": Tokens(("w",))}, Labels(gold)) for n, gold in enumerate(golds)]
    model = [LabelsPrediction(labels) for labels in said]
    return replace(report, predictions=Predictions(examples, model, {}))


def test_each_class_has_its_scores_beside_the_floor(report):
    table = class_table(report, "most_frequent_tag")
    assert table.columns == ("class", "gold", "precision %", "recall %", "F1 %", "most_frequent_tag F1 %")
    assert [row[0] for row in table.rows] == ["<b>", "NOUN", "VERB", "X"]
    golds = [tag for example in report.predictions.examples for tag in example.target.items]
    said = [tag for each in report.predictions.model for tag in each.tags]
    right = sum(gold == other == "NOUN" for gold, other in zip(golds, said, strict=True))
    assert table.rows[1][1:5] == (
        str(golds.count("NOUN")),
        f"{100 * right / said.count('NOUN'):.1f}",
        f"{100 * right / golds.count('NOUN'):.1f}",
        f"{200 * right / (golds.count('NOUN') + said.count('NOUN')):.1f}",
    )
    assert table.rows[3][1] == "0"
    assert table.rows[3][3] == "\u2013"  # X is never gold
    assert table.notes == ("A dash: the class is never predicted, or never gold.",)
    assert class_table(report, None).columns[-1] == "F1 %"


def test_very_many_classes_are_cut_and_it_is_said(report):
    many = labelled(report, [(f"c{n}",) for n in range(60)], [("c0",)] * 60)
    table = class_table(many, None)
    assert len(table.rows) == 50
    assert table.notes[0] == "The 50 most frequent of 60 classes."
    assert "36 others" in classes_section(many, None).html


def test_the_matrix_counts_and_says_so_on_hover(report):
    html = classes_section(labelled(report, [("a",), ("a",), ("b",)], [("a",), ("b",), ("b",)]), None).html
    assert 'class="right" style="--share:0.71" title="a as a: 1 of 2, 50.0%">1</td>' in html
    assert 'style="--share:0.71" title="a as b: 1 of 2, 50.0%">1</td>' in html
    assert "<td></td>" in html
    assert "100.0%" in html  # the one confusion is all errors


def test_sets_of_labels_have_scores_but_no_matrix(report):
    html = classes_section(labelled(report, [("a", "b"), ("a",)], [("a",), ("a",)]), None).html
    assert "Each class of test" in html
    assert "Confusion matrix" not in html
    assert "Most frequent confusions" not in html


def test_a_task_without_classes_has_no_such_section(report):
    example = Example("s", "x:1", {"main": Tokens(("a",))}, Tokens(("b",)))
    generated = replace(report, predictions=Predictions([example], [TokensPrediction(("b",))], {}))
    assert classes_section(generated, None) is None
