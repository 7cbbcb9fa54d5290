"""The section of a report that shows images with their captions, and where the decoder looked for each word."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from math import isqrt

from seqlab import DataError, Example, Image, Prediction, ReportData, Section, Target, TokensPrediction, thumbnail
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


def captions_section(report: ReportData) -> Section | None:
    """The best and the worst captions, by ROUGE-L, beside their images; None where no image was captioned.

    Where the decoder has attention, each word stands below the image, darkened where it did not look. Images that are no
    longer where they were are named only.
    """
    said = report.predictions
    shown = [number for number, example in enumerate(said.examples) if _image(example) is not None]
    if not shown or not isinstance(said.model[shown[0]], TokensPrediction):
        return None
    metric = RougeL(None)
    scores = {number: float(metric.counts(said.model[number], _target(said.examples[number]))[0]) for number in shown}
    ordered = sorted(shown, key=lambda number: -scores[number])
    best = ordered[:_SHOWN]
    worst = ordered[: len(best) - 1 : -1][:_SHOWN]
    distinct = len({_text(said.model[number]) for number in shown})
    parts = [
        f"<style>{_STYLE}</style>",
        f"<p>{distinct:,} distinct caption{'s' * (distinct != 1)} for {len(shown):,} images of {report.evaluation.final_split}."
        " Best and worst by ROUGE-L with the nearest reference.</p>",
    ]
    if any(_attention(said.model[number]) for number in (*best, *worst)):
        parts.append('<p class="note">Below each word the image, dark where the decoder did not look.</p>')
    for title, numbers in (("Best", best), ("Worst", worst)):
        if numbers:
            parts.append(f"<h3>{title}</h3>")
            parts += [_figure(said.examples[n], said.model[n], scores[n], f"seen-{n}") for n in numbers]
    return Section("Captions", "\n".join(parts), order=25)


def _figure(example: Example, prediction: Prediction, score: float, name: str) -> str:
    image = _image(example)
    assert image is not None
    try:
        address = "data:image/jpeg;base64," + b64encode(thumbnail(image, _SIDE)).decode("ascii")
    except DataError:
        picture, address = f"<p>{escape(example.id)} is no longer there</p>", None
    else:
        picture = f'<img src="{address}" alt="{escape(example.id)}">'
    references = "".join(
        f'<li dir="auto">{escape(" ".join(each.items))}</li>' for each in references_of(_target(example))
    )
    text = f'<p dir="auto"><strong>{escape(_text(prediction)) or "(nothing)"}</strong></p>'
    about = f'<p class="note">{escape(example.id)}, ROUGE-L {100 * score:.0f} %. References:</p><ul>{references}</ul>'
    looks = "".join(_looks(prediction, address, name)) if address else ""
    return f'<div class="captioned">{picture}<div>{text}{about}</div>{looks}</div>'


def _looks(prediction: Prediction, address: str, name: str) -> Iterator[str]:
    """The image once for each word, darkened by the weights of its regions: a square of them, and perhaps the whole image."""
    attention = _attention(prediction)
    side = isqrt(len(attention[0])) if attention else 0
    if side < 2 or len(attention[0]) - side * side > 1:
        return
    assert isinstance(prediction, TokensPrediction)
    yield f'<style>.{name} {{ background-image: url("{address}"); }}</style><div class="looks">'
    for word, weights in zip(prediction.tokens, attention, strict=False):  # there are weights for </s>, too
        yield f'<figure><div class="look {name}">{_shade(weights[: side * side], side)}</div><figcaption dir="auto">{escape(word)}</figcaption></figure>'
    yield "</div>"


def _shade(weights: Sequence[float], side: int) -> str:
    most = max(weights) or 1.0
    cells = "".join(
        f'<rect x="{place % side}" y="{place // side}" width="1.02" height="1.02" opacity="{_DARKEST * (1 - weight / most):.2f}"/>'
        for place, weight in enumerate(weights)
    )
    return f'<svg viewBox="0 0 {side} {side}" preserveAspectRatio="none" aria-hidden="true">{cells}</svg>'


def _image(example: Example) -> Image | None:
    value = example.inputs.get("main")
    return value if isinstance(value, Image) else None


def _target(example: Example) -> Target:
    assert example.target is not None
    return example.target


def _text(prediction: Prediction) -> str:
    assert isinstance(prediction, TokensPrediction)
    return " ".join(prediction.tokens)


def _attention(prediction: Prediction) -> Sequence[Sequence[float]]:
    return (prediction.attention or ()) if isinstance(prediction, TokensPrediction) else ()
