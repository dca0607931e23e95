"""Rates of two groups against each other. A count is (selected, all); every interval is a 95% one.

Every figure raises UndefinedError with a reason where the counts do not define it.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from grader.agreement.figures import Figure, UndefinedError

FOUR_FIFTHS = Fraction(4, 5)
LEVEL = 0.95


class Count(NamedTuple):
    """How many of a group got through."""

    selected: int
    n: int

    @property
    def rate(self) -> Fraction:
        """Selected over all, exactly; `n` must not be 0."""
        return Fraction(self.selected, self.n)


def rate(count: Count) -> Figure:
    """Selected over all with Wilson's interval (Wilson 1927, by statsmodels)."""
    if not count.n:
        return Figure(value=None, n=0, reason="nobody in this group has an outcome")
    low, high = _wilson(count)
    return Figure(value=float(count.rate), low=low, high=high, n=count.n)


def ratio(group: Count, reference: Count) -> Figure:
    """Impact ratio: the group's rate over the reference group's, 29 CFR 1607.4(D).

    Its interval is MOVER-R on the two Wilson intervals (Donner and Zou 2012): unlike the log-normal one it
    is defined where nobody, or everybody, of a group got through.
    """
    n = group.n + reference.n
    if not reference.selected:
        return Figure(value=None, n=n, reason="nobody got through, so that there is no rate to compare with")
    p, q = float(group.rate), float(reference.rate)
    (low_p, high_p), (low_q, high_q) = _wilson(group), _wilson(reference)
    # the bounds are roots of r² a - 2 r p q + b = 0; the lower one in the form that never divides by 0
    a, b = high_q * (2 * q - high_q), low_p * (2 * p - low_p)
    low = b / (p * q + math.sqrt(max(0.0, (p * q) ** 2 - a * b))) if group.selected else 0.0
    a, b = low_q * (2 * q - low_q), high_p * (2 * p - high_p)
    high = (p * q + math.sqrt(max(0.0, (p * q) ** 2 - a * b))) / a
    return Figure(value=float(group.rate / reference.rate), low=low, high=high, n=n)


def difference(group: Count, reference: Count) -> Figure:
    """The group's rate less the reference group's, with Newcombe's interval (1998, method 10)."""
    low, high = confint_proportions_2indep(*group, *reference, method="newcomb", alpha=1 - LEVEL)
    value = float(group.rate - reference.rate)
    return Figure(value=value, low=float(low), high=float(high), n=group.n + reference.n)


def two_sd(group: Count, reference: Count) -> tuple[float, float]:
    """z of the difference with pooled variance, and its two-sided p: above 0 where the group's rate is lower.

    Source: the standard of "two or three standard deviations", Castaneda v. Partida 1977 and Hazelwood 1977.
    """
    if group.selected + reference.selected in {0, group.n + reference.n}:
        raise UndefinedError("everybody, or nobody, of both groups got through: there is nothing to test")
    z, p = proportions_ztest([reference.selected, group.selected], [reference.n, group.n])
    return float(z), float(p)


def fisher(group: Count, reference: Count) -> tuple[float | None, float]:
    """Odds ratio of reference and group, None where infinite or undefined; Fisher's exact p, two-sided."""
    table = [[one.selected, one.n - one.selected] for one in (reference, group)]
    odds, p = fisher_exact(table)
    return (float(odds) if math.isfinite(odds) else None), float(p)


def shortfall(group: Count, reference: Count) -> int:
    """How many more of the group would have had to get through for four-fifths of the reference's rate."""
    return max(0, math.ceil(FOUR_FIFTHS * reference.rate * group.n) - group.selected)


def _wilson(count: Count) -> tuple[float, float]:
    low, high = proportion_confint(*count, alpha=1 - LEVEL, method="wilson")
    # the ends are exact, which the floating point is not
    return (float(low) if count.selected else 0.0), (float(high) if count.selected < count.n else 1.0)
