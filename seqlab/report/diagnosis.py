"""What became of the gradients and of the past: the sentences, tables and figures of a diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqlab.interfaces.diagnosis import ContextLoss, Diagnosis, GradientFlow
from seqlab.interfaces.moments import ReportData, Section
from seqlab.report.chart import Chart
from seqlab.report.drawing import ACCENT, BAD, INK, draw, named, picture
from seqlab.report.rendering import render_html
from seqlab.report.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEPT = 0.95
"""Share of the gradient that a truncation shall keep."""
_SIZE = (440, 250)
_MARGINS = (58, 16, 24, 44)
SMALLEST = 1e-30
"""What a norm of 0 is drawn as, since it has no logarithm."""
_LAGS_SHOWN = (0, 1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is not drawn yet.

    Args:
        name: Of its file, and unique in the page.
        title: What is shown.
        words: The figure in words.
        paint: Draws it.
    """

    name: str
    title: str
    words: str
    paint: Callable[[Axes], None]


def diagnosis_section(report: ReportData) -> Section | None:
    """The section of the report; None where nobody has looked."""
    diagnosis = report.diagnosis
    if diagnosis is None:
        return None
    charts = [
        Chart(each.title, draw(each.name, each.words, each.paint, *_SIZE, _MARGINS)) for each in figures(diagnosis)
    ]
    html = render_html(
        "diagnosis.html.jinja",
        summary=" ".join(sentences(diagnosis)),
        charts=charts,
        tables=diagnosis_tables(diagnosis),
    )
    return Section("Gradients through time", html, order=24)


def pictures(diagnosis: Diagnosis) -> Mapping[str, str]:
    """Every figure as an SVG file, by the file's name."""
    return {f"{each.name}.svg": picture(each.paint, *_SIZE, _MARGINS) for each in figures(diagnosis)}


def sentences(diagnosis: Diagnosis) -> list[str]:
    """What was found, in words."""
    found = []
    flow, context = diagnosis.flow, diagnosis.context
    if flow is None:
        found.append(f"Encoder '{diagnosis.encoder}' carries no state that a gradient could be followed through.")
    else:
        last, first = flow.median[-1], flow.median[0]
        change = f"{last / first:.2g} times" if first else "0 times"
        found.append(
            f"{flow.lags} steps back, the gradient of a loss is {change} what it is at the last state "
            f"(median of {flow.examples} examples)."
        )
        keeping = flow.length_keeping(KEPT)
        if keeping is not None:
            missing = flow.bias[keeping - 1]
            found.append(
                f"{KEPT:.0%} of the gradient of the weights comes from the last {keeping} "
                f"step{'s' if keeping > 1 else ''}; cut there, it is wrong by {missing:.1%} of its norm."
            )
    if context is not None:
        used = _used(context)
        found.append(
            f"Of {context.tokens[-1]} tokens before, it makes use of about the last {used}: with these alone its loss is "
            "within 1% of that with all."
        )
    return found


def diagnosis_tables(diagnosis: Diagnosis) -> list[Table]:
    """All numbers, as tables."""
    tables = []
    if diagnosis.flow is not None:
        tables.append(_flow_table(diagnosis.flow))
    if diagnosis.context is not None:
        tables.append(_context_table(diagnosis.context))
    if diagnosis.matrices:
        matrices = [(each.name, f"{each.spectral_radius:.3f}", f"{each.norm:.3f}") for each in diagnosis.matrices]
        note = "Spectral radius: largest absolute eigenvalue. Norm: largest singular value; in a plain network no step lets a gradient grow by more."
        tables.append(Table("Recurrent matrices", ("matrix", "spectral radius", "norm"), tuple(matrices), (note,)))
    if diagnosis.saturation:
        ends = [(each.name, f"{each.low:.1%}", f"{each.high:.1%}") for each in diagnosis.saturation]
        note = "Share of values in the lowest and in the highest tenth of their range, where little gradient passes."
        tables.append(Table("Saturation", ("gate or unit", "low", "high"), tuple(ends), (note,)))
    if diagnosis.update_ratio:
        ratios = [(part, f"{ratio:.2e}") for part, ratio in diagnosis.update_ratio.items()]
        note = "How far one update moves the weights, as a share of their norm: the median over the log."
        tables.append(Table("Updates", ("part", "update / weights"), tuple(ratios), (note,)))
    if diagnosis.clip_rate:
        rates = [(f"{epoch}", f"{rate:.1%}") for epoch, rate in enumerate(diagnosis.clip_rate)]
        tables.append(Table("Clipping", ("epochs done", "updates clipped"), tuple(rates)))
    return tables


def figures(diagnosis: Diagnosis) -> list[Figure]:
    """What can be drawn."""
    found = []
    flow, context = diagnosis.flow, diagnosis.context
    if flow is not None:
        words = (
            f"Median norm of the gradient by lag, on a logarithmic axis: {flow.median[0]:.2g} at lag 0, "
            f"{flow.median[-1]:.2g} at lag {flow.lags}."
        )
        found.append(Figure("gradient-norm", "Gradient of a loss k steps back", words, lambda axes: _norms(axes, flow)))
        keeping = flow.length_keeping(KEPT)
        words = f"Share of the weights' gradient that the last k steps hold; {KEPT:.0%} is held by {keeping} steps."
        title = "Share of the gradient in the last k steps, and what is missing"
        found.append(Figure("gradient-share", title, words, lambda axes: _shares(axes, flow, keeping)))
    if context is not None:
        words = (
            f"Loss by tokens kept: {context.kept[0]:.3f} with {context.tokens[0]}, {context.kept[-1]:.3f} with "
            f"{context.tokens[-1]}."
        )
        found.append(
            Figure("context", "Loss where only the last k tokens are kept", words, lambda axes: _losses(axes, context))
        )
    return found


def _norms(axes: Axes, flow: GradientFlow) -> None:
    lags = range(flow.lags + 1)
    median, low, high = ([max(value, SMALLEST) for value in values] for values in (flow.median, flow.low, flow.high))
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}")
    axes.minorticks_off()
    axes.fill_between(lags, low, high, color=ACCENT, alpha=0.15, linewidth=0)
    axes.plot(lags, median, color=ACCENT, linewidth=2)
    axes.set_xlim(0, max(flow.lags, 1))
    axes.set_xlabel("k, steps back (line: median; band: 10% to 90% of examples)")


def _shares(axes: Axes, flow: GradientFlow, keeping: int | None) -> None:
    steps = range(1, flow.lags + 2)
    axes.plot(steps, flow.held, color=ACCENT, linewidth=2)
    axes.plot(steps, flow.bias, color=BAD, linewidth=1.5, dashes=(5, 4))
    axes.set_xlim(1, max(flow.lags + 1, 2))
    axes.set_ylim(0, max(1.0, *flow.bias))
    if keeping is not None:
        axes.axvline(keeping, color=INK, linewidth=1, dashes=(2, 3))
        axes.annotate(
            f"{KEPT:.0%}: {keeping}", (keeping, 0.5), (5, 0), textcoords="offset points", color=INK, gid=named("halo")
        )
    axes.set_xlabel("k, steps kept (line: share held; dashed: relative error)")


def _losses(axes: Axes, context: ContextLoss) -> None:
    axes.set_xscale("log")
    axes.plot(context.tokens, context.kept, color=ACCENT, linewidth=2, marker="o", markersize=5)
    axes.plot(context.tokens, context.shuffled, color=BAD, linewidth=1.5, dashes=(5, 4))
    axes.set_xticks(context.tokens, [f"{each}" for each in context.tokens])
    axes.minorticks_off()
    axes.set_xlabel("k, tokens kept (line: no others read; dashed: others shuffled)")


def _flow_table(flow: GradientFlow) -> Table:
    rows = []
    for lag in _shown(flow.lags):
        numbers = (flow.median[lag], flow.low[lag], flow.high[lag])
        rows.append(
            (
                str(lag),
                *(f"{each:.2e}" for each in numbers),
                f"{flow.held[lag]:.1%}",
                f"{flow.bias[lag]:.1%}",
            )
        )
    columns = ("lag k", "gradient, median", "10%", "90%", "share held by lags 0 to k", "error if cut after k")
    return Table(f"Gradient through time, {flow.examples} examples", columns, tuple(rows))


def _context_table(context: ContextLoss) -> Table:
    rows = [
        (str(tokens), f"{kept:.4f}", f"{shuffled:.4f}")
        for tokens, kept, shuffled in zip(context.tokens, context.kept, context.shuffled, strict=True)
    ]
    columns = ("tokens kept", "loss without the others", "loss with the others shuffled")
    return Table(f"Effective context, {context.targets} tokens predicted, in nats", columns, tuple(rows))


def _shown(lags: int) -> Sequence[int]:
    return sorted({lag for lag in (*_LAGS_SHOWN, lags) if lag <= lags})


def _used(context: ContextLoss) -> int:
    """Fewest tokens with which the loss is within 1% of that with all."""
    enough = [
        tokens for tokens, loss in zip(context.tokens, context.kept, strict=True) if loss <= 1.01 * context.kept[-1]
    ]
    return enough[0]
