"""Intraclass correlations of a full table of ratings."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.figures import UndefinedError


class Intraclass(NamedTuple):
    """Shrout and Fleiss' six coefficients: of a single rating, and (`_k`) of the mean of all raters."""

    icc1: float
    icc2: float
    icc3: float
    icc1_k: float
    icc2_k: float
    icc3_k: float


def intraclass(ratings: ArrayLike) -> Intraclass:
    """ICC(1), (2) and (3), single and of k raters; ratings of shape (n responses, k raters), none missing.

    From the mean squares of responses (B), within responses (W), of raters (J) and of the residual (E):
    ICC(1) = (B - W) / (B + (k - 1) W)
    ICC(2) = (B - E) / (B + (k - 1) E + k (J - E) / n)
    ICC(3) = (B - E) / (B + (k - 1) E)
    of k raters: (B - W) / B, (B - E) / (B + (J - E) / n), (B - E) / B
    Source: Shrout and Fleiss 1979. Raises UndefinedError for gaps, for too few, and without spread.
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2 or min(table.shape) < 2:
        raise UndefinedError("needs two responses and two raters or more")
    if np.isnan(table).any():
        raise UndefinedError("needs every response rated by every rater")
    n, k = table.shape
    centered = table - table.mean()
    by_response, by_rater = centered.mean(axis=1), centered.mean(axis=0)
    b = float(k * (by_response**2).sum() / (n - 1))
    if b <= 1e-12 * float((table**2).max()):
        raise UndefinedError("the responses' mean ratings are all the same")
    w = float(((centered - by_response[:, None]) ** 2).sum() / (n * (k - 1)))
    j = float(n * (by_rater**2).sum() / (k - 1))
    e = float(((centered - by_response[:, None] - by_rater) ** 2).sum() / ((n - 1) * (k - 1)))
    return Intraclass(
        icc1=(b - w) / (b + (k - 1) * w),
        icc2=(b - e) / (b + (k - 1) * e + k * (j - e) / n),
        icc3=(b - e) / (b + (k - 1) * e),
        icc1_k=(b - w) / b,
        icc2_k=(b - e) / (b + (j - e) / n),
        icc3_k=(b - e) / b,
    )
