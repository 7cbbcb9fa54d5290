"""Sample `number-words`: a translation that is either right or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seqlab.data.catalogue.generated.draw import Draw

EDITION = 1
SIZES = {"train": 8000, "dev": 500, "test": 250}
LENGTHS = (1, 2, 3, 4, 6)
"""Digits of the numbers that are learnt."""
HELD_OUT, HELD_OUT_SIZE = 5, 250
"""Digits of numbers that stand in test only, and how many of them."""

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def texts() -> Mapping[str, str]:
    """Lines `forty two`, a tab, `4 2`. No number stands twice; those of five digits only in test, after the others."""
    draw, seen = Draw("number-words"), set[int]()
    lines = {split: [_line(_number(draw, LENGTHS, seen)) for _ in range(size)] for split, size in SIZES.items()}
    lines["test"] += [_line(_number(draw, (HELD_OUT,), seen)) for _ in range(HELD_OUT_SIZE)]
    return {split: "".join(each) for split, each in lines.items()}


def in_words(number: int) -> str:
    """A number from 0 to 999,999: `three thousand forty two`."""
    if number < 20:
        return ONES[number]
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {in_words(number % size)}" if number % size else ""
            return f"{in_words(number // size)} {name}{rest}"
    rest = f" {ONES[number % 10]}" if number % 10 else ""
    return TENS[number // 10 - 2] + rest


def _number(draw: Draw, lengths: Sequence[int], seen: set[int]) -> int:
    while True:
        digits = draw.one(lengths)
        number = draw.between(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1)
        if number not in seen:
            seen.add(number)
            return number


def _line(number: int) -> str:
    return f"{in_words(number)}\t{' '.join(str(number))}\n"
