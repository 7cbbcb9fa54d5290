"""Where predicted numbers lie beside the gold ones, as a section of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from seqlab import Example, Number, NumberPrediction, Prediction, ReportData, Section

POINTS = 400
"""Most examples that are drawn, spread evenly over the split."""

WORST = 10
_SIZE, _LEFT, _TOP = 300, 60, 12


@dataclass(frozen=True, slots=True)
class Pair:
    """The number of one example.

    Args:
        id: The example's name.
        place: File and line where it begins.
        gold: What is right.
        said: What the model said.
    """

    id: str
    place: str
    gold: float
    said: float


def differences_section(report: ReportData) -> Section | None:
    """A diagram of predicted and gold numbers and a table of the worst; None for a model without numbers."""
    pairs = number_pairs(report.predictions.examples, report.predictions.model)
    if not pairs:
        return None
    rows = "".join(
        f"<tr><th scope='row'>{escape(each.id)}</th><td>{escape(each.place.rpartition('/')[2])}</td>"
        f"<td>{each.gold:.4g}</td><td>{each.said:.4g}</td><td>{each.said - each.gold:+.4g}</td></tr>"
        for each in worst(pairs)
    )
    shown = len(range(0, len(pairs), _step(pairs)))
    html = (
        f"<p>{shown:,} of {len(pairs):,} examples of {report.evaluation.final_split}: gold to the right, predicted upwards. "
        "What is right lies on the line.</p>"
        f"<div class='beside'><div>{_diagram(pairs)}</div><div><div class='scroll'><table><caption>The farthest off"
        "</caption><thead><tr><th scope='col'>example</th><th scope='col'>place</th><th scope='col'>gold</th>"
        f"<th scope='col'>predicted</th><th scope='col'>difference</th></tr></thead><tbody>{rows}</tbody></table></div>"
        "</div></div>"
    )
    return Section("Predicted numbers", html, order=30)


def number_pairs(examples: Sequence[Example], predictions: Sequence[Prediction]) -> list[Pair]:
    """Gold and predicted number of each example; none if one of them has not both."""
    pairs = []
    for example, said in zip(examples, predictions, strict=True):
        if not isinstance(example.target, Number) or not isinstance(said, NumberPrediction):
            return []
        pairs.append(Pair(example.id, example.place, example.target.value, said.value))
    return pairs


def worst(pairs: Sequence[Pair]) -> list[Pair]:
    """The farthest off, the worst first."""
    return sorted(pairs, key=lambda pair: -abs(pair.said - pair.gold))[:WORST]


def _step(pairs: Sequence[Pair]) -> int:
    return -(-len(pairs) // POINTS)


def _diagram(pairs: Sequence[Pair]) -> str:
    """One scale for both axes, so that the line of equality is the diagonal."""
    every = [number for pair in pairs for number in (pair.gold, pair.said)]
    low, high = min(every), max(every)
    width = (high - low) or 1.0
    bottom, right = _TOP + _SIZE, _LEFT + _SIZE

    def at(number: float) -> float:
        return _SIZE * (number - low) / width

    points = "".join(
        f"<circle cx='{_LEFT + at(pair.gold):.1f}' cy='{bottom - at(pair.said):.1f}' r='2.5' fill='var(--accent)' "
        "fill-opacity='0.5'/>"
        for pair in pairs[:: _step(pairs)]
    )
    ticks = "".join(
        f"<text x='{_LEFT + at(number):.1f}' y='{bottom + 18}' text-anchor='middle'>{number:.3g}</text>"
        f"<text x='{_LEFT - 8}' y='{bottom - at(number) + 4:.1f}' text-anchor='end'>{number:.3g}</text>"
        for number in (low, low + width / 2, low + width)
    )
    return (
        f"<svg role='img' aria-label='Predicted beside gold numbers, both from {low:.3g} to {high:.3g}' "
        f"viewBox='0 0 {right + 30} {bottom + 44}' width='{right + 30}' height='{bottom + 44}' font-size='12' "
        "fill='var(--quiet)'>"
        f"<rect x='{_LEFT}' y='{_TOP}' width='{_SIZE}' height='{_SIZE}' fill='none' stroke='var(--line)'/>"
        f"<line x1='{_LEFT}' y1='{bottom}' x2='{right}' y2='{_TOP}' stroke='var(--quiet)' stroke-dasharray='4 4'/>"
        f"{points}{ticks}<text x='{(_LEFT + right) / 2}' y='{bottom + 38}' text-anchor='middle'>gold</text></svg>"
    )
