"""The reliability of probabilities, as a section of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seqlab import Example, Labels, LabelsPrediction, Prediction, ReportData, Section

BINS = 10
_SIZE, _LEFT, _TOP = 260, 46, 12


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose predicted label has a probability within one tenth.

    Args:
        count: How many there are.
        probability: Mean probability of their predicted labels.
        right: Share of them whose label is right.
    """

    count: int
    probability: float
    right: float


def reliability_section(report: ReportData) -> Section | None:
    """A diagram and a table of what probabilities are worth; None for a model without labels and probabilities."""
    bins = reliability(report.predictions.examples, report.predictions.model)
    if not bins:
        return None
    total = sum(each.count for each in bins)
    error = sum(each.count * abs(each.probability - each.right) for each in bins) / total
    rows = "".join(
        f"<tr><th scope='row'>{each.count:,}</th><td>{each.probability:.1%}</td><td>{each.right:.1%}</td></tr>"
        for each in bins
    )
    html = (
        f"<p>Of {total:,} texts of {report.evaluation.final_split}, sorted by the probability of the label that the model gives. "
        f"Where probabilities hold, each point is on the line; on average a text is {error:.1%} away from it.</p>"
        f"<div class='beside'><div>{_diagram(bins)}</div><div><div class='scroll'><table><thead><tr>"
        "<th scope='col'>texts</th><th scope='col'>mean probability</th><th scope='col'>right</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></div></div></div>"
    )
    return Section("Reliability", html, order=35)


def reliability(examples: Sequence[Example], predictions: Sequence[Prediction]) -> list[Bin]:
    """The bins that have texts, by rising probability; none if not each text has one label with a probability."""
    sums = [[0, 0.0, 0] for _ in range(BINS)]
    for example, said in zip(examples, predictions, strict=True):
        gold = example.target
        if not isinstance(said, LabelsPrediction) or not isinstance(gold, Labels) or said.probabilities is None:
            return []
        if len(said.labels) != 1 or len(gold.items) != 1:
            return []
        share = said.probabilities[said.labels[0]]
        found = sums[min(BINS - 1, int(share * BINS))]
        found[0] += 1
        found[1] += share
        found[2] += said.labels == gold.items
    return [Bin(int(count), share / count, right / count) for count, share, right in sums if count]


def _diagram(bins: Sequence[Bin]) -> str:
    """Probability to the right, share of right answers upwards; the larger a point, the more texts."""
    most = max(each.count for each in bins)
    right, bottom = _LEFT + _SIZE, _TOP + _SIZE
    points = "".join(
        f"<circle cx='{_LEFT + _SIZE * each.probability:.1f}' cy='{bottom - _SIZE * each.right:.1f}' "
        f"r='{3 + 7 * (each.count / most) ** 0.5:.1f}' fill='var(--accent)'/>"
        for each in bins
    )
    ticks = "".join(
        f"<text x='{_LEFT + _SIZE * share}' y='{bottom + 18}' text-anchor='middle'>{share:.0%}</text>"
        f"<text x='{_LEFT - 8}' y='{bottom - _SIZE * share + 4}' text-anchor='end'>{share:.0%}</text>"
        for share in (0.0, 0.5, 1.0)
    )
    label = "; ".join(
        f"{each.count} texts of probability {each.probability:.0%}, {each.right:.0%} right" for each in bins
    )
    return (
        f"<svg role='img' aria-label='Reliability: {label}' viewBox='0 0 {right + 20} {bottom + 44}' "
        f"width='{right + 20}' height='{bottom + 44}' font-size='12' fill='var(--quiet)'>"
        f"<rect x='{_LEFT}' y='{_TOP}' width='{_SIZE}' height='{_SIZE}' fill='none' stroke='var(--line)'/>"
        f"<line x1='{_LEFT}' y1='{bottom}' x2='{right}' y2='{_TOP}' stroke='var(--quiet)' stroke-dasharray='4 4'/>"
        f"{points}{ticks}<text x='{(_LEFT + right) / 2}' y='{bottom + 38}' text-anchor='middle'>probability</text></svg>"
    )
