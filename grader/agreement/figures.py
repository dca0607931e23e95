"""A figure with its interval, or the reason why there is none."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.domain.base import Value
from grader.errors import GraderError

Floats = NDArray[np.float64]

_LEFT_OUT = 0.05


class UndefinedError(GraderError):
    """A figure that these ratings do not define; the message is the reason, in plain words."""


class Figure(Value):
    """A figure over `n` ratings. Whatever is None has its reason in `reason`."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    reason: str | None = None


class Draws(NamedTuple):
    """A figure in each resample, shape (resamples,); NaN where a resample leaves it undefined."""

    values: Floats
    level: float


def figure(compute: Callable[[], float], n: int, draws: Draws | None = None) -> Figure:
    """The figure that `compute` returns, with the interval of `draws`; an undefined one has its reason."""
    try:
        value = compute()
    except UndefinedError as error:
        return Figure(value=None, n=n, reason=str(error))
    if draws is None:
        return Figure(value=value, n=n)
    try:
        low, high = interval(draws)
    except UndefinedError as error:
        return Figure(value=value, n=n, reason=str(error))
    return Figure(value=value, low=low, high=high, n=n)


def interval(draws: Draws) -> tuple[float, float]:
    """Percentile interval: the (1 - level) / 2 quantiles from below and above.

    Resamples without the figure are left out. Raises UndefinedError when they are more than 5%.
    """
    defined = draws.values[np.isfinite(draws.values)]
    if not draws.values.size:
        raise UndefinedError("no interval: it needs two candidates or more")
    left_out = draws.values.size - defined.size
    if left_out > _LEFT_OUT * draws.values.size:
        share = left_out / draws.values.size
        raise UndefinedError(f"no interval: the figure is undefined in {share:.1%} of the resamples")
    tail = (1 - draws.level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
