from dataclasses import replace

from seqlab.report.studies import _strokes, study_comparison_table, study_picture, study_table
from seqlab.report.table import as_text
from seqlab.runs.study import Row


def row(variant, *scores):
    mean = sum(scores) / len(scores)
    return Row(
        variant, len(scores), mean, 0.01, min(scores), max(scores), 5.0, "floor", 0.5, False, "accuracy", True, scores
    )


ROWS = [
    row("model.encoder.size=4", 0.60, 0.62, 0.64),
    row("model.encoder.size=8", 0.70, 0.72, 0.74),
    row("model.encoder.size=16", 0.63, 0.65, 0.67),
]


def test_each_variant_has_its_line():
    table = study_table(ROWS)
    assert table.columns[2] == "mean accuracy %"
    assert table.rows[0] == ("model.encoder.size=4", "3", "62.00", "1.00", "60.00 to 64.00", "floor", "50.00", "5.0")


def test_variants_are_compared_with_what_so_few_seeds_can_show():
    assert as_text(study_comparison_table(ROWS)) == (
        "The variants against each other, by mean accuracy, points\n"
        "variant  against  difference      p  p (Holm)  smallest p  beats\n"
        "-------  -------  ----------  -----  --------  ----------  -----\n"
        "size=8    size=4      +10.00  0.100     0.300       0.100   1.00\n"
        "size=16   size=4       +3.00  0.200     0.300       0.100   0.89\n"
        "size=8   size=16       +7.00  0.100     0.300       0.100   1.00\n"
        "p: two-sided permutation test of the means over all assignments of runs. So few runs cannot give less than the "
        "smallest p.\n"
        "Beats: share of pairs of runs in which the variant's is better; ties count half.\n"
        "The best variant was chosen by these same scores, which flatters it."
    )


def test_nothing_is_compared_where_there_is_one_variant_or_one_seed():
    assert study_comparison_table(ROWS[:1]) is None
    assert study_comparison_table([row("a", 0.5), row("b", 0.6)]) is None


def test_settings_with_one_last_name_keep_their_whole_names():
    rows = [row("model.encoder.size=4", 0.5, 0.6), row("model.embedder.size=4", 0.7, 0.8)]
    assert study_comparison_table(rows).rows[0][:2] == ("model.embedder.size=4", "model.encoder.size=4")


def test_gradients_get_a_column_and_a_figure_where_somebody_has_looked():
    looked = [replace(ROWS[0], gradient=(1.0, 0.5, 0.00025)), *ROWS[1:]]
    table = study_table(looked)
    assert table.columns[-1] == "gradient at lag 2"
    assert [line[-1] for line in table.rows] == ["2.5e-04", "", ""]
    figure = study_picture(looked)
    assert figure is not None
    assert "size=4" in figure
    assert "size=8" not in figure
    assert study_picture(ROWS) is None
    assert not any("gradient" in column for column in study_table(ROWS).columns)


PRODUCT = [
    row(f"data.reader.fillers={fillers}, model.encoder={encoder}", 0.5, 0.6)
    for fillers in (7, 30)
    for encoder in ("rnn(hidden_size=64)", "rnn(hidden_size=64, recurrent_init=uniform)", "lstm(hidden_size=64)")
]


def test_what_all_components_share_is_not_repeated():
    (first, *_) = study_comparison_table(PRODUCT).rows
    assert first[:2] == ("fillers=7, encoder=rnn(recurrent_init=uniform)", "fillers=7, encoder=rnn")


def test_gradients_that_reach_unequally_far_say_how_far():
    looked = [replace(each, gradient=(1.0, 0.5) if "=7," in each.variant else (1.0, 0.5, 0.25)) for each in PRODUCT]
    table = study_table(looked)
    assert table.columns[-1] == "gradient (at lag)"
    assert [line[-1] for line in table.rows] == ["5.0e-01 (1)"] * 3 + ["2.5e-01 (2)"] * 3


def test_a_product_is_drawn_in_one_colour_for_each_component_and_one_style_for_each_other_setting():
    names = ["fillers=7, encoder=rnn(a=1, b=2)", "fillers=7, encoder=lstm", "fillers=30, encoder=rnn(a=1, b=2)"]
    assert _strokes(names) == [("C0", "-"), ("C1", "-"), ("C0", "--")]
    assert _strokes([f"size={n}" for n in range(12)])[9:] == [("C9", "-"), ("C0", "--"), ("C1", "--")]
