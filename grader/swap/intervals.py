"""Intervals of mean shifts over answers, wide enough where few answers, or none, moved."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from grader.agreement.resampling import resample

Floats = NDArray[np.float64]

RESAMPLES = 2000
_SEED = 20261122


def mean_intervals(differences: Floats, level: float, step: float) -> tuple[Floats, Floats]:
    """Lower and upper ends for the mean of each column of differences, shape (answers, columns).

    At least two answers. Each interval is the hull of the bootstrap's percentiles and of Student's, as the
    bootstrap alone is too narrow for a few answers. Where no answer moved, both are a point; a share of
    `1 - (1 - level) ** (1 / n)` of all answers could then move unseen, and they are counted as moving by one
    verdict, `step` percent points.
    """
    n = len(differences)
    tail = (1 - level) / 2
    draws = resample(differences, RESAMPLES, _SEED) / n
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    mean = differences.mean(axis=0)
    half = student.ppf(1 - tail, n - 1) * differences.std(axis=0, ddof=1) / math.sqrt(n)
    half = np.where(differences.any(axis=0), half, step * (1 - (1 - level) ** (1 / n)))
    return np.minimum(low, mean - half), np.maximum(high, mean + half)
