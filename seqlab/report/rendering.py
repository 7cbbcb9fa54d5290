"""Templates: the one module that knows jinja2, which is imported when something is rendered."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(template: str, **values: Any) -> str:
    """Fill a template of HTML; every value is escaped unless the template calls it safe."""
    return _environment(autoescape=True).get_template(template).render(**values)


def render_text(template: str, **values: Any) -> str:
    """Fill a template of plain text; nothing is escaped."""
    return _environment(autoescape=False).get_template(template).render(**values)


@cache
def _environment(*, autoescape: bool) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
