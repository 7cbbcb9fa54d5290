"""Spans of tokens with a type, as tags write them: named entities, chunks.

A tag is a prefix, a hyphen and a type (`B-PER`), or it marks that a token is in no span (`O`). The schemes:

- IOB1: every token of a span is `I-`, but the first is `B-` where a span of the same type ends right before it (Ramshaw
  and Marcus 1995).
- BIO, also called IOB2: the first token of a span is `B-`, every other one `I-`.
- BIOES: as BIO, but the last token of a span is `E-`, and a span of one token is `S-`.

A tag without such a prefix is itself the type of its span, which reaches as far as the tag is repeated (IO).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias, get_args

Scheme: TypeAlias = Literal["IOB1", "BIO", "BIOES"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
OUTSIDE = "O"

_PREFIXES = ("B-", "I-", "E-", "S-")
_MAY_START = {"IOB1": "BI", "BIO": "B", "BIOES": "BS"}
_GOES_ON = {"IOB1": "", "BIO": "", "BIOES": "BI"}
"""Prefixes after which the span is not at its end yet."""


class Span(NamedTuple):
    """Some tokens in a row.

    Args:
        start: The first one, from 0.
        end: One past the last.
        type: What they are.
    """

    start: int
    end: int
    type: str


def split_tag(tag: str) -> tuple[str, str]:
    """Prefix and type: `B`, `PER` of `B-PER`; `I` and the tag itself where it has no prefix; `O`, `` outside."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    return (tag[0], tag[2:]) if has_prefix(tag) else ("I", tag)


def has_prefix(tag: str) -> bool:
    """Whether it says where in a span its token stands: `B-PER`, not `O` and not `NOUN`."""
    return tag[:2] in _PREFIXES and len(tag) > 2


def spans(tags: Iterable[str]) -> list[Span]:
    """The spans that tags mark, in their order, read as the script `conlleval` of CoNLL-2000 reads them.

    All schemes are read alike. What breaks its scheme is still read: a span also begins where its type changes or where
    none is open, whatever the prefix, and it ends where another begins or none goes on.
    """
    found: list[Span] = []
    start, before, open_type = 0, OUTSIDE, ""
    place = -1
    for place, tag in enumerate(tags):
        prefix, type_ = split_tag(tag)
        begins = prefix != OUTSIDE and (prefix in "BS" or type_ != open_type or before in "OES")
        if before != OUTSIDE and (begins or prefix == OUTSIDE):
            found.append(Span(start, place, open_type))
        if begins:
            start = place
        before, open_type = prefix, type_
    if before != OUTSIDE:
        found.append(Span(start, place + 1, open_type))
    return found


def span_tags(marked: Iterable[Span], length: int, scheme: Scheme) -> list[str]:
    """The tags that mark spans.

    Args:
        marked: In their order; they do not overlap.
        length: How many tokens there are.
        scheme: How they are written.
    """
    tags = [OUTSIDE] * length
    before: Span | None = None
    for span in marked:
        for place in range(span.start, span.end):
            tags[place] = f"I-{span.type}"
        touches = before is not None and before.end == span.start and before.type == span.type
        if scheme != "IOB1" or touches:
            tags[span.start] = f"B-{span.type}"
        if scheme == "BIOES":
            tags[span.end - 1] = f"{'S' if span.end - span.start == 1 else 'E'}-{span.type}"
        before = span
    return tags


def may_follow(before: str | None, tag: str | None, scheme: Scheme) -> bool:
    """Whether a scheme allows a tag after another one. A tag without a prefix is as good as `O`.

    Args:
        before: None for the beginning of the sentence.
        tag: None for its end.
        scheme: Of the tags.
    """
    (old, old_type), (new, type_) = (
        split_tag(each) if each is not None and has_prefix(each) else (OUTSIDE, "") for each in (before, tag)
    )
    same = old != OUTSIDE and old_type == type_
    if old in _GOES_ON[scheme]:
        return same and new in "IE"
    if new == OUTSIDE or new in _MAY_START[scheme]:
        return scheme != "IOB1" or new != "B" or same
    return same and scheme == "BIO"


def scheme_of(tags: Iterable[str]) -> Scheme | None:
    """The scheme that a set of tags is of; None if it is of none, as parts of speech are.

    BIOES has `E-` or `S-`. BIO has a `B-` for every `I-`, IOB1 lacks some, since it needs them rarely.
    """
    named = [tag for tag in tags if tag != OUTSIDE]
    if not named or not all(map(has_prefix, named)):
        return None
    types: dict[str, set[str]] = {}
    for tag in named:
        types.setdefault(tag[0], set()).add(tag[2:])
    if "E" in types or "S" in types:
        return "BIOES"
    return "BIO" if types.get("I", set()) <= types.get("B", set()) else "IOB1"
