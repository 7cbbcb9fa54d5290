"""Sample `stories`: where somebody is, asked in the middle of a story. In the manner of bAbI's first task, in other words."""

from __future__ import annotations

from collections.abc import Mapping

from seqlab.data.catalogue.generated.draw import Draw

EDITION = 1
SIZES = {"train": 200, "dev": 40, "test": 100}
"""Stories."""
QUESTIONS = 5
"""Of each story, one after every second sentence."""

PEOPLE = ("Ada", "Bruno", "Chiara", "Dmitri", "Elif")
PLACES = ("attic", "cellar", "library", "workshop", "greenhouse", "balcony", "stable")
MOVES = ("walked to", "ran to", "returned to", "sneaked into")


def texts() -> Mapping[str, str]:
    """Stories of ten sentences, whose lines are numbered; questions have their answer and the line that tells it."""
    draw = Draw("stories")
    return {split: "".join(_story(draw) for _ in range(size)) for split, size in SIZES.items()}


def _story(draw: Draw) -> str:
    lines: list[str] = []
    told: dict[str, tuple[str, int]] = {}
    for _ in range(QUESTIONS):
        for _ in range(2):
            person, place = draw.one(PEOPLE), draw.one(PLACES)
            lines.append(f"{person} {draw.one(MOVES)} the {place}.")
            told[person] = place, len(lines)
        asked = draw.one(sorted(told))
        answer, line = told[asked]
        lines.append(f"Where is {asked}?\t{answer}\t{line}")
    return "".join(f"{number} {line}\n" for number, line in enumerate(lines, 1))
