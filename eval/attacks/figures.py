"""Shares and means with intervals."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from eval.figures import Figure, with_interval


class Share(NamedTuple):
    """How many of how many, with a 95% Wilson interval."""

    hits: int
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high."""
        low, high = proportion_confint(self.hits, self.n, method="wilson")
        return float(low), float(high)

    def __str__(self) -> str:
        """`12 of 40, 30.0% [18.1%, 45.4%]`, or a dash."""
        if not self.n:
            return "-"
        low, high = self.interval
        return f"{self.hits} of {self.n}, {self.hits / self.n:.1%} [{low:.1%}, {high:.1%}]"


def share(said: Sequence[bool]) -> Share:
    """The share of True. Its interval takes each for one draw."""
    return Share(sum(said), len(said))


def mean(values: Sequence[float], groups: Sequence[str]) -> Figure:
    """The mean, with a bootstrap interval that draws whole groups."""
    found = np.array(values, dtype=float)
    if not len(found):
        return Figure(None, None, None)
    return with_interval(lambda at: float(found[at].mean()), groups)
