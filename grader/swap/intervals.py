"""Intervals of mean shifts over answers, wide enough where few answers, or none, moved."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from grader.agreement.resampling import resample

Floats = NDArray[np.float64]

RESAMPLES = 2000
_SEED = 20261122


def mean_interval(differences: Floats, level: float, step: float) -> tuple[float, float]:
    """Of the mean of these differences, shape (answers,), at least two: the hull of three intervals.

    The bootstrap's percentiles, and Student's: the bootstrap alone is too narrow for a few answers. Where no
    answer moved, both are a point; a share of `1 - (1 - level) ** (1 / n)` of all answers could then move
    unseen, and they are counted as moving by one verdict, `step` percent points.
    """
    n = len(differences)
    tail = (1 - level) / 2
    draws = resample(np.column_stack([differences, np.ones(n)]), RESAMPLES, _SEED)
    low, high = np.quantile(draws[:, 0] / draws[:, 1], [tail, 1 - tail])
    mean = differences.mean()
    half = student.ppf(1 - tail, n - 1) * differences.std(ddof=1) / math.sqrt(n)
    if not differences.any():
        half = step * float(1 - (1 - level) ** (1 / n))
    return float(min(low, mean - half)), float(max(high, mean + half))
