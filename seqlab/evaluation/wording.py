"""How a score is printed: rates as per cent, losses with their unit."""

from __future__ import annotations

import math

_SPOKEN = {"accuracy": "accuracy", "macro_f1": "macro F1", "micro_f1": "micro F1", "span_f1": "span F1", "bleu": "BLEU"}
_OF_NUMBERS = {"mse": "mean squared error", "mae": "mean absolute error"}
_PER = ("_per_",)


def spoken(name: str) -> str:
    """A metric's name in a sentence: `macro_f1` is "macro F1", `nats_per_token` "nats per token"."""
    return (_SPOKEN | _OF_NUMBERS).get(name, name.replace("_", " "))


def has_unit(name: str) -> bool:
    """Whether the name of a metric is its unit: `nats_per_token`."""
    return any(part in name for part in _PER)


def is_of_numbers(name: str) -> bool:
    """Whether a metric is an error of numbers, in their own unit: `mse`."""
    return name in _OF_NUMBERS


def decimals(name: str, percent: bool, *values: float) -> int:
    """How many decimals a difference is printed with: at most 4, but for errors of numbers, of which three digits stand.

    Points of a rate have 1, losses 3, other scores as many as show two digits of the largest value; more are added
    until no value reads as zero without being it.
    """
    shown = [abs(value) * (100 if percent else 1) for value in values if value and math.isfinite(value)]
    if name in _OF_NUMBERS:
        return min(max(2 - math.floor(math.log10(max(shown, default=1.0))), 0), 12)
    places = 3 if has_unit(name) and not percent else 1
    while places < 4 and (
        any(round(value, places) == 0 for value in shown)
        or (not percent and 0 < max(shown, default=0.0) * 10**places < 10)
    ):
        places += 1
    return places


def format_score(name: str, value: float, percent: bool, *, unit: bool = True) -> str:
    """A score as it is printed: 0.86204 is `86.20`, 1.5165 is `1.5165 nats per character`, other scores have 2 decimals.

    Errors of numbers are of any size: they have four digits, `0.1671` or `3.421e-05`.

    Args:
        name: The metric.
        value: The score; a rate is a fraction.
        percent: Whether it is a rate.
        unit: Whether the unit of a loss follows.
    """
    if math.isnan(value):
        return "undefined"
    if percent:
        return f"{100 * value:.2f}"
    if has_unit(name):
        return f"{value:.4f} {spoken(name)}" if unit else f"{value:.4f}"
    if name in _OF_NUMBERS:
        return f"{value:#.4g}" if value < 1000 else f"{value:.0f}"
    return f"{value:.2f}"


def format_interval(name: str, ends: tuple[float, float] | None, percent: bool) -> str:
    """An interval as it is printed in a table: `85.10 to 87.30`."""
    if ends is None:
        return ""
    return " to ".join(format_score(name, end, percent, unit=False) for end in ends)


def format_difference(name: str, value: float, percent: bool) -> str:
    """A difference with its sign: `+8.91`, in points for a rate."""
    return value_sign(value) + format_score(name, abs(value), percent, unit=False)


def value_sign(value: float) -> str:
    """`+`, a minus sign, or nothing for 0."""
    return "+" if value > 0 else "\u2212" if value < 0 else ""


def format_share(share: float) -> str:
    """A share in whole per cent that says 0% and 100% only where it is so."""
    if 0 < share < 0.01:
        return "less than 1%"
    if 0.99 < share < 1:
        return "more than 99%"
    return f"{share:.0%}"


def format_p_value(value: float) -> str:
    """A p-value: three decimals, four below 0.001; never 0."""
    return f"{value:.3f}" if value >= 0.001 else f"{value:.4f}" if value >= 0.0001 else "< 0.0001"
