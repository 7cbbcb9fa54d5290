from dataclasses import replace
from html.parser import HTMLParser

import pytest

from seqlab.interfaces.evaluation import Comparison, Evaluation, Predictions, Scores, SplitEvaluation
from seqlab.interfaces.moments import Section
from seqlab.interfaces.records import Example, LogProbsPrediction, Tokens, TokensPrediction
from seqlab.report.card import model_card
from seqlab.report.html import report_html, write_report
from seqlab.report.sections import seqlab_report_sections

from .conftest import NASTY, make_report

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Checks that tags are balanced; collects text, tags, ids and attributes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, name):
        return [value for attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module")
def html(report):
    return report_html(report, seqlab_report_sections(report))


def test_the_report_is_balanced_html(html):
    page = Page(html)
    assert page.tags[:2] == ["html", "head"]
    assert page.tags.count("section") == 8
    ids = page.all("id")
    assert len(ids) == len(set(ids))


def test_the_report_is_complete_in_itself(html):
    page = Page(html)
    assert not {"script", "link", "iframe", "img", "object", "embed", "base", "form"} & set(page.tags)
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    assert "url(" not in html
    assert [href for href in page.all("href") if not href.startswith("#")] == []
    assert {href[1:] for href in page.all("href")} <= set(page.all("id"))
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    (policy,) = [value for value in page.all("content") if value.startswith("default-src")]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


def test_data_is_escaped(html):
    assert NASTY not in html
    assert "<script" not in html
    assert NASTY in "".join(Page(html).text)
    assert "&lt;script&gt;" in html
    assert "pos &lt;1&gt;" in html


def test_the_report_says_the_result_and_how_to_repeat_it(html, report):
    text = " ".join(" ".join(Page(html).text).split())
    assert report.evaluation.verdict in text
    assert "seqlab run runs/pos/20260101-000000-abcd/pipeline.yaml" in text
    assert "ab" * 32 in text
    assert "seqlab run 'my pipelines/pos.yaml'" in text
    assert "libraries.torch 2.2.0" in text
    assert "# pos.yaml:1" in text
    for heading in ("Verdict", "Scores", "Known and unknown words", "Learning", "Classes", "Errors", "Settings",
                    "Environment and how to repeat"):  # fmt: skip
        assert f" {heading} " in text


def test_errors_are_browsed_without_scripts(html, report):
    page = Page(html)
    assert page.tags.count("details") == page.tags.count("summary") >= 5
    shown = html[html.index("NOUN taken for X") :]
    shown = shown[: shown.index("</details>")]
    assert "<mark>" in shown
    assert '<dt>gold</dt><dd dir="auto">NOUN</dd>' in shown
    assert '<dt>model</dt><dd class="off" dir="auto">X</dd>' in shown
    assert "<dt>most_frequent_tag</dt><dd" in shown
    assert "On unknown words" in html
    assert len(html) < 100_000


def test_predictions_that_are_neither_right_nor_wrong_have_a_report(report):
    example = Example("s", "x:1", {"main": Tokens(("a",))}, Tokens(("b", "c")))
    scores = Scores({"nats_per_token": 1.5}, {"nats_per_token": (1.4, 1.6)})
    streamed = replace(
        report,
        predictions=Predictions([example], [LogProbsPrediction((-1.0, -2.0))], {}),
        evaluation=Evaluation(
            "nats_per_token", False, frozenset(), SplitEvaluation({"tokens": 2}, scores, {}, {}), None, "Open.", False
        ),
    )
    titles = [section.title for section in seqlab_report_sections(streamed)]
    assert titles == ["Verdict", "Scores", "Learning", "Settings", "Environment and how to repeat"]
    Page(report_html(streamed, seqlab_report_sections(streamed)))
    assert "Each class" not in model_card(streamed)


def test_generated_texts_have_a_report(report):
    example = Example("s", "x:1", {"main": Tokens(("a",))}, (Tokens(("b",)), Tokens(("c", NASTY))))
    said = {"copy": [TokensPrediction(("c", NASTY))]}
    scores = Scores({"accuracy": 0.0}, {"accuracy": (0.0, 0.0)})
    against = Comparison("accuracy", 0.0, 0.0, 0.0, 1.0, False, False)
    split = SplitEvaluation({"examples": 1}, scores, {"copy": scores}, {"copy": against})
    generated = replace(
        report,
        predictions=Predictions([example], [TokensPrediction((NASTY,))], said),
        evaluation=Evaluation("accuracy", True, frozenset({"accuracy"}), split, None, "Open.", True),
    )
    page = report_html(generated, seqlab_report_sections(generated))
    assert "Unlike every reference" in page
    assert NASTY not in page
    Page(page)


def test_sections_of_plugins_stand_in_their_order(report):
    html = report_html(
        report, [Section("Last", "<p>c</p>", 95), Section("A & B", "<em>b</em>"), Section("First", "<p>a</p>", 0)]
    )
    assert html.index("<p>a</p>") < html.index("<em>b</em>") < html.index("<p>c</p>")
    assert "A &amp; B</h2>" in html


def test_the_colour_of_the_verdict_is_the_verdict(report):
    def mood(found):
        (section,) = [each for each in seqlab_report_sections(found) if each.title == "Verdict"]
        return section.html.split('class="verdict ')[1].split('"')[0]

    assert mood(report) == "good"
    assert mood(make_report(model_errors=0.7)) == "bad"
    behind = replace(report.evaluation, below_floor=True)
    assert mood(replace(report, evaluation=behind)) == "bad"


def test_a_run_without_test_split_and_log_has_a_report():
    bare = replace(make_report(with_test=False), log=[], manifest={})
    titles = [section.title for section in seqlab_report_sections(bare)]
    assert titles == [
        "Verdict",
        "Scores",
        "Known and unknown words",
        "Classes",
        "Errors",
        "Settings",
        "Environment and how to repeat",
    ]
    text = " ".join(Page(report_html(bare, seqlab_report_sections(bare))).text)
    assert "for want of a test split" in text
    assert "Scores on test" not in text


def test_a_run_limited_in_minutes_is_said_not_to_be_repeatable(report, html):
    limited = replace(report, manifest={"training": {"repeatable": False}})
    assert "not repeatable to the bit" in report_html(limited, seqlab_report_sections(limited))
    assert "not repeatable to the bit" not in html


def test_writing_replaces_what_stood_there(tmp_path, report):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    write_report(report, seqlab_report_sections(report), path)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [path]
