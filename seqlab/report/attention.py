"""Where a decoder looked while it wrote: a map for each of some examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seqlab.interfaces.evaluation import Predictions
from seqlab.interfaces.moments import ReportData, Section
from seqlab.interfaces.records import Example, Image, Tokens, TokensPrediction
from seqlab.report.rendering import render_html
from seqlab.report.visible import visible

MOST_MAPS = 6
"""So many of the first examples are drawn: as many as a run keeps the attention of."""
LONGEST = 60
"""Columns and rows of a map; a larger one cannot be read."""


@dataclass(frozen=True, slots=True)
class AttentionMap:
    """The attention of one text.

    Args:
        id: The example's name.
        columns: What was looked at: tokens; where they are none, the numbers of their places, from 1.
        rows: What was written, each with the share of each column, 0 to 1.
    """

    id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]


def attention_section(report: ReportData) -> Section | None:
    """Maps of the first examples; None where the model has no attention, or all are too large."""
    maps = list(attention_maps(report.predictions))
    if not maps:
        return None
    html = render_html("attention.html.jinja", maps=maps, split=report.evaluation.final_split)
    return Section("Where it looks", html, order=24)


def attention_maps(predictions: Predictions) -> Iterator[AttentionMap]:
    """The maps of those of the first examples that have some, and are not too large.

    The regions of an image have no names, so that a map of them says nothing: they are shown on the image, if anywhere.
    """
    first = zip(predictions.examples[:MOST_MAPS], predictions.model[:MOST_MAPS], strict=True)
    for example, prediction in first:
        is_image = isinstance(example.inputs.get("main"), Image)
        if isinstance(prediction, TokensPrediction) and prediction.attention and not is_image:
            widest = max(len(weights) for weights in prediction.attention)
            if widest <= LONGEST and len(prediction.attention) <= LONGEST:
                rows = tuple(zip(map(visible, prediction.tokens), prediction.attention, strict=True))
                yield AttentionMap(example.id, _columns(example, widest), rows)


def _columns(example: Example, width: int) -> tuple[str, ...]:
    main = example.inputs.get("main")
    items: Sequence[str] = main.items if isinstance(main, Tokens) else ()
    return tuple(map(visible, items)) if len(items) == width else tuple(str(place) for place in range(1, width + 1))
