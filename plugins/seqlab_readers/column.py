"""Which part of a word's line is its tag."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from sys import intern

from seqlab import Place, Problem
from seqlab_readers.settings import COLUMNS, ConlluSettings

UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X",
)  # fmt: skip
"""The universal parts of speech: https://universaldependencies.org/u/pos/."""

MOST_NAMES = 1000
"""So many distinct names of attributes are remembered, for suggestions."""


class Column:
    """A whole column: XPOS, LEMMA, DEPREL.

    Args:
        name: As in the pipeline: `xpos`.
        index: Where it stands in the line, from 0.
        default: The tag of a word that has none; None where that is an error.
    """

    def __init__(self, name: str, index: int, default: str | None) -> None:
        self.name = name
        self.index = index
        self.default = default

    def tag(self, columns: Sequence[str]) -> str | None:
        """The tag of a word; None if it has none, or no valid one."""
        value = columns[self.index]
        return intern(value) if value and value != "_" else self.default

    def put(self, columns: list[str], tag: str) -> None:
        """Write a tag into the columns of a word, which has another one."""
        columns[self.index] = tag

    def problem(self, columns: Sequence[str], place: Place) -> Problem:
        """Why a word has no valid tag.

        Args:
            columns: The ten columns of the word, for which `tag` was None.
            place: Where the column stands.
        """
        return Problem(
            "SL423", f"the word '{columns[1]}' has no {self.name}, which is the tag that is to be predicted", place,
            notes=("an unlabelled word cannot be learnt from: label it, choose another 'column', or give 'missing: TAG'",),
        )  # fmt: skip

    def never_seen(self, file: str) -> list[Problem]:
        """What to say at the end of train if no word had an own tag; nothing for a column that all words must have."""
        return []


class AnyTag(Column):
    """No column: words are read for their forms, and whatever is said about them may be missing."""

    def __init__(self) -> None:
        super().__init__("any", COLUMNS["upos"], "_")

    def tag(self, columns: Sequence[str]) -> str:
        """The same for every word."""
        return "_"


class LemmaColumn(Column):
    """LEMMA: the word `_` has the lemma `_`, as have the later pieces of a word that was written apart (`goeswith`)."""

    def tag(self, columns: Sequence[str]) -> str | None:
        """The lemma of a word."""
        is_bare = columns[2] == "_" and (columns[1] == "_" or columns[7] == "goeswith")
        return "_" if is_bare else super().tag(columns)


class UposColumn(Column):
    """UPOS: one of seventeen."""

    def __init__(self, default: str | None) -> None:
        super().__init__("upos", COLUMNS["upos"], default)
        self._known: dict[str, str | None] = {**{name: name for name in UPOS}, "_": default}

    def tag(self, columns: Sequence[str]) -> str | None:
        """The universal part of speech; None for `_` and for what is none."""
        return self._known.get(columns[3])

    def problem(self, columns: Sequence[str], place: Place) -> Problem:
        """No tag, or an unknown one."""
        found = columns[3]
        if found == "_":
            return super().problem(columns, place)
        near = difflib.get_close_matches(found.upper(), UPOS, n=1, cutoff=0.7)
        return Problem(
            "SL424", f"unknown universal part of speech '{found}'", place, hint=f"did you mean '{near[0]}'?" if near else None,
            notes=(f"the seventeen: {' '.join(UPOS)}; a treebank's own tags stand in column 5 (column: xpos)",),
        )  # fmt: skip


class FeatsColumn(Column):
    """FEATS as a whole: `_` is a value like any other."""

    def tag(self, columns: Sequence[str]) -> str | None:
        """All features of a word in one string."""
        value = columns[5]
        return intern(value) if value != "_" else self.default

    def put(self, columns: list[str], tag: str) -> None:
        """Write all features; the tag of words without features is written as none."""
        columns[5] = "_" if tag == self.default else tag


class AttributeColumn(Column):
    """One `Name=Value` of FEATS or MISC.

    Args:
        name: The attribute's name.
        index: 5 for FEATS, 9 for MISC.
        default: The tag of a word without it.
    """

    def __init__(self, name: str, index: int, default: str | None) -> None:
        super().__init__(name, index, default)
        self._prefix = name + "="
        self._seen = False
        self._others: dict[str, None] = {}

    def tag(self, columns: Sequence[str]) -> str | None:
        """The value of the attribute."""
        found = columns[self.index]
        if self._prefix in found:
            for attribute in found.split("|"):
                if attribute.startswith(self._prefix) and len(attribute) > len(self._prefix):
                    self._seen = True
                    return intern(attribute[len(self._prefix) :])
        if not self._seen and found != "_" and len(self._others) < MOST_NAMES:
            self._others.update(dict.fromkeys(attribute.partition("=")[0] for attribute in found.split("|")))
        return self.default

    def put(self, columns: list[str], tag: str) -> None:
        """Write the attribute in its place among the others; the tag of words without it is written as none.

        In FEATS attributes are sorted by name, whatever the case, as UD wants it; in MISC a new one stands last.
        """
        attributes = [] if columns[self.index] in ("_", "") else columns[self.index].split("|")
        place = next((n for n, each in enumerate(attributes) if each.startswith(self._prefix)), len(attributes))
        attributes[place : place + 1] = [] if tag == self.default else [self._prefix + tag]
        if self.index == COLUMNS["feats"]:
            attributes.sort(key=lambda attribute: attribute.partition("=")[0].lower())
        columns[self.index] = "|".join(attributes) or "_"

    def never_seen(self, file: str) -> list[Problem]:
        """A name that no word of train has is misspelt, or the file lacks the annotation."""
        if self._seen:
            return []
        where = "feature" if self.index == COLUMNS["feats"] else "attribute in MISC"
        names = sorted(self._others)
        near = difflib.get_close_matches(self.name, names, n=1)
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        return [
            Problem(
                "SL429", f"no word of this file has the {where} '{self.name}'", Place(file),
                hint=f"did you mean '{near[0]}'?" if near else None,
                notes=(f"the file has: {shown}" if names else "the file has none at all in that column",),
            )
        ]  # fmt: skip


def column_of(settings: ConlluSettings) -> Column:
    """The column that the settings name."""
    name, default = settings.column, settings.default_tag
    match name:
        case "upos":
            return UposColumn(default)
        case "feats":
            return FeatsColumn(name, COLUMNS[name], default)
        case "lemma":
            return LemmaColumn(name, COLUMNS[name], default)
        case "xpos" | "deprel":
            return Column(name, COLUMNS[name], default)
        case _ if name.startswith("misc:"):
            return AttributeColumn(name.removeprefix("misc:"), 9, default)
        case _:
            return AttributeColumn(name, COLUMNS["feats"], default)
