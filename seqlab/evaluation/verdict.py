"""The verdict: the result of a run in one sentence, honest about what is not shown."""

from __future__ import annotations

import math

from seqlab.evaluation.wording import decimals, format_score, format_share, has_unit, is_of_numbers, spoken
from seqlab.interfaces.evaluation import Comparison, SplitEvaluation

_ERRORS = ("accuracy", "exact_match")
"""Rates of which 1 minus the score is a share of errors."""


def strongest(split: SplitEvaluation, primary: str, higher_is_better: bool) -> str | None:
    """Key of the baseline with the best primary score (the first of equals); None without baselines."""
    if not split.baselines:
        return None
    choose = max if higher_is_better else min
    return choose(split.baselines, key=lambda key: split.baselines[key].values[primary])


def is_below_floor(split: SplitEvaluation, primary: str, higher_is_better: bool) -> bool:
    """Whether the model fails to beat its strongest baseline in plain numbers; a tie does not beat it."""
    floor = strongest(split, primary, higher_is_better)
    if floor is None:
        return False
    model, baseline = split.model.values[primary], split.baselines[floor].values[primary]
    return not (model > baseline if higher_is_better else model < baseline)


def verdict(split: SplitEvaluation, primary: str, higher_is_better: bool, percent: bool, *, has_test: bool) -> str:
    """The result in one sentence.

    Args:
        split: The final split.
        primary: The metric that decides.
        higher_is_better: Whether more of it is better.
        percent: Whether it is a rate.
        has_test: Whether the final split is a test split; if not, the sentence says that it speaks of dev.
    """
    floor = strongest(split, primary, higher_is_better)
    if floor is None:
        value = format_score(primary, split.model.values[primary], percent)
        shown = value if has_unit(primary) else f"{value} {spoken(primary)}"
        sentence = f"No baseline stands beside the model, so its {shown} cannot be judged."
    else:
        sentence = _against(floor, split.comparison[floor], primary, higher_is_better, percent)
    return sentence if has_test else f"On dev, for want of a test split: {sentence[0].lower()}{sentence[1:]}"


def _against(floor: str, comparison: Comparison, primary: str, higher_is_better: bool, percent: bool) -> str:
    # Everything is turned so that a positive gain favours the model.
    gain, low, high = comparison.difference, comparison.low, comparison.high
    if math.isnan(gain):
        return f"The model does NOT beat its floor, {floor}: the difference in {spoken(primary)} is undefined."
    if not higher_is_better:
        gain, low, high = -gain, -high, -low
    if comparison.better:
        return (
            f"The model beats its strongest baseline, {floor}, by {_amount(gain, low, high, primary, percent)} "
            f"(95% interval {_span(gain, low, high, primary, percent)}){_mended(comparison, primary)}."
        )
    if comparison.worse:
        return (
            f"The model does NOT beat its floor: {floor} is better by "
            f"{_amount(-gain, -high, -low, primary, percent)} (95% interval {_span(-gain, -high, -low, primary, percent)})."
        )
    if gain > 0:
        return (
            f"No difference shown: the model is {_amount(gain, low, high, primary, percent)} ahead of its strongest "
            f"baseline, {floor}, but the 95% interval ({_span(gain, low, high, primary, percent)}) includes 0."
        )
    if gain < 0:
        return (
            f"The model does NOT beat its floor: {floor} is {_amount(-gain, -high, -low, primary, percent)} ahead, "
            f"though the 95% interval ({_span(-gain, -high, -low, primary, percent)}) includes 0."
        )
    return (
        f"The model does NOT beat its floor: it scores the same as its strongest baseline, {floor} "
        f"(95% interval of the difference {_span(gain, low, high, primary, percent)})."
    )


def _amount(gain: float, low: float, high: float, primary: str, percent: bool) -> str:
    number = _number(gain, decimals(primary, percent, gain, low, high), percent)
    if has_unit(primary):
        return f"{number} {spoken(primary)}"
    if is_of_numbers(primary):
        return f"{number} of {spoken(primary)}"
    points = "point" if float(number) == 1 else "points"
    return f"{number} {points} of {spoken(primary)}"


def _span(gain: float, low: float, high: float, primary: str, percent: bool) -> str:
    places = decimals(primary, percent, gain, low, high)
    return f"{_number(low, places, percent)} to {_number(high, places, percent)}"


def _number(value: float, places: int, percent: bool) -> str:
    shown = f"{value * (100 if percent else 1):.{places}f}"
    return shown if float(shown) else f"{0:.{places}f}"  # never "-0.0"


def _mended(comparison: Comparison, primary: str) -> str:
    share = comparison.error_reduction
    if share is None or share <= 0:
        return ""
    if primary in _ERRORS:
        return f" and mends {format_share(share)} of its errors"
    return f" and closes {format_share(share)} of its gap to a perfect score"
