"""Reads curves: from a judge's probability of `met` to the probability that raters say met."""

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from grader.domain.calibration import LOG_ODDS_LIMIT, LogisticCurve, StepCurve

Floats = NDArray[np.float64]

DECIMALS = 6
"""Of calibrated probabilities, here as in ratings: a threshold is tested on what it will be used on."""


def log_odds(probabilities: ArrayLike) -> Floats:
    """Log-odds of probabilities, kept within LOG_ODDS_LIMIT on both sides."""
    with np.errstate(divide="ignore"):
        odds = scipy.special.logit(np.asarray(probabilities, dtype=float))
    return np.asarray(np.clip(odds, -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT), dtype=float)


def calibrated(curve: LogisticCurve | StepCurve, probabilities: ArrayLike) -> Floats:
    """P(raters say met) for each of the judge's probabilities, to DECIMALS; same shape."""
    if isinstance(curve, StepCurve):
        found = np.interp(np.asarray(probabilities, dtype=float), curve.at, curve.gives)
    else:
        found = scipy.special.expit(curve.intercept + curve.slope * log_odds(probabilities))
    return np.asarray(np.round(found, DECIMALS), dtype=float)


def threshold(curve: LogisticCurve | StepCurve) -> float | None:
    """The lowest of the judge's probabilities at which met is at least as likely as not; None: at none.

    Exact for both forms: a logistic curve is solved, a step curve is met by interpolation.
    """
    if isinstance(curve, LogisticCurve):
        return _logistic_threshold(curve)
    return _step_threshold(curve.at, curve.gives)


def _logistic_threshold(curve: LogisticCurve) -> float | None:
    if curve.slope <= 0:
        return 0.0 if curve.intercept >= 0 and curve.slope == 0 else None
    at = -curve.intercept / curve.slope
    if at > LOG_ODDS_LIMIT:
        return None
    return 0.0 if at <= -LOG_ODDS_LIMIT else float(scipy.special.expit(at))


def _step_threshold(at: Sequence[float], gives: Sequence[float]) -> float | None:
    if gives[0] >= 0.5:
        return 0.0
    if gives[-1] < 0.5:
        return None
    above = next(i for i, value in enumerate(gives) if value >= 0.5)
    share = (0.5 - gives[above - 1]) / (gives[above] - gives[above - 1])
    return float(at[above - 1] + share * (at[above] - at[above - 1]))
