"""The report of a language model: what it wrote, and what must stand beside its scores."""

from dataclasses import replace

import pytest

from seqlab.interfaces.evaluation import Coverage, Evaluation, Predictions, Scores, SplitEvaluation
from seqlab.interfaces.moments import Floor
from seqlab.interfaces.records import Example, LogProbsPrediction, Tokens
from seqlab.report.body import core_sections, samples_section
from seqlab.report.card import model_card
from seqlab.report.studies import study_table
from seqlab.report.terminal import floor_table, result_table, score_table
from seqlab.runs.study import Row

NOTE = "Perplexity is per token: V = 7 with <unk> and </s>; 2 of 90 tokens are outside the vocabulary, scored as <unk>."
COVERAGE = Coverage("token", 7, ("<unk>", "</s>"), 90, 2)


@pytest.fixture
def spoken(report):
    """The report of a language model."""
    split = SplitEvaluation(
        {"examples": 1, "tokens": 90},
        Scores({"nats_per_token": 1.5, "perplexity": 4.48}),
        {"unigram": Scores({"nats_per_token": 1.9, "perplexity": 6.69})},
        {},
        coverage=COVERAGE,
    )
    log = [
        {"event": "dev", "step": 10, "epoch": 1, "scores": {"nats_per_token": 1.6}},
        {"event": "sample", "step": 10, "epoch": 1, "prompt": "the <b>", "text": " <script>x</script>\n\n  & \x1b[2J"},
        {"event": "sample", "step": 2000, "epoch": 2, "prompt": "", "text": "later"},
    ]
    said = [LogProbsPrediction((-1.5, -1.5))]
    predictions = Predictions([Example("1", "a:1", {"main": Tokens(("x",))}, Tokens(("x",)))], said, {"unigram": said})
    evaluation = Evaluation("nats_per_token", False, frozenset(), split, None, "", False)
    return replace(report, evaluation=evaluation, predictions=predictions, log=log)


def test_samples_stand_in_their_order_escaped_and_with_their_white_space(spoken):
    section = samples_section(spoken)
    assert section.title == "What it writes"
    assert "<b>the &lt;b&gt;</b> &lt;script&gt;x&lt;/script&gt;\n\n  &amp; \\x1b[2J</blockquote>" in section.html
    assert section.html.index("Epoch 1, update 10") < section.html.index("Epoch 2, update 2,000")
    assert '<blockquote dir="auto">later</blockquote>' in section.html
    assert "<script" not in section.html


def test_sections_that_have_nothing_to_say_of_a_language_model_are_left_out(spoken):
    titles = [section.title for section in core_sections(spoken)]
    assert titles == ["Verdict", "Scores", "Learning", "What it writes", "Settings", "Environment and how to repeat"]


def test_a_task_without_samples_has_no_such_section(report):
    assert samples_section(report) is None


def test_every_table_of_scores_says_what_its_perplexity_is(spoken):
    evaluation = spoken.evaluation
    assert result_table(evaluation).notes[0] == NOTE
    assert score_table(evaluation, evaluation.final).notes == (NOTE,)
    floor = Floor("nats_per_token", frozenset(), evaluation.final.baselines, {"unigram": 0.1}, COVERAGE)
    assert floor_table(floor).notes == (NOTE,)
    assert floor_table(replace(floor, coverage=None)).notes == ()


def test_the_card_says_it_too_in_markdown_that_shows_its_symbols(spoken):
    card = model_card(spoken)
    assert NOTE.replace("<", "&lt;") in card
    assert "all others are `<unk>` to it" in card
    assert "What it writes" not in card


def test_a_study_says_it_once_or_for_each_variant():
    row = Row("a", 1, 1.5, None, 1.5, 1.5, 3.0, None, None, False, "perplexity", False, vocabulary=NOTE)
    other = replace(row, variant="b", vocabulary="Another.")
    assert study_table([row, replace(row, variant="b")]).notes[0] == NOTE
    assert study_table([row, other]).notes[:2] == (f"a: {NOTE}", "b: Another.")
    assert len(study_table([replace(row, vocabulary="")]).notes) == 1
