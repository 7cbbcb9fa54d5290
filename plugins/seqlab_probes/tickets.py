"""Reader `tickets`: sentences whose end hangs on a word near their beginning."""

from __future__ import annotations

from seqlab import Labels
from seqlab_probes.probe import Draw, Probe
from seqlab_probes.settings import TicketsSettings

THINGS = ("tickets", "maps", "letters", "photos")
"""In each sentence all of them, once, each after another word: so words and pairs of words are alike for all labels."""

WORDS = (
    "and", "then", "she", "said", "that", "it", "was", "late", "so", "they", "went",
    "home", "by", "train", "with", "a", "friend", "who", "told", "them", "about", "his",
    "old", "house", "near", "the", "sea", "where", "nobody", "had", "been", "for", "years",
)  # fmt: skip


class Tickets(Probe):
    """Grows `so tickets the maps was photos by letters ...`, whose label is `tickets`."""

    config: TicketsSettings

    def grow(self, draw: Draw) -> tuple[tuple[str, ...], Labels]:
        """A list of the four things in random order, then the fillers."""
        left = list(THINGS)
        things = [left.pop(draw(len(left))) for _ in THINGS]
        listed = [word for thing in things for word in (WORDS[draw(len(WORDS))], thing)]
        fillers = [WORDS[draw(len(WORDS))] for _ in range(self.config.fillers)]
        return (*listed, *fillers), Labels((things[0],))
