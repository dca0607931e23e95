"""What a reliability diagram and a coverage curve show."""

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from grader.calibration.abstention import lower_bounds
from grader.calibration.study import Bin, Coverage

_BINS = 10
_POINTS = 50


def bins(predicted: NDArray[np.float64], share: NDArray[np.float64], level: float = 0.95) -> tuple[Bin, ...]:
    """Ten bins of equal width, empty ones left out; Wilson intervals of the share that raters say is met."""
    which = np.minimum((predicted * _BINS).astype(int), _BINS - 1)
    found = []
    for number in np.unique(which):
        rows = which == number
        n, hits = int(rows.sum()), float(share[rows].sum())
        low, high = proportion_confint(hits, n, alpha=1 - level, method="wilson")
        found.append(
            Bin(
                predicted=float(predicted[rows].mean()),
                observed=hits / n,
                low=float(low),
                high=float(high),
                n=n,
            )
        )
    return tuple(found)


def coverage(
    confidence: NDArray[np.float64], agrees: NDArray[np.bool_], level: float
) -> tuple[Coverage, ...]:
    """From the strictest threshold to the laxest: what lies above it, and how many of that the raters share.

    `lower`: exact one-sided bound at `level`, each threshold taken by itself.
    """
    if not len(confidence):
        return ()
    falling = np.sort(confidence)[::-1]
    counts = np.unique(np.geomspace(1, len(falling), _POINTS).round().astype(int))
    thresholds = np.unique(falling[counts - 1])[::-1]
    n = np.array([(confidence >= t).sum() for t in thresholds], dtype=float)
    hits = np.array([agrees[confidence >= t].sum() for t in thresholds], dtype=float)
    lower = lower_bounds(hits, n, np.ones(len(n)), level)
    return tuple(
        Coverage(
            threshold=float(thresholds[i]),
            coverage=float(n[i] / len(confidence)),
            agreement=float(hits[i] / n[i]),
            lower=float(lower[i]),
            n=int(n[i]),
        )
        for i in range(len(n))
    )
