from dataclasses import replace

from seqlab.interfaces.evaluation import Comparison, Evaluation, Scores, Slice, SplitEvaluation
from seqlab.interfaces.moments import Floor
from seqlab.report.table import Table, as_markdown, as_text
from seqlab.report.terminal import comparison_table, floor_table, result_table, score_table, slice_lines, slice_table

PERCENT = frozenset({"accuracy", "macro_f1"})


def part(tokens, model, floor):
    return Slice(
        {"tokens": tokens},
        Scores({"accuracy": model}, {"accuracy": (model - 0.01, model + 0.01)}),
        {"most_frequent_tag": Scores({"accuracy": floor})},
    )


def tagging():
    def scores(accuracy, low, high, macro):
        return Scores({"accuracy": accuracy, "macro_f1": macro}, {"accuracy": (low, high), "macro_f1": (macro, macro)})

    split = SplitEvaluation(
        n={"examples": 2077, "tokens": 25094},
        model=scores(0.951, 0.948, 0.954, 0.9),
        baselines={"most_frequent_tag": scores(0.862, 0.8568, 0.8672, 0.7921)},
        comparison={
            "most_frequent_tag": Comparison(
                "accuracy", 0.089, 0.083, 0.095, 1 / 10001, True, False, 0.644, 2 / 10001, 0.03, 1500, 1400
            ),
        },
        slices={
            "known": part(23162, 0.931, 0.9),
            "unknown": part(1932, 0.712, 0.2),
            "ambiguous": part(9000, 0.9, 0.85),
        },
        controls={"shuffled": scores(0.2, 0.19, 0.21, 0.1)},
    )
    return Evaluation("accuracy", True, PERCENT, split, split, "", False)


def modelling():
    split = SplitEvaluation(
        n={"examples": 9},
        model=Scores({"nats_per_character": 1.48}, {"nats_per_character": (1.47, 1.49)}),
        baselines={"kneser_ney_7": Scores({"nats_per_character": 1.5165})},
        comparison={"kneser_ney_7": Comparison("nats_per_character", -0.0365, -0.04, -0.03, 0.0002, True, False)},
    )
    return Evaluation("nats_per_character", False, frozenset(), split, None, "", False)


def test_the_floor_before_training():
    floor = Floor(
        "accuracy",
        PERCENT,
        {"most_frequent_class": Scores({"accuracy": 0.16743}), "most_frequent_tag": Scores({"accuracy": 0.8613})},
        {"most_frequent_class": 1.18, "most_frequent_tag": 0.2},
    )
    assert as_text(floor_table(floor)) == (
        "The floor, on dev\n"
        "baseline             accuracy %  seconds\n"
        "-------------------  ----------  -------\n"
        "most_frequent_class       16.74      1.2\n"
        "most_frequent_tag         86.13      0.2"
    )


def test_the_result_has_the_floor_first_and_the_model_after_it():
    table = result_table(tagging())
    assert table.title == "Scores on test (2,077 examples, 25,094 tokens)"
    assert table.columns == ("system", "accuracy %", "95% interval", "macro F1 %", "model - it", "95% interval")
    assert table.rows == (
        ("most_frequent_tag", "86.20", "85.68 to 86.72", "79.21", "+8.90", "+8.30 to +9.50"),
        ("model", "95.10", "94.80 to 95.40", "90.00", "", ""),
        ("control: shuffled", "20.00", "19.00 to 21.00", "10.00", "", ""),
    )


def test_losses_stand_under_their_unit():
    table = result_table(modelling())
    assert table.title == "Scores on dev (9 examples)"
    assert table.columns[1] == "nats per character"
    assert table.rows[0] == ("kneser_ney_7", "1.5165", "", "\u22120.0365", "\u22120.0400 to \u22120.0300")
    assert table.rows[1][:3] == ("model", "1.4800", "1.4700 to 1.4900")


def test_every_score_has_its_interval():
    table = score_table(tagging(), tagging().final)
    assert table.columns == ("system", "accuracy %", "95% interval", "macro F1 %", "95% interval")
    assert table.rows[1] == ("model", "95.10", "94.80 to 95.40", "90.00", "90.00 to 90.00")


def test_the_comparison_says_how_sure_it_is():
    table = comparison_table(tagging(), tagging().final)
    assert table.columns == (
        "against",
        "difference (accuracy, points)",
        "95% interval",
        "p",
        "p (Holm)",
        "shuffled",
        "McNemar",
        "whole",
        "gap closed",
    )
    assert table.rows == (
        (
            "most_frequent_tag",
            "+8.90",
            "+8.30 to +9.50",
            "< 0.0001",
            "< 0.0001",
            "0.0002",
            "0.030",
            "1,500 : 1,400",
            "64%",
        ),
    )
    assert len(table.notes) == 7
    loss = comparison_table(modelling(), modelling().final)
    assert loss.columns[-2:] == ("p", "p (Holm)")
    assert all(len(row) == len(loss.columns) for row in loss.rows)


def test_further_tests_are_corrected_for_the_number_of_baselines():
    split = tagging().final
    compared = split.comparison["most_frequent_tag"]
    two = replace(split, comparison={"one": compared, "other": replace(compared, mcnemar_p=None)})
    rows = comparison_table(tagging(), two).rows
    assert [row[5:8] for row in rows] == [("0.0004", "0.030", "1,500 : 1,400"), ("0.0004", "", "")]


def test_slices_are_one_quiet_line():
    assert slice_lines(tagging()) == ("accuracy by word: known 93.1, unknown 71.2 (1,932 tokens), ambiguous 90.0",)
    assert slice_lines(modelling()) == ()
    split = replace(tagging().final, slices={"unknown": part(0, 0.5, 0.5), "known": part(7, 0.5, 0.5)})
    assert slice_lines(replace(tagging(), test=split)) == ("accuracy: known 50.0 (7 tokens)",)


def test_slices_stand_beside_each_baseline():
    evaluation = tagging()
    table = slice_table(evaluation, evaluation.final)
    assert table.title == "Accuracy by part of test"
    assert table.columns[:5] == ("system", "known %", "95% interval", "unknown %", "95% interval")
    assert table.rows[0][:4] == ("most_frequent_tag", "90.00", "", "20.00")
    assert table.rows[1][:5] == ("model", "93.10", "92.10 to 94.10", "71.20", "70.20 to 72.20")
    assert table.notes[0] == "Sizes: known: 23,162 tokens; unknown: 1,932 tokens; ambiguous: 9,000 tokens."


def test_a_table_in_markdown_escapes_its_cells():
    table = Table("t", ("name", "score"), (("a|b <i>", "1"),), notes=("One.", "Two."))
    assert as_markdown(table) == "| name | score |\n| --- | ---: |\n| a\\|b &lt;i> | 1 |\n\nOne. Two."
