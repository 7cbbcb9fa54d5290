"""Every code that the package can give is documented, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_codes_of_pipelines_are_documented() -> None:
    sources = [path for folder in ("seqlab", "plugins") for path in (ROOT / folder).rglob("*.py")]
    given = {code for path in sources for code in re.findall(r'"(SL[123]\d\d)"', path.read_text(encoding="utf-8"))}
    pages = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert given == set(re.findall(r"^\| (SL[123]\d\d) \|", pages, flags=re.MULTILINE))
