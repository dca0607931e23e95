"""Scores on a scale: trimming, rounding, and what can be compared."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.figures import Floats, UndefinedError

TOLERANCE = 0.4998
"""How far RSMTool lets a score stand beyond the scale's ends: just so far that it still rounds to the end."""

_NEGLIGIBLE = 1e-12


def trim(scores: ArrayLike, low: float, high: float, tolerance: float = TOLERANCE) -> Floats:
    """Scores, any shape, brought into [low - tolerance, high + tolerance]; NaN stays NaN.

    Source: RSMTool documentation, "trim_min, trim_max, trim_tolerance".
    """
    trimmed: Floats = np.clip(np.asarray(scores, dtype=float), low - tolerance, high + tolerance)
    return trimmed


def round_scores(scores: ArrayLike) -> Floats:
    """Scores, any shape, rounded to whole numbers, a half to the even neighbor (2.5 to 2, 3.5 to 4).

    Source: RSMTool, which rounds with `numpy.rint`; rounding halves up gives other kappas.
    """
    rounded: Floats = np.rint(np.asarray(scores, dtype=float))
    return rounded


def both(reference: ArrayLike, other: ArrayLike, at_least: int = 1) -> tuple[Floats, Floats]:
    """The pairs, shape (n,) each, in which both ratings are there. Raises UndefinedError below `at_least`."""
    x, y = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"two lists of ratings of one length are needed, not {x.shape} and {y.shape}")
    there = ~(np.isnan(x) | np.isnan(y))
    if (n := int(there.sum())) < at_least:
        raise UndefinedError(
            "no response was rated by both raters"
            if n == 0
            else f"needs {at_least} responses that both rated, and there are {n}"
        )
    return x[there], y[there]


def constant(scores: Floats) -> bool:
    """Whether all scores are the same but for the last binary digits."""
    return bool(np.ptp(scores) <= _NEGLIGIBLE * np.max(np.abs(scores)))


def spread(scores: Floats, who: str, ddof: int = 1) -> float:
    """Standard deviation, divisor n - ddof. Raises UndefinedError when it is 0 or scores are too few."""
    if scores.size <= ddof:
        raise UndefinedError(f"needs {ddof + 1} responses that both rated, and there are {scores.size}")
    if constant(scores):
        raise UndefinedError(f"{who} gave every response the same score")
    return float(np.std(scores, ddof=ddof))


def indexes(scores: Floats, labels: ArrayLike) -> Any:
    """Place of each score in `labels`, same shape, -1 for NaN. Raises ValueError for what is no label."""
    known = np.asarray(labels, dtype=float)
    if known.ndim != 1 or known.size < 2 or np.any(np.diff(known) <= 0):
        raise ValueError("labels: two or more are needed, in rising order")
    found = np.minimum(np.searchsorted(known, scores), known.size - 1)
    there = ~np.isnan(scores)
    if np.any(there & (known[found] != scores)):
        strange = np.unique(scores[there & (known[found] != scores)])
        raise ValueError(f"ratings that are not among the labels: {', '.join(f'{s:g}' for s in strange[:5])}")
    return np.where(there, found, -1)
