"""The section of a report that shows images with their captions, and where the decoder looked for each word."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isqrt

from seqlab import DataError, Image, ReportData, Section, Target, TokensPrediction, thumbnail
from seqlab_generate.rouge_l import RougeL
from seqlab_generate.texts import references_of

_SHOWN = 6
"""Images with the best captions, and with the worst, that are shown."""
_SIDE = 160
"""Pixels of the longer side of a shown image."""
_DARKEST = 0.8
"""How far a region is darkened that a word did not look at."""

_STYLE = """
.captioned { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0.5rem 1.25rem; padding: 1rem 0; border-top: 1px solid var(--line); }
.captioned > img { width: 100%; image-rendering: auto; border-radius: 3px; }
.captioned p { margin: 0 0 0.35rem; }
.captioned ul { margin: 0; padding-left: 1.1rem; color: var(--quiet); font-size: 0.875rem; }
.looks { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 0; }
.looks figure { width: 5.5rem; }
.looks .look { width: 5.5rem; height: 5.5rem; background-size: 100% 100%; border-radius: 3px; }
.looks figcaption { font-size: 0.8125rem; font-weight: 500; text-align: center; }
@media (max-width: 36rem) { .captioned { grid-template-columns: minmax(0, 1fr); } }
"""


@dataclass(frozen=True, slots=True)
class _Captioned:
    """An image of the final split, and what was said of it.

    Args:
        number: Of its example.
        name: Of the image.
        image: The image.
        said: What was generated.
        references: What is right.
        score: ROUGE-L with the nearest of these.
    """

    number: int
    name: str
    image: Image
    said: TokensPrediction
    references: Target
    score: float

    @property
    def text(self) -> str:
        return " ".join(self.said.tokens)

    @property
    def side(self) -> int:
        """Regions of a side that each word looked at; 0 where there is no attention, or its regions are no square.

        Behind those of the square there may stand one more, the whole image.
        """
        regions = len(self.said.attention[0]) if self.said.attention else 0
        side = isqrt(regions)
        return side if side >= 2 and regions - side * side <= 1 else 0


def captions_section(report: ReportData) -> Section | None:
    """The best and the worst captions, by ROUGE-L, beside their images; None where no image was captioned.

    Where the decoder has attention, each word stands below the image, darkened where it did not look. Images that can no
    longer be opened are named only.
    """
    captioned = sorted(_captioned(report), key=lambda each: -each.score)
    if not captioned:
        return None
    best, worst = captioned[:_SHOWN], captioned[_SHOWN:][: -_SHOWN - 1 : -1]
    distinct = len({each.text for each in captioned})
    parts = [
        f"<style>{_STYLE}</style>",
        f"<p>{distinct:,} distinct caption{'s' * (distinct != 1)} for {len(captioned):,} image{'s' * (len(captioned) != 1)}"
        f" of {report.evaluation.final_split}. Best and worst by ROUGE-L with the nearest reference.</p>",
    ]
    if any(each.side for each in (*best, *worst)):
        parts.append('<p class="note">Above each word the image, dark where the decoder did not look.</p>')
    for title, some in (("Best", best), ("Worst", worst)):
        if some:
            parts += [f"<h3>{title}</h3>", *map(_figure, some)]
    return Section("Captions", "\n".join(parts), order=25)


def _captioned(report: ReportData) -> Iterator[_Captioned]:
    metric = RougeL(None)
    for number, (example, said) in enumerate(zip(report.predictions.examples, report.predictions.model, strict=True)):
        image, references = example.inputs.get("main"), example.target
        if isinstance(image, Image) and isinstance(said, TokensPrediction) and references is not None:
            score = float(metric.counts(said, references)[0])
            yield _Captioned(number, example.id, image, said, references, score)


def _figure(captioned: _Captioned) -> str:
    """An image with its caption and the references, and below them where each word looked."""
    name = escape(captioned.name)
    try:
        address = "data:image/jpeg;base64," + b64encode(thumbnail(captioned.image, _SIDE)).decode("ascii")
    except DataError:
        picture, looks = f"<p>{name} is no longer there</p>", ""
    else:
        picture, looks = f'<img src="{address}" alt="{name}">', _looks(captioned, address)
    right = "".join(
        f'<li dir="auto">{escape(" ".join(each.items))}</li>' for each in references_of(captioned.references)
    )
    text = f'<p dir="auto"><strong>{escape(captioned.text) or "(nothing)"}</strong></p>'
    about = f'<p class="note">{name}, ROUGE-L {100 * captioned.score:.0f} %. References:</p><ul>{right}</ul>'
    return f'<div class="captioned">{picture}<div>{text}{about}</div>{looks}</div>'


def _looks(captioned: _Captioned, address: str) -> str:
    """The image once for each word, darkened by the weights of its regions; nothing without such weights."""
    if not (side := captioned.side):
        return ""
    name = f"seen-{captioned.number}"
    figures = "".join(
        f'<figure><div class="look {name}">{_shade(weights[: side * side], side)}</div>'
        f'<figcaption dir="auto">{escape(word)}</figcaption></figure>'
        for word, weights in zip(captioned.said.tokens, captioned.said.attention or (), strict=True)
    )
    return f'<style>.{name} {{ background-image: url("{address}"); }}</style><div class="looks">{figures}</div>'


def _shade(weights: Sequence[float], side: int) -> str:
    """A square of regions, row by row, each the darker the less it weighs beside the one that weighs most."""
    most = max(weights) or 1.0
    cells = "".join(
        f'<rect x="{place % side}" y="{place // side}" width="1" height="1" opacity="{_DARKEST * (1 - weight / most):.2f}"/>'
        for place, weight in enumerate(weights)
    )
    return (
        f'<svg viewBox="0 0 {side} {side}" preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true">'
        f"{cells}</svg>"
    )
