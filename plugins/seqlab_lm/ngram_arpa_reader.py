"""Reading ARPA files, and saying what is wrong with them."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from seqlab import IGNORED, DataError, Place, Problem, suggestion, text_lines
from seqlab_lm.ngram_arpa_words import BEGIN, END, unescaped
from seqlab_lm.ngram_back_off import BackOff, Floats
from seqlab_lm.ngram_sorting import Keys, sort_with_places
from seqlab_lm.ngram_trie import Ids, Trie

_COUNT = re.compile(r"ngram\s+(\d+)\s*=\s*(\d+)")
_BLANKS = re.compile("[ \\t]+")
_DAMAGED = "it was probably cut or altered while it was downloaded or copied; get it again"


def read_arpa(path: Path) -> tuple[BackOff, tuple[str, ...]]:
    """Read a model.

    Where the file has both `<s>` and `</s>`, sequences begin with `</s>` as their context, as everywhere in seqlab, and `<s>`
    is no item: what follows `<s>` in the file follows `</s>` in the model.

    Args:
        path: Unpacked on the way if it ends in `.gz`.

    Returns:
        The model, and the V strings of its ids: the words of the file in its order.

    Raises:
        DataError: SL450 if a line is not what it should be, SL451 if the file has another number of n-grams than it says or
            ends too early, SL452 if an n-gram holds a word that is not among the 1-grams, begins with an n-gram that the file
            does not have, or stands twice; and what `text_lines` raises.
    """
    lines = _Lines(path)
    said = _header(lines)
    numbers = _Numbers()
    section = _section(lines, 1, said[0], numbers, numbers)
    words, log_probs, weights = list(numbers), section.log_probs, section.log_weights
    if len(words) < len(log_probs):
        twice = np.argmax(section.words[:, 0] != np.arange(len(log_probs)))
        word = section.words[twice, 0]
        raise _stands_twice(lines, f"'{words[word]}'", section.lines[word], section.lines[twice])
    begin = IGNORED
    if BEGIN in numbers and END in numbers:
        weights[numbers[END]] = weights[numbers[BEGIN]]
        log_probs, weights = (np.delete(values, numbers[BEGIN]) for values in (log_probs, weights))
        words.remove(BEGIN)
        begin = words.index(END)
    later = {word: number for number, word in enumerate(words)}
    first = {BEGIN if number == begin else word: number for word, number in later.items()}
    trie, all_log_probs, all_weights = Trie(len(words), ()), [log_probs], [weights]
    for length in range(2, len(said) + 1):
        section = _section(lines, length, said[length - 1], first, later)
        keys, places = _sorted(lines, section, trie)
        trie = Trie(trie.size, (*trie.keys, keys))
        all_log_probs.append(section.log_probs[places])
        all_weights.append(section.log_weights[places])
    _expect(lines, "\\end\\")
    return BackOff(trie, all_log_probs, all_weights[:-1], begin), tuple(map(unescaped, words))


class _Lines:
    """The lines of a file that are not empty, and where one is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.mark = ""  # the last line that began with a backslash
        self.rest = self._read()

    def _read(self) -> Iterator[str]:
        for self.number, line in enumerate(text_lines(self.path), 1):  # noqa: B020
            if stripped := line.strip(" \t"):
                yield stripped

    def error(self, code: str, message: str, note: str, line: int | None = None, hint: str | None = None) -> DataError:
        return DataError(Problem(code, message, Place(str(self.path), line and int(line)), hint, (note,)))


class _Section(NamedTuple):
    """The n-grams of one length in the order of the file: words `(M, length)`; the rest `(M,)`."""

    words: Ids
    log_probs: Floats
    log_weights: Floats
    lines: Ids


class _Numbers(dict[str, int]):
    """A number for each word, given when it is first met."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def _header(lines: _Lines) -> list[int]:
    r"""How many n-grams of each length the file says that it has; read to the first section."""
    if not any(line == "\\data\\" for line in lines.rest):
        raise lines.error(
            "SL450", "there is no line '\\data\\'", "ARPA files have one before the counts; is it another file?"
        )
    said: list[int] = []
    for line in lines.rest:
        if line.startswith("\\"):
            lines.mark = line
            break
        found = _COUNT.fullmatch(line)
        if found is None or int(found[1]) != len(said) + 1:
            raise lines.error("SL450", f"expected 'ngram {len(said) + 1}=' and a number, found '{line[:40]}'", _DAMAGED,
                              lines.number)  # fmt: skip
        said.append(int(found[2]))
    if not said or not said[0]:
        raise lines.error("SL450", "the file does not say how many 1-grams it has", _DAMAGED, lines.number)
    return said


def _expect(lines: _Lines, mark: str) -> None:
    if not lines.mark:
        raise lines.error("SL451", f"the file ends without '{mark}'", _DAMAGED)
    if lines.mark != mark:
        raise lines.error("SL450", f"expected '{mark}', found '{lines.mark}'", _DAMAGED, lines.number)


def _section(lines: _Lines, length: int, said: int, first: Mapping[str, int], later: Mapping[str, int]) -> _Section:
    """Read to the end of a section.

    Args:
        lines: At the section's name.
        length: Words of its n-grams.
        said: How many there should be.
        first: Numbers of the words that may begin an n-gram.
        later: Numbers of those that may stand further on, or alone.
    """
    _expect(lines, f"\\{length}-grams:")
    words: list[int] = []  # of the numbers in the dictionaries: no memory but the list's own
    log_probs, weights, numbers = array("d"), array("d"), array("q")
    numbered = later.__getitem__
    lines.mark = ""
    for line in lines.rest:
        if line.startswith("\\"):
            lines.mark = line
            break
        fields = line.split() if line.isascii() else _BLANKS.split(line)  # other blanks may be parts of words
        surplus = len(fields) - length
        try:
            log_prob, weight = float(fields[0]), float(fields[-1]) if surplus == 2 else 0.0
        except ValueError:
            log_prob = weight = math.nan
        if surplus not in (1, 2) or not (-math.inf < log_prob < 1e-6 and -math.inf < weight < math.inf):
            raise _no_ngram(lines, line, length)
        try:
            words.append(first[fields[1]])
            words += map(numbered, fields[2 : length + 1])
        except KeyError as error:
            raise _no_word(lines, error.args[0], first, later) from None
        log_probs.append(log_prob)
        weights.append(weight)
        numbers.append(lines.number)
    if len(numbers) != said:
        raise lines.error(
            "SL451", f"the file says that it has {said:,} {length}-grams, but it has {len(numbers):,}", _DAMAGED
        )
    nats = math.log(10)
    return _Section(
        np.array(words, np.int64).reshape(-1, length),
        np.array(log_probs) * nats,
        np.array(weights) * nats,
        np.array(numbers, np.int64),
    )


def _sorted(lines: _Lines, section: _Section, trie: Trie) -> tuple[Keys, Ids]:
    """The keys of a section's n-grams, sorted, and where each stood; the trie has those that are shorter."""
    ids, length = section.words[:, 0], section.words.shape[1]
    for place in range(1, length):
        known = ids >= 0
        if not known.all():
            bad = int(np.argmin(known))
            raise lines.error("SL452", f"the {length}-gram begins with {place} words that are not among the {place}-grams",
                              "every n-gram goes on from one that is a word shorter; " + _DAMAGED, section.lines[bad])  # fmt: skip
        if place < length - 1:
            ids = trie.find(place + 1, ids, section.words[:, place])
    keys, places = sort_with_places(ids * trie.size + section.words[:, -1])
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    if len(twice):
        one, other = section.lines[places[twice[0]]], section.lines[places[twice[0] + 1]]
        raise _stands_twice(lines, f"the {length}-gram", one, other)
    return keys, places


def _stands_twice(lines: _Lines, what: str, one: int, other: int) -> DataError:
    return lines.error("SL452", f"{what} stands twice, first on line {one}", _DAMAGED, other)


def _no_ngram(lines: _Lines, line: str, length: int) -> DataError:
    words = "a word" if length == 1 else f"{length} words"
    return lines.error("SL450", f"a {length}-gram is expected, found '{line[:60]}'",
                       f"that is a logarithm of at most 0, {words}, and perhaps the logarithm of a weight", lines.number)  # fmt: skip


def _no_word(lines: _Lines, word: str, first: Mapping[str, int], later: Mapping[str, int]) -> DataError:
    if word in first or word in later:
        where = "begin with" if word in later else "go on with"
        return lines.error("SL452", f"an n-gram cannot {where} '{word}'",
                           "<s> stands before the first word of a sentence, </s> after the last", lines.number)  # fmt: skip
    return lines.error("SL452", f"'{word}' is not among the 1-grams", _DAMAGED, lines.number, suggestion(word, later))
