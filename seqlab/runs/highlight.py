"""Predicted tags as a page of HTML, drawn by displaCy: entities, or the tag of every word.

The only module that knows displaCy; it is imported when the first sentence is drawn.
"""

from __future__ import annotations

from html import escape
from typing import Any

from seqlab.interfaces.records import Example, Prediction, TagsPrediction, Tokens
from seqlab.interfaces.spans import OUTSIDE, Span, has_prefix, spans

_GOLDEN_ANGLE = 137.5
"""Degrees between the hues of two tags: however many there are, no two are near each other before all are used."""


class Highlighter:
    """Draws one sentence after the other, so that a page may be of any length.

    Args:
        title: Of the page.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._hues: dict[str, float] = {}

    def begin(self) -> str:
        """What stands before the first sentence."""
        return (
            '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title></head>\n"
            '<body style="font: 16px sans-serif; color: #111; background: #fff; max-width: 60rem; margin: 2rem auto">\n'
        )

    def end(self) -> str:
        """What stands behind the last one."""
        return "</body>\n</html>\n"

    def sentence(self, example: Example, prediction: Prediction) -> str:
        """The text with a mark around every span, or around every word if its tags mark no spans.

        Args:
            example: Tokens, with the text that they were cut from where there is one.
            prediction: Their tags.
        """
        main = example.inputs["main"]
        assert isinstance(prediction, TagsPrediction)
        assert isinstance(main, Tokens)
        from spacy import displacy

        text, starts = _text(main)
        drawn = []
        for start, end, type_ in _marked(prediction.tags):
            last = starts[end - 1] + len(main.items[end - 1])
            mark = {"start": starts[start], "end": last, "label": escape(type_), "params": {"bg": self._colour(type_)}}
            drawn.append(mark)
        given: dict[str, Any] = {"text": text, "ents": drawn}
        return str(displacy.render(given, style="ent", manual=True, jupyter=False)) + "\n"

    def _colour(self, type_: str) -> str:
        hue = self._hues.setdefault(type_, len(self._hues) * _GOLDEN_ANGLE % 360)
        return f"hsl({hue:g}, 75%, 85%)"


def _text(tokens: Tokens) -> tuple[str, tuple[int, ...]]:
    """The text of tokens and where each begins in it."""
    if tokens.text is not None and tokens.starts:
        return tokens.text, tokens.starts
    starts = [0]
    for item in tokens.items:
        starts.append(starts[-1] + len(item) + 1)
    return " ".join(tokens.items), tuple(starts[:-1])


def _marked(tags: tuple[str, ...]) -> list[Span]:
    """The spans; each word by itself where a tag is no part of one."""
    if all(tag == OUTSIDE or has_prefix(tag) for tag in tags):
        return spans(tags)
    return [Span(place, place + 1, tag) for place, tag in enumerate(tags)]
