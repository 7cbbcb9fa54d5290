"""Maps of where a decoder looked."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.records import Example, Features, Image, Tokens, TokensPrediction
from seqlab.report.attention import LONGEST, MOST_MAPS, AttentionMap, attention_maps, attention_section
from seqlab.runs.predictions import read_predictions, write_predictions


def example(number, items=("das", "<b>haus")):
    return Example(f"test-{number}", f"x:{number}", {"main": Tokens(items)}, Tokens(("the",)))


SAID = TokensPrediction(("the", "house"), (), ((1.0, 0.0), (0.25, 0.75)))


def test_a_row_is_a_written_token_and_a_column_a_token_that_was_read(report):
    predictions = Predictions([example(1)], [SAID], {})
    rows = (("the", (1.0, 0.0)), ("house", (0.25, 0.75)))
    assert list(attention_maps(predictions)) == [AttentionMap("test-1", ("das", "<b>haus"), rows)]
    html = attention_section(replace(report, predictions=predictions)).html
    assert "&lt;b&gt;haus" in html
    assert html.index("--share:1.00") < html.index("--share:0.25") < html.index("--share:0.75")


def test_vectors_have_numbers():
    frames = Example("1", "x:1", {"main": Features(np.zeros((3, 2), dtype=np.float32))}, Tokens(("a",)))
    said = TokensPrediction(("a", "b"), (), ((0.5, 0.25, 0.25), (0.0, 0.0, 1.0)))
    [drawn] = attention_maps(Predictions([frames], [said], {}))
    assert drawn.columns == ("1", "2", "3")


def test_regions_of_an_image_have_no_map():
    photo = Example("1", "x:1", {"main": Image(Path("a.jpg"))}, Tokens(("a",)))
    words = replace(photo, inputs={"main": Tokens(("ein", "haus"))})
    drawn = [list(attention_maps(Predictions([each], [SAID], {}))) for each in (photo, words)]
    assert [len(maps) for maps in drawn] == [0, 1]


def test_no_map_where_there_is_no_attention_or_it_is_too_large(report):
    large = TokensPrediction(("a",), (), (tuple([1.0] + [0.0] * LONGEST),))
    for said in (TokensPrediction(("a",)), large):
        predictions = Predictions([example(1)], [said], {})
        assert attention_section(replace(report, predictions=predictions)) is None


def test_a_report_that_is_written_again_has_the_same_maps(tmp_path):
    predictions = Predictions([example(number) for number in range(9)], [SAID] * 9, {})
    write_predictions(predictions, tmp_path / "predictions.jsonl")
    again = read_predictions(tmp_path / "predictions.jsonl", "tokens")
    maps = list(attention_maps(predictions))
    assert list(attention_maps(again)) == maps
    assert len(maps) == MOST_MAPS
    assert again.model[MOST_MAPS:] == [TokensPrediction(("the", "house"))] * (9 - MOST_MAPS)
