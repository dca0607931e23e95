"""How well a machine predicts true scores, the scores that people would give on average (PRMSE).

Human ratings have the shape (responses, raters), NaN where missing; any number of ratings per response.
Source: RSMTool documentation, "PRMSE", after Loukina et al. 2020; derivation by M. Johnson.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.figures import Floats, UndefinedError
from grader.agreement.resampling import ratio

_NEGLIGIBLE = 1e-12

NO_DOUBLE = "no response has two human ratings or more, so the raters' error is unknown"


class TrueScore(NamedTuple):
    """What PRMSE is made of: variance of human errors, variance of true scores, and the machine's error."""

    error_variance: float
    true_variance: float
    mse: float
    prmse: float


class HumanSums(NamedTuple):
    """Per response with c human ratings of mean h and a machine's score m; each of shape (responses,)."""

    responses: Floats
    ratings: Floats
    squares: Floats
    """c^2"""
    within: Floats
    """Sum of squared deviations from h."""
    total: Floats
    """c h"""
    between: Floats
    """c h^2"""
    missed: Floats
    """c (h - m)^2"""


def true_score(machine: ArrayLike, human: ArrayLike, error_variance: float | None = None) -> TrueScore:
    """Variances and PRMSE, over the N responses with a machine's score and c >= 1 human ratings of mean h.

    error variance = sum of the responses' squared deviations from h / sum(c - 1)
    true variance  = (sum(c (h - mean)^2) - (N - 1) error variance) / (C - sum(c^2) / C), C = sum(c)
    MSE            = (sum(c (h - machine)^2) - N error variance) / C
    PRMSE          = 1 - MSE / true variance
    Without `error_variance` a response rated twice is needed. Raises UndefinedError where a part is missing.
    """
    s = HumanSums(*(part.sum() for part in human_sums(machine, human)))
    if s.responses < 2:
        raise UndefinedError(
            f"needs 2 responses that people and the machine scored; there are {s.responses:g}"
        )
    if error_variance is None:
        if s.ratings == s.responses:
            raise UndefinedError(NO_DOUBLE)
        error_variance = float(s.within / (s.ratings - s.responses))
    spread = s.between - s.total**2 / s.ratings - (s.responses - 1) * error_variance
    true_variance = float(spread / (s.ratings - s.squares / s.ratings))
    mse = float((s.missed - s.responses * error_variance) / s.ratings)
    if true_variance <= _NEGLIGIBLE * (1 + error_variance):
        raise UndefinedError("the human ratings differ no more between responses than within them")
    return TrueScore(error_variance, true_variance, mse, 1 - mse / true_variance)


def prmse(machine: ArrayLike, human: ArrayLike) -> float:
    """Proportional reduction in mean squared error; see `true_score`."""
    return true_score(machine, human).prmse


def human_sums(machine: ArrayLike, human: ArrayLike) -> HumanSums:
    """The parts of PRMSE that add up over responses; 0 without a machine's score or without human ratings.

    Scores are taken from the mean of all human ratings, which changes no variance and keeps digits.
    """
    m, h = np.asarray(machine, dtype=float), np.asarray(human, dtype=float)
    if m.ndim != 1 or h.ndim != 2 or len(h) != len(m):
        raise ValueError("machine scores (n,) and human ratings (n, raters) are needed")
    there = ~np.isnan(h) & ~np.isnan(m)[:, None]
    center = h[there].mean() if there.any() else 0.0
    h = np.where(there, h - center, 0.0)
    c = there.sum(axis=1).astype(float)
    used = c > 0
    mean = h.sum(axis=1) / np.maximum(c, 1)
    within = np.where(there, np.square(h - mean[:, None]), 0.0).sum(axis=1)
    apart = np.where(used, mean - (m - center), 0.0)
    return HumanSums(used.astype(float), c, c**2, within, c * mean, c * mean**2, c * apart**2)


def prmse_draws(sums: Floats) -> Floats:
    """PRMSE, shape (resamples,), from the sums of `HumanSums`, a row per resample; see `true_score`."""
    s = HumanSums(*sums.T)
    error = ratio(s.within, s.ratings - s.responses)
    spread = s.between - ratio(s.total**2, s.ratings) - (s.responses - 1) * error
    true = ratio(spread, s.ratings - ratio(s.squares, s.ratings), s.responses > 1)
    mse = ratio(s.missed - s.responses * error, s.ratings)
    return 1 - ratio(mse, true, true > _NEGLIGIBLE * (1 + error))
