"""Corpus: the examples of a language model as numbers, in files that the memory only looks into."""

from __future__ import annotations

import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import accumulate, chain
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, overload

from seqlab.errors import DataError, Problem
from seqlab.interfaces.records import Example, Tokens
from seqlab.interfaces.vocabulary import END, UNKNOWN, Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

IN_MEMORY = 64 << 20
"""Bytes of numbers; more of them are kept in a temporary file that has no name and ends with the process."""

AT_ONCE = 1 << 16
"""Tokens that are turned into numbers together."""

BLOCK = 1 << 22
"""Numbers that are looked at in one piece, so that memory does not grow with the corpus."""


class Corpus(Sequence[Example]):
    """Examples whose only input is tokens and whose target is the next one, as one line of numbers.

    It is built in one pass over a reader's examples and never holds more of them than one. An example is made again when
    it is asked for, so that a corpus is a sequence of examples as any other; what reads all of it looks at the numbers.

    A part of it (`corpus[3:9]`, `corpus.piece(0, 1000)`) shares them.

    Attributes:
        types: The distinct tokens in the order in which they were met. The first is what is read before all others: `</s>`
            where every example ends with it, else `<unk>`.
        ends: Whether every example ends with `</s>`, which is predicted as any other token.
    """

    def __init__(
        self,
        types: Sequence[str],
        numbers: NDArray[np.integer[Any]],
        bounds: NDArray[np.integer[Any]],
        lines: NDArray[np.integer[Any]],
        files: Sequence[tuple[int, str]],
        ends: bool,
        first: int = 0,
    ) -> None:
        self.types = tuple(types)
        self.ends = ends
        self._numbers = numbers  # (all tokens,), shared by all parts
        self._bounds = bounds  # (S + 1,), where in `numbers` each example begins, and where the last one ends
        self._lines = lines  # (S,)
        self._files = tuple(files)  # the first example of each file, and its name
        self._first = first  # the number of the first example, counted from 0 over the whole

    @classmethod
    def of(cls, examples: Iterable[Example], ends: bool) -> Corpus:
        """Read examples in one pass; what is a corpus already is given back.

        Args:
            examples: With `Tokens` as the input `main`.
            ends: Whether `</s>` is added to each.

        Raises:
            DataError: SL446 if the disk for temporary files is full.
        """
        if isinstance(examples, Corpus):
            return examples
        with _Writing(ends) as writing:
            for example in examples:
                writing.add(example)
            mapped = writing.mapped()  # it turns the last tokens into numbers
            return cls(list(writing.numbers), *mapped, writing.files, ends)

    # ------------------------------------------------------------------------------------------ as examples

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, place: int) -> Example: ...

    @overload
    def __getitem__(self, place: slice) -> Corpus: ...

    def __getitem__(self, place: int | slice) -> Example | Corpus:
        """An example, or a part whose examples are next to each other."""
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                raise ValueError("a part of a corpus is examples next to each other")
            stop = max(start, stop)
            return Corpus(self.types, self._numbers, self._bounds[start : stop + 1], self._lines[start:stop],
                          self._files, self.ends, self._first + start)  # fmt: skip
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"the corpus has {len(self)} examples")
        row = self._numbers[self._bounds[place] : self._bounds[place + 1] - self.ends]
        tokens = Tokens(tuple([self.types[number] for number in row.tolist()]))
        number = self._first + place
        name = self._files[bisect_right(self._files, number, key=lambda file: file[0]) - 1][1]
        line = int(self._lines[place])
        return Example(str(number + 1), f"{name}:{line}" if line else name, {"main": tokens}, tokens)

    def __iter__(self) -> Iterator[Example]:
        return (self[place] for place in range(len(self)))

    # ------------------------------------------------------------------------------------------- as numbers

    @property
    def size(self) -> int:
        """How many tokens are predicted, every `</s>` among them."""
        return int(self._bounds[-1] - self._bounds[0])

    @property
    def starts(self) -> NDArray[np.int64]:
        """`(S + 1,)`: where each example begins among the tokens of this part, and where the last one ends."""
        import numpy as np

        return np.asarray(self._bounds, dtype=np.int64) - int(self._bounds[0])

    def lookup(self, vocabulary: Vocabulary) -> NDArray[np.int64]:
        """The id of each type, `IGNORED` for those that the vocabulary cannot tell: `lookup[targets(...)]` are ids."""
        import numpy as np

        return np.array(vocabulary.ids(self.types), dtype=np.int64)

    def targets(self, start: int, stop: int) -> NDArray[np.integer[Any]]:
        """Which types stand at some positions of this part, as numbers: `types[number]`."""
        first = int(self._bounds[0])
        return self._numbers[first + start : first + max(start, min(stop, self.size))]

    def inputs(self, start: int, stop: int) -> NDArray[np.integer[Any]]:
        """Which types are read to predict those: each the one before, the first of all `types[0]`."""
        import numpy as np

        stop = min(stop, self.size)
        if start or not stop:
            return self.targets(start - 1, stop - 1) if start < stop else self.targets(0, 0)
        return np.concatenate([np.zeros(1, self._numbers.dtype), self.targets(0, stop - 1)])

    def blocks(self) -> Iterator[NDArray[np.integer[Any]]]:
        """All targets, in pieces that fit into memory."""
        for start in range(0, self.size, BLOCK):
            yield self.targets(start, start + BLOCK)

    def counts(self) -> NDArray[np.int64]:
        """How often each type is predicted."""
        import numpy as np

        total = np.zeros(len(self.types), np.int64)
        for block in self.blocks():
            total += np.bincount(block, minlength=len(self.types))
        return total

    def piece(self, start: int, stop: int) -> Corpus:
        """The part from one token to another; an example that is cut stands in both parts."""
        import numpy as np

        first = int(self._bounds[0])
        begin, end = first + start, first + stop
        left = max(0, int(np.searchsorted(self._bounds, begin, side="right")) - 1)
        right = max(left, int(np.searchsorted(self._bounds, end, side="left")))
        bounds = np.array(self._bounds[left : right + 1])
        bounds[0], bounds[-1] = begin, end
        return Corpus(self.types, self._numbers, bounds, self._lines[left:right], self._files, self.ends,
                      self._first + left)  # fmt: skip


class _Numbers(dict[str, int]):
    """A number for each distinct token, given when it is first met."""

    def __missing__(self, token: str) -> int:
        self[token] = number = len(self)
        return number


class _Writing:
    """A corpus while it is read. Some thousand tokens are turned into numbers at a time, which takes a quarter of the time."""

    def __init__(self, ends: bool) -> None:
        self.numbers = _Numbers({END if ends else UNKNOWN: 0})
        self.files: list[tuple[int, str]] = []
        self._end = (END,) * ends
        self._files = ExitStack()  # what is mapped stays when they are closed
        self._tokens, self._bounds, self._lines = (
            self._files.enter_context(TemporaryFile())  # noqa: SIM115 (the stack closes it)
            for _ in range(3)
        )
        self._pending: list[tuple[str, ...]] = []  # the items of the examples that are not written yet
        self._pending_lines: list[int] = []
        self._waiting = self._written = self._examples = 0

    def __enter__(self) -> _Writing:
        _write(self._bounds, array("q", [0]))
        return self

    def __exit__(self, *error: object) -> None:
        self._files.close()

    def add(self, example: Example) -> None:
        items = example.inputs["main"]
        assert isinstance(items, Tokens)
        name, _, line = example.place.rpartition(":")
        if not (name and line.isdigit()):
            name, line = example.place, "0"
        if not self.files or self.files[-1][1] != name:
            self.files.append((self._examples, name))
        self._examples += 1
        self._pending.append(items.items + self._end)
        self._pending_lines.append(int(line))
        self._waiting += len(items.items) + 1
        if self._waiting > AT_ONCE:
            self._flush()

    def mapped(self) -> tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], NDArray[np.integer[Any]]]:
        """Numbers, bounds and lines."""
        self._flush()
        return _mapped(self._tokens, "i"), _mapped(self._bounds, "q"), _mapped(self._lines, "q")

    def _flush(self) -> None:
        import numpy as np

        bounds = list(accumulate(map(len, self._pending), initial=self._written))
        tokens = map(self.numbers.__getitem__, chain.from_iterable(self._pending))
        _write(self._tokens, np.fromiter(tokens, np.int32, bounds[-1] - self._written))
        _write(self._bounds, array("q", bounds[1:]))
        _write(self._lines, array("q", self._pending_lines))
        self._written = bounds[-1]
        self._pending, self._pending_lines, self._waiting = [], [], 0


def _write(file: IO[bytes], numbers: array[int] | NDArray[np.int32]) -> None:
    try:
        file.write(numbers.tobytes())
    except OSError as error:
        raise _full(error) from error


def _mapped(file: IO[bytes], code: str) -> NDArray[np.integer[Any]]:
    """What was written: in memory if it is little, else as a view of the file, which stays as long as the view."""
    import numpy as np

    try:
        size = file.tell()
        file.flush()
    except OSError as error:
        raise _full(error) from error
    file.seek(0)
    return np.frombuffer(file.read(), dtype=code) if size <= IN_MEMORY else np.memmap(file, dtype=code, mode="r")


def _full(error: OSError) -> DataError:
    return DataError(
        Problem("SL446", f"the numbers of the corpus cannot be kept in {tempfile.gettempdir()}: {error.strerror}",
                notes=("free some space there, or set TMPDIR to a folder with more of it",))
    )  # fmt: skip
