"""Settings of the readers. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from typing_extensions import Doc

from seqlab import ReaderSettings

COLUMNS = {"lemma": 2, "upos": 3, "xpos": 4, "feats": 5, "deprel": 7}
"""Columns that can be the tag by their own name, and where they stand in a line."""

Unit = Literal["character", "word"]
"""What a token of plain text is: a character, or what stands between white space."""

Images = Annotated[
    str | None,
    Doc(
        "zip or folder of the images, seen from the file; {split} stands for train, dev or test; null: NAME.images.zip, "
        "images.zip or images beside it"
    ),
]
"""Where the images are that a file names."""

_FEATURE = re.compile(r"[A-Z0-9][A-Za-z0-9]*(\[[A-Za-z0-9]+\])?")
_MISC = re.compile(r"misc:[^\s=|]+")


@dataclass(frozen=True)
class ConlluSettings(ReaderSettings):
    """Words with one tag each, from a treebank in CoNLL-U (Universal Dependencies).

    Syntactic words are the tokens: multiword-token ranges (`8-9`) and empty nodes (`5.1`) are skipped. Any column
    that says something about a word can be its tag: `column: upos`, `column: Number` (a feature, `_` where a word
    has none), `column: misc:Entity` with `missing: O` (an attribute of MISC).
    """

    column: Annotated[
        str,
        Doc("the tag: upos, xpos, lemma, deprel, feats (all features), a feature by its name (Number), or misc:KEY"),
    ] = "upos"
    missing: Annotated[
        str | None,
        Doc("the tag of a word that has none; none: '_' for features and misc, else such a word is an error"),
    ] = None

    def __post_init__(self) -> None:
        is_feature = _FEATURE.fullmatch(self.column) and self.column.lower() not in COLUMNS
        if self.column in COLUMNS or is_feature or _MISC.fullmatch(self.column):
            if self.missing is not None and (not self.missing or self.missing.strip() != self.missing):
                raise ValueError(f"missing: a tag must not be empty or padded with spaces, got {self.missing!r}")
            return
        near = difflib.get_close_matches(self.column.lower(), COLUMNS, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise ValueError(
            f"unknown column '{self.column}'; {hint}known: {', '.join(COLUMNS)}, a feature such as Number, misc:KEY"
        )

    @property
    def target(self) -> Literal["tags"]:
        """A tag for each word."""
        return "tags"

    @property
    def default_tag(self) -> str | None:
        """The tag of a word that has none in the column; None where that is an error."""
        if self.missing is not None:
            return self.missing
        return None if self.column in COLUMNS and self.column != "feats" else "_"


@dataclass(frozen=True)
class TextSettings(ReaderSettings):
    r"""Running text, for language models: each line is an example, and its end is its last token, `\n`.

    Nothing is left out: the characters of all lines, joined, are the text. As words it is what stands between white
    space, and the line ends. CR LF is read as `\n`.
    """

    unit: Annotated[Unit, Doc("what a token is; words are what stands between white space")] = "character"
    lowercase: Annotated[bool, Doc("read the text in lower case")] = False


@dataclass(frozen=True)
class LinesSettings(ReaderSettings):
    """One sentence a line, for language models; the end of the line is no token.

    White space around words does not count. Where a token is a character, every character of the line is one.
    """

    unit: Annotated[Unit, Doc("what a token is; words are what stands between white space")] = "word"
    lowercase: Annotated[bool, Doc("read the text in lower case")] = False
    blank_lines: Annotated[
        Literal["skip", "keep"],
        Doc("pass over lines of white space only, or keep them as sentences without a token (WikiText counts them)"),
    ] = "skip"


@dataclass(frozen=True)
class SpacySettings:
    """Cuts text as `spacy.blank(language)` does: by rules, without a trained model."""

    language: Annotated[str, Doc("code of a language that spaCy knows: en, de, fr, ...; xx for none in particular")] = (
        "en"
    )
