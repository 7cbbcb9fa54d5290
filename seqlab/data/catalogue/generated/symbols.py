"""Sample `symbols`: the smallest task for an encoder and a decoder."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab.data.catalogue.generated.draw import Draw

EDITION = 1
SYMBOLS = "abcdefghij"
SIZES = {"train": 8000, "dev": 500, "test": 500}
SHORTEST, LONGEST = 3, 8


def texts() -> Mapping[str, str]:
    """Lines `reverse a b c`, a tab, `c b a`; or `copy a b c`, a tab, `a b c`. No line stands twice, in whichever split."""
    draw, seen = Draw("symbols"), set[str]()
    return {split: "".join(_line(draw, seen) for _ in range(size)) for split, size in SIZES.items()}


def _line(draw: Draw, seen: set[str]) -> str:
    while True:
        order = draw.one(("copy", "reverse"))
        symbols = [draw.one(SYMBOLS) for _ in range(draw.between(SHORTEST, LONGEST))]
        target = symbols if order == "copy" else symbols[::-1]
        line = f"{order} {' '.join(symbols)}\t{' '.join(target)}\n"
        if line not in seen:
            seen.add(line)
            return line
