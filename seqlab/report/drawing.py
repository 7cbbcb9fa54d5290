"""Figures as SVG inside the page: the one module that knows matplotlib, which is imported when something is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, LINE, ACCENT, BAD, PAPER = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
"""What to draw with. In the page they become the style sheet's colours, so that light and dark both work."""

_VARIABLES = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    BAD: "var(--bad)",
    PAPER: "var(--paper)",
}

_PRINTED = {INK: "#1c2024", QUIET: "#5b6570", LINE: "#d9dee3", ACCENT: "#1f5fbf", BAD: "#a82a1e", PAPER: "#ffffff"}
"""The same colours in a picture of its own: those of the style sheet in daylight."""

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "seqlab",
    "text.parse_math": False,
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": LINE,
    "grid.linewidth": 1,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "ytick.left": False,
    "lines.solid_joinstyle": "round",
}

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_CLASS = "class:"
_WITHOUT = ("metadata", "style", "title", "clipPath")


def draw(
    name: str, description: str, paint: Callable[[Axes], None], width: int, height: int, margins: tuple[int, ...]
) -> str:
    """An SVG element that can stand in a page: the same input gives the same text.

    Args:
        name: Prefix of its ids, unique in the page.
        description: The figure in words, for those who do not see it.
        paint: Draws on the axes; nothing is clipped.
        width: In units of the drawing, at which text has size 12.
        height: Likewise.
        margins: Room for labels on the left, right, top and bottom.
    """
    return _inline(ElementTree.fromstring(_painted(paint, width, height, margins)), name, description)


def picture(paint: Callable[[Axes], None], width: int, height: int, margins: tuple[int, ...]) -> str:
    """A drawing as an SVG file of its own; see `draw`."""
    svg = _painted(paint, width, height, margins).decode()
    for colour, printed in _PRINTED.items():
        svg = svg.replace(colour, printed)
    return svg


def _painted(paint: Callable[[Axes], None], width: int, height: int, margins: tuple[int, ...]) -> bytes:
    """What matplotlib writes."""
    import matplotlib
    from matplotlib.figure import Figure

    left, right, top, bottom = margins
    written = BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a user's own style has no say here
        settings: Any = matplotlib.rcParams
        settings.update(_STYLE)
        figure = Figure(figsize=(width / 72, height / 72), facecolor="none")
        axes = figure.add_axes(
            (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height), facecolor="none"
        )
        paint(axes)
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()


def _inline(root: ElementTree.Element, name: str, description: str) -> str:
    """The drawing without what only a file of its own needs: metadata, style, sizes, namespaces, most ids."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.removeprefix(_SVG) in _WITHOUT:
                parent.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            if not len(child) and child.tag.removeprefix(_SVG) in ("g", "defs"):
                parent.remove(child)
    used = {element.get(f"{_XLINK}href", "").removeprefix("#") for element in root.iter()}
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = dict(_attributes(element.attrib, name, used))
        element.tail = None
        element.text = (element.text or "").strip() or None
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-label": description}
    return ElementTree.tostring(root, encoding="unicode")


def _attributes(attributes: dict[str, str], name: str, used: set[str]) -> list[tuple[str, str]]:
    found = []
    for key, value in attributes.items():
        if key == "id":
            if value.startswith(_CLASS):
                found.append(("class", value.removeprefix(_CLASS)))
            elif value in used:
                found.append(("id", f"{name}-{value}"))
        elif key == "clip-path":
            continue
        elif key == f"{_XLINK}href":
            found.append(("href", f"#{name}-{value.removeprefix('#')}"))
        else:
            found.append((key.rpartition("}")[2], _restyled(value)))
    return found


def _restyled(style: str) -> str:
    """Colours as variables of the page, and its font in place of matplotlib's."""
    style = re.sub(r"font: (?:\w+ )*([\d.]+px)[^;]*", r"font-size: \1", style)
    style = re.sub(r"font-family: [^;]*;? ?", "", style)
    for colour, variable in _VARIABLES.items():
        style = style.replace(colour, variable)
    return style


def named(name: str) -> str:
    """The `gid` of an artist that gets a class in the page."""
    return _CLASS + name
