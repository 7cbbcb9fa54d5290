"""How problems are told."""

import pytest

from seqlab.errors import (
    DataError,
    PipelineError,
    Place,
    PluginError,
    Problem,
    RunError,
    SeqlabError,
    listing,
    suggestion,
)

LINE = "  encoder: {type: lstm, hiden_size: 200, num_layers: 2}"


def test_a_problem_shows_its_line_with_carets_below_the_mistake():
    place = Place("pos.yaml", 11, 25, LINE, width=10)
    problem = Problem(
        "SL203", "unknown setting 'hiden_size'", place, "did you mean 'hidden_size'?", ("see: seqlab show",)
    )
    assert str(problem).splitlines() == [
        "pos.yaml:11:25: error[SL203]: unknown setting 'hiden_size'",
        "   11 |   encoder: {type: lstm, hiden_size: 200, num_layers: 2}",
        "                                ^^^^^^^^^^ did you mean 'hidden_size'?",
        "   see: seqlab show",
    ]


def test_the_carets_stand_below_the_first_character_that_is_meant():
    shown, carets = str(Problem("SL203", "m", Place("f", 1, 25, LINE, width=10))).splitlines()[1:]
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "hiden_size"


@pytest.mark.parametrize("column", [1, 60, 150, 290])
def test_a_long_line_is_cut_around_the_mistake(column):
    source = "".join(chr(ord("a") + number % 26) for number in range(300))
    shown, carets = str(Problem("SL105", "m", Place("f", 1, column, source, width=5))).splitlines()[1:]
    assert len(shown) < 130
    assert shown[carets.index("^") : carets.rindex("^") + 1] == source[column - 1 : column + 4]


def test_a_tab_is_as_wide_as_a_space_so_that_carets_stay_in_place():
    shown, carets = str(Problem("SL106", "m", Place("f", 1, 3, "\t\tx: 1", width=1))).splitlines()[1:]
    assert shown[carets.index("^")] == "x"


def test_carets_do_not_run_past_the_end_of_the_line():
    _, shown, carets = str(Problem("SL105", "m", Place("f", 1, 3, "abcd", width=99))).splitlines()
    assert len(carets) == len(shown)


def test_without_a_line_the_hint_stands_below_the_message():
    assert str(Problem("SL201", "unknown encoder 'lstn'", hint="did you mean 'lstm'?")) == (
        "error[SL201]: unknown encoder 'lstn'\n   did you mean 'lstm'?"
    )


def test_a_place_without_a_column_leaves_it_out():
    assert str(Place("data.conllu", 7)) == "data.conllu:7"
    assert str(Place("command line")) == "command line"


def test_an_error_tells_all_its_problems_in_order():
    error = PipelineError(Problem("SL203", "first"), Problem("SL204", "second"))
    assert str(error) == "error[SL203]: first\nerror[SL204]: second"


@pytest.mark.parametrize("error, code", [(PipelineError, 2), (DataError, 3), (PluginError, 4), (RunError, 6)])
def test_each_family_has_its_exit_code(error, code):
    assert issubclass(error, SeqlabError)
    assert error.exit_code == code


def test_a_suggestion_is_made_only_for_a_word_that_is_alike():
    assert suggestion("hiden_size", ["hidden_size", "dropout"]) == "did you mean 'hidden_size'?"
    assert suggestion("foo", ["hidden_size", "dropout"]) is None


def test_a_long_listing_tells_how_many_it_leaves_out():
    assert listing(["a", "b"], most=2) == "a, b"
    assert listing(["a", "b", "c", "d"], most=2) == "a, b, ... (2 more)"
