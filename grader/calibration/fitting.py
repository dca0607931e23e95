"""Fits curves, and chooses among their forms out of fold: no candidate's answer helps to judge itself."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from grader.calibration.curves import calibrated, log_odds
from grader.calibration.decisions import Decisions
from grader.domain.calibration import Curve, LogisticCurve, Method, Quality, StepCurve

FOLDS = 5
_ECE_BINS = 10
_WIDE = 10.0
"""Prior standard deviation, in log-odds, of what is hardly held back: slope and common level."""
_BETWEEN = 1.0
"""Prior standard deviation of the slope between criteria."""
_SPREADS = (0.5, 1.0, 2.0)
"""Prior standard deviations of a criterion's own level around the common one; chosen out of fold."""

Curves = Mapping[str, Curve]
Fit = Callable[[Decisions], Curves]


class Fitted(NamedTuple):
    """The chosen form, its curves on all the data, and what it gave out of fold."""

    method: Method
    curves: Curves
    out_of_fold: NDArray[np.float64]
    """For each decision, the calibrated probability by curves fitted without its candidate."""


def fit(decisions: Decisions) -> Fitted:
    """The form with the least log loss out of fold, fitted on everything.

    Needs decisions of at least two candidates, with met and not met among them; ValueError says what lacks.
    """
    if len(set(decisions.candidates)) < 2:
        raise ValueError("answers of at least two candidates are needed")
    if decisions.share.min() == decisions.share.max():
        raise ValueError("the raters gave the same verdict everywhere")
    tried = [(method, fitting, _out_of_fold(decisions, fitting)) for method, fitting in _forms()]
    method, fitting, predicted = min(tried, key=lambda t: quality(t[2], decisions.share).log_loss)
    return Fitted(method, fitting(decisions), predicted)


def _forms() -> list[tuple[Method, Fit]]:
    pooled: list[tuple[Method, Fit]] = [
        (Method.POOLED, lambda d, s=spread: _pooled(d, s))  # type: ignore[misc]
        for spread in _SPREADS
    ]
    return [*pooled, (Method.PLATT, _platt), (Method.ISOTONIC, _isotonic)]


def _out_of_fold(decisions: Decisions, fitting: Fit) -> NDArray[np.float64]:
    folds = GroupKFold(min(FOLDS, len(set(decisions.candidates))))
    predicted = np.empty(len(decisions))
    for learn, test in folds.split(decisions.probability, groups=decisions.candidates):
        curves = fitting(decisions.where(learn))
        predicted[test] = apply(curves, decisions.where(test), float(decisions.share[learn].mean()))
    return predicted


def apply(curves: Curves, decisions: Decisions, otherwise: float) -> NDArray[np.float64]:
    """Calibrated probabilities of decisions; `otherwise` for a criterion without a curve."""
    predicted = np.full(len(decisions), otherwise)
    for criterion, curve in curves.items():
        rows = decisions.criteria == criterion
        predicted[rows] = calibrated(curve, decisions.probability[rows])
    return predicted


def _pooled(decisions: Decisions, spread: float) -> Curves:
    """One ridge-penalized logistic regression: common slope and level, and a level of each criterion's own.

    Columns are scaled by their prior standard deviation, so that one penalty stands for all priors
    (Gelman and Hill 2007, ch. 12: partial pooling). How easily a judge says met differs by criterion more
    than people do, so what the judge says of a criterion on average has a slope of its own (Mundlak 1978).
    """
    names: list[str] = sorted(set(decisions.criteria))
    own = (decisions.criteria[:, None] == np.array(names)).astype(float)
    z = log_odds(decisions.probability)
    means = own.T @ z / own.sum(0)
    usual = own @ means
    columns = np.column_stack([_WIDE * (z - usual), np.full(len(z), _WIDE), _BETWEEN * usual, spread * own])
    within, level, between, *own_levels = _logistic(columns, decisions.share)
    slope = max(0.0, _WIDE * within)
    return {
        name: LogisticCurve(
            slope=slope,
            intercept=float(_WIDE * level + (_BETWEEN * between - slope) * mean + spread * own_level),
        )
        for name, mean, own_level in zip(names, means, own_levels, strict=True)
    }


def _platt(decisions: Decisions) -> Curves:
    """A slope and a level of its own for each criterion (Platt 1999), weakly held back."""

    def one(part: Decisions) -> LogisticCurve:
        z = log_odds(part.probability)
        slope, level = _logistic(np.column_stack([z, np.full(len(z), _WIDE)]), part.share)
        return LogisticCurve(slope=max(0.0, slope), intercept=float(_WIDE * level))

    return {
        name: one(decisions.where(decisions.criteria == name)) for name in sorted(set(decisions.criteria))
    }


def _isotonic(decisions: Decisions) -> Curves:
    """The best rising steps for each criterion, kept off 0 and 1 by half a rating."""

    def one(part: Decisions) -> StepCurve:
        edge = 0.5 / (len(part) + 1)
        steps = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip", increasing=True)
        steps.fit(part.probability, part.share)
        return StepCurve(
            at=tuple(map(float, steps.X_thresholds_)), gives=tuple(map(float, steps.y_thresholds_))
        )

    return {
        name: one(decisions.where(decisions.criteria == name)) for name in sorted(set(decisions.criteria))
    }


def _logistic(columns: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression: each row counts as met by its share, and as not met by the rest."""
    rows = np.concatenate([columns, columns])
    labels = np.repeat([1, 0], len(share))
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000)
    weights = np.concatenate([share, 1 - share])
    used = weights > 0
    if len(set(labels[used])) < 2:
        # one verdict only: half a rating of the other keeps the level finite
        used, weights = np.ones(len(rows), dtype=bool), np.where(weights > 0, weights, 0.5 / len(share))
    model.fit(rows[used], labels[used], sample_weight=weights[used])
    return np.asarray(model.coef_[0], dtype=float)


def quality(predicted: NDArray[np.float64], share: NDArray[np.float64]) -> Quality:
    """Brier score, log loss and expected calibration error of probabilities against shares of raters.

    Brier 1950; ECE as in Naeini et al. 2015, ten bins of equal width, weighted by their size.
    """
    p = np.clip(predicted, 1e-6, 1 - 1e-6)
    brier = np.mean(share * (1 - predicted) ** 2 + (1 - share) * predicted**2)
    loss = -np.mean(share * np.log(p) + (1 - share) * np.log1p(-p))
    bins = np.minimum((predicted * _ECE_BINS).astype(int), _ECE_BINS - 1)
    gaps = np.bincount(bins, weights=predicted - share, minlength=_ECE_BINS)
    return Quality(
        n=len(share), brier=float(brier), log_loss=float(loss), ece=float(np.abs(gaps).sum() / len(share))
    )
