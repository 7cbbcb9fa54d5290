"""Vocabulary: string <-> id, fitted on the train split only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

PADDING = "<pad>"
UNKNOWN = "<unk>"
BEGIN = "<s>"
END = "</s>"
IGNORED = -100
"""The id of a target that is not scored: padding, or a label that train does not have. Torch's `ignore_index`."""


class Vocabulary:
    """Items in a fixed order, with how often each stood in train.

    Args:
        items: Distinct strings; the id of an item is its place. The order is kept.
        counts: How often each item stood in train; specials count 0.
        unknown: Id that an unknown item gets: `IGNORED` where there is no `<unk>`.
        specials: How many items at the front are no items of the data: `<pad>`, `<unk>`, `<s>`, `</s>`.

    Raises:
        ValueError: If items repeat or counts do not match them.
    """

    def __init__(self, items: Sequence[str], counts: Sequence[int], unknown: int = IGNORED, specials: int = 0) -> None:
        self.items: tuple[str, ...] = tuple(items)
        self.counts: tuple[int, ...] = tuple(counts)
        self.unknown = unknown
        self.specials = specials
        self._ids = {item: id_ for id_, item in enumerate(self.items)}
        if len(self._ids) != len(self.items):
            raise ValueError("the items of a vocabulary must be distinct")
        if len(self.counts) != len(self.items):
            raise ValueError(f"{len(self.items)} items, but {len(self.counts)} counts")

    @classmethod
    def of_inputs(cls, counts: Mapping[str, int]) -> Vocabulary:
        """What may be read: `<pad>` 0, `<unk>` 1, then items by falling count (ties by code point)."""
        items = _by_count({item: n for item, n in counts.items() if item not in (PADDING, UNKNOWN)})
        own = [counts[item] for item in items]
        return cls([PADDING, UNKNOWN, *items], [0, counts.get(UNKNOWN, 0), *own], unknown=1, specials=2)

    @classmethod
    def of_read_again(cls, outputs: Vocabulary) -> Vocabulary:
        """What may be read where everything that is predicted is read next: `<pad>`, `<unk>`, then the outputs.

        The outputs stand last and in their order, so that a table of vectors ends with theirs and can be shared.
        """
        symbols = [symbol for symbol in (PADDING, UNKNOWN) if symbol not in outputs]
        items = [*symbols, *outputs.items]
        counts = [*[0] * len(symbols), *outputs.counts]
        return cls(items, counts, items.index(UNKNOWN), len(symbols) + outputs.specials)

    @classmethod
    def of_outputs(cls, counts: Mapping[str, int], specials: Sequence[str] = ()) -> Vocabulary:
        """What can be predicted, and nothing else: the declared specials, then items by falling count."""
        items = _by_count({item: n for item, n in counts.items() if item not in specials})
        every = [*specials, *items]
        unknown = every.index(UNKNOWN) if UNKNOWN in every else IGNORED
        return cls(every, [counts.get(item, 0) for item in every], unknown, len(specials))

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, item: object) -> bool:
        return item in self._ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and (self.items, self.counts) == (other.items, other.counts)

    def __hash__(self) -> int:
        return hash(self.items)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} items)"

    def id(self, item: str) -> int:
        """Id of an item; that of `<unk>`, or `IGNORED`, if it is unknown."""
        return self._ids.get(item, self.unknown)

    def ids(self, items: Iterable[str]) -> list[int]:
        """Ids of items, in their order."""
        get, unknown = self._ids.get, self.unknown
        return [get(item, unknown) for item in items]

    def item(self, id_: int) -> str:
        """The item of an id.

        Raises:
            IndexError: If there is no such id.
        """
        if id_ < 0:
            raise IndexError(f"no item has the id {id_}")
        return self.items[id_]

    def count(self, item: str) -> int:
        """How often an item stood in train; 0 if it did not."""
        id_ = self._ids.get(item)
        return 0 if id_ is None else self.counts[id_]

    def restricted(self, min_count: int = 1, max_size: int | None = None) -> Vocabulary:
        """The same without the items that stood in train fewer than `min_count` times.

        Args:
            min_count: Smallest count that is kept. Specials always are.
            max_size: Most items besides the specials, the most frequent first; None for no limit.
        """
        keep = [i for i, n in enumerate(self.counts) if n >= min_count or i < self.specials]
        if max_size is not None:
            keep = keep[: max_size + self.specials]
        counts = [self.counts[i] for i in keep]
        if self.unknown >= 0:
            counts[self.unknown] += sum(self.counts) - sum(counts)  # what is left out is read as <unk>
        return Vocabulary([self.items[i] for i in keep], counts, self.unknown, self.specials)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        record = {"unknown": self.unknown, "specials": self.specials, "items": self.items, "counts": self.counts}
        path.write_text(json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read what `save` wrote."""
        record = json.loads(path.read_text(encoding="utf-8"))
        return cls(record["items"], record["counts"], record["unknown"], record["specials"])


def _by_count(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda item: (-counts[item], item))
