from seqlab.interfaces.evaluation import Comparison, Evaluation, Scores, SplitEvaluation
from seqlab.interfaces.moments import Floor
from seqlab.report.table import Table, as_markdown, as_text
from seqlab.report.terminal import comparison_table, floor_table, result_table, score_table

PERCENT = frozenset({"accuracy", "macro_f1"})


def tagging():
    def scores(accuracy, low, high, macro):
        return Scores({"accuracy": accuracy, "macro_f1": macro}, {"accuracy": (low, high), "macro_f1": (macro, macro)})

    split = SplitEvaluation(
        n={"examples": 2077, "tokens": 25094},
        model=scores(0.951, 0.948, 0.954, 0.9),
        baselines={"most_frequent_tag": scores(0.862, 0.8568, 0.8672, 0.7921)},
        comparison={
            "most_frequent_tag": Comparison("accuracy", 0.089, 0.083, 0.095, 1 / 10001, True, False, 0.644),
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
    assert table.columns == ("against", "difference (accuracy, points)", "95% interval", "p", "p (Holm)", "gap closed")
    assert table.rows == (("most_frequent_tag", "+8.90", "+8.30 to +9.50", "< 0.0001", "< 0.0001", "64%"),)
    loss = comparison_table(modelling(), modelling().final)
    assert "gap closed" not in loss.columns
    assert all(len(row) == len(loss.columns) for row in loss.rows)


def test_a_table_in_markdown_escapes_its_cells():
    table = Table("t", ("name", "score"), (("a|b <i>", "1"),), notes=("One.", "Two."))
    assert as_markdown(table) == "| name | score |\n| --- | ---: |\n| a\\|b &lt;i> | 1 |\n\nOne. Two."
