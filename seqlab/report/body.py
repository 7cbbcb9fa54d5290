"""What the sections of a report say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqlab.evaluation.verdict import strongest
from seqlab.evaluation.wording import format_interval, format_score, spoken
from seqlab.interfaces.evaluation import SplitEvaluation
from seqlab.interfaces.moments import ReportData, Section
from seqlab.interfaces.records import Number
from seqlab.report.attention import attention_section
from seqlab.report.chart import Chart, Level, line_chart
from seqlab.report.classes import classes_section
from seqlab.report.diagnosis import diagnosis_section
from seqlab.report.mistakes import find_mistakes
from seqlab.report.rendering import render_html
from seqlab.report.repeat import flattened, repeat_command
from seqlab.report.terminal import comparison_table, judged_table, score_table, sizes, slice_table, systems
from seqlab.report.visible import visible

_MOST_SHOWN = 8
"""Errors of each kind that are shown."""


def core_sections(report: ReportData) -> list[Section]:
    """The sections of the core, in their order; one that has nothing to show is left out."""
    found = (
        verdict_section(report),
        scores_section(report),
        slices_section(report),
        learning_section(report),
        samples_section(report),
        attention_section(report),
        diagnosis_section(report),
        classes_section(report, _floor(report)),
        errors_section(report),
        settings_section(report),
        environment_section(report),
    )
    return [section for section in found if section is not None]


def verdict_section(report: ReportData) -> Section:
    """The result in one sentence, with the two numbers that it compares."""
    evaluation, split = report.evaluation, report.evaluation.final
    floor = _floor(report)
    compared = split.comparison.get(floor) if floor else None
    mood = "open" if compared is None or not (compared.better or compared.worse) else _mood(compared.better)
    if evaluation.below_floor:
        mood = "bad"
    shown = [("model", split.model)] + ([(floor, split.baselines[floor])] if floor else [])
    rate = evaluation.primary in evaluation.percent
    figures = [
        {
            "system": name,
            "value": format_score(evaluation.primary, scores.values[evaluation.primary], rate, unit=False),
            "interval": format_interval(evaluation.primary, scores.intervals.get(evaluation.primary), rate),
        }
        for name, scores in shown
    ]
    html = render_html(
        "verdict.html.jinja",
        verdict=evaluation.verdict,
        mood=mood,
        figures=figures,
        metric=spoken(evaluation.primary) + (" %" if rate else ""),
        split=evaluation.final_split,
        sizes=sizes(split),
    )
    return Section("Verdict", html, order=0)


def scores_section(report: ReportData) -> Section:
    """All scores with intervals, the comparisons, and dev beside test."""
    evaluation = report.evaluation
    tables = [score_table(evaluation, evaluation.final)]
    if evaluation.final.comparison:
        tables.append(comparison_table(evaluation, evaluation.final))
    if evaluation.test is not None:
        tables.append(score_table(evaluation, evaluation.dev))
    html = render_html("scores.html.jinja", tables=tables, ladder=_ladder(report, evaluation.final))
    return Section("Scores", html, order=10)


def slices_section(report: ReportData) -> Section | None:
    """The accuracy of every system on parts of the data; None where there are none."""
    evaluation = report.evaluation
    if not evaluation.final.slices:
        return None
    html = render_html("tables.html.jinja", tables=[slice_table(evaluation, evaluation.final)])
    return Section("Known and unknown words" if "unknown" in evaluation.final.slices else "Parts", html, order=15)


def learning_section(report: ReportData) -> Section | None:
    """Training loss and dev score over the updates; None if nothing was logged.

    It reads the lines of `log.jsonl` with `event: step` (`step`, `train_loss`) and `event: dev` (`step`, `scores`).
    """
    charts = [chart for chart in (_loss_chart(report), _dev_chart(report)) if chart is not None]
    if not charts:
        return None
    return Section("Learning", render_html("learning.html.jinja", charts=charts), order=20)


def samples_section(report: ReportData) -> Section | None:
    """What a language model wrote while it was trained, from the first text to the last, and what judges say of its texts.

    None where it wrote nothing.

    It reads the lines of `log.jsonl` with `event: sample` (`step`, `epoch`, `prompt`, `text`).
    """
    samples = [
        {**line, "prompt": visible(line["prompt"]), "text": visible(line["text"])}
        for line in report.log
        if line.get("event") == "sample"
    ]
    tables = [judged_table(report.evaluation.judged)] if report.evaluation.judged else []
    if not samples and not tables:
        return None
    html = render_html("samples.html.jinja", samples=samples, tables=tables)
    return Section("What it writes", html, order=22)


def errors_section(report: ReportData) -> Section | None:
    """Errors to browse, sorted by kind; None where predictions are neither right nor wrong."""
    floor = _floor(report)
    mistakes = find_mistakes(report.predictions, floor, most=_MOST_SHOWN)
    if mistakes is None:
        return None
    split = report.evaluation.final_split
    html = render_html("errors.html.jinja", mistakes=mistakes, floor=floor, split=split, most=_MOST_SHOWN)
    return Section("Errors", html, order=30)


def settings_section(report: ReportData) -> Section:
    """The resolved pipeline with the provenance of each value."""
    lines = [
        (text, mark + rest) for text, mark, rest in (line.partition(" # ") for line in report.pipeline.splitlines())
    ]
    return Section("Settings", render_html("settings.html.jinja", lines=lines), order=80)


def environment_section(report: ReportData) -> Section:
    """What the result may depend on, and how to repeat it."""
    manifest = {key: value for key, value in report.manifest.items() if key != "data"}
    data = report.manifest.get("data", {})
    training = report.manifest.get("training", {})
    html = render_html(
        "environment.html.jinja",
        rows=list(flattened(manifest)),
        data=list(flattened(data)) if isinstance(data, Mapping) else [],
        command=repeat_command(report),
        repeatable=not isinstance(training, Mapping) or bool(training.get("repeatable", True)),
    )
    return Section("Environment and how to repeat", html, order=90)


def _floor(report: ReportData) -> str | None:
    evaluation = report.evaluation
    return strongest(evaluation.final, evaluation.primary, evaluation.higher_is_better)


def _mood(better: bool) -> str:
    return "good" if better else "bad"


def _ladder(report: ReportData, split: SplitEvaluation) -> list[dict[str, Any]]:
    """For each system where its primary score and interval lie, in per cent of the width of all of them."""
    primary = report.evaluation.primary
    rate = primary in report.evaluation.percent
    rows = [
        (label, scores.values[primary], scores.intervals.get(primary, (scores.values[primary],) * 2))
        for label, scores, _ in systems(split)
        if primary in scores.values
    ]
    ends = [end for _, value, interval in rows for end in (value, *interval) if end == end]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    width = (high - low) or 1.0
    return [
        {
            "label": label,
            "value": format_score(primary, value, rate, unit=False),
            "at": round(100 * (value - low) / width, 2),
            "low": round(100 * (interval[0] - low) / width, 2),
            "width": round(100 * (interval[1] - interval[0]) / width, 2),
        }
        for label, value, interval in rows
        if value == value and interval[0] == interval[0]
    ]


def _loss_chart(report: ReportData) -> Chart | None:
    values = [
        (float(line["step"]), float(line["train_loss"]))
        for line in report.log
        if line.get("event") == "step" and line.get("train_loss") is not None
    ]
    of_numbers = any(isinstance(example.target, Number) for example in report.predictions.examples[:1])
    title = f"Training loss, {'squared error' if of_numbers else 'nats'} per target"
    return line_chart("loss", title, "update", values, lambda value: f"{value:.3f}")


def _dev_chart(report: ReportData) -> Chart | None:
    evaluation = report.evaluation
    primary, rate = evaluation.primary, evaluation.primary in evaluation.percent
    values = [
        (float(line["step"]), float(line["scores"][primary]))
        for line in report.log
        if line.get("event") == "dev" and primary in line.get("scores", {})
    ]
    if not values:
        return None
    choose = max if evaluation.higher_is_better else min
    best = choose(range(len(values)), key=lambda place: values[place][1])
    floor = strongest(evaluation.dev, primary, evaluation.higher_is_better)
    return line_chart(
        "dev",
        f"Dev {spoken(primary)}{', %' if rate else ''}",
        "update",
        values,
        lambda value: format_score(primary, value, rate, unit=False),
        level=Level(floor, evaluation.dev.baselines[floor].values[primary]) if floor else None,
        best=best,
    )
