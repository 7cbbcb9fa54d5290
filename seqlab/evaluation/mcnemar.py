"""McNemar's exact test: which of two systems has more whole examples right."""

from __future__ import annotations

import sys


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Two-sided p-value of McNemar's test, exact and without mid-p.

    Only the examples that one system has right and the other wrong say anything. If the systems were equally good,
    each of these n would fall to either side like a fair coin: `2 P(X <= min)` with X from Binomial(n, 1/2), at most 1.
    It is summed in whole numbers, so that nothing is rounded before the end.

    Args:
        only_first: Examples that only the first system has right.
        only_second: Examples that only the second one has right.

    Returns:
        The p-value; 1 where the systems never disagree. What is too small for a float is the smallest normal one.

    References:
        McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947;
        here with the binomial distribution in place of its approximation.
    """
    disagreements = only_first + only_second
    ways = tail = 1  # n over 0
    for place in range(min(only_first, only_second)):
        ways = ways * (disagreements - place) // (place + 1)
        tail += ways
    return max(min(1.0, 2 * tail / (1 << disagreements)), sys.float_info.min)
