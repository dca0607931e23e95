"""Chance-corrected figures of any number of raters.

Ratings have the shape (responses, raters), NaN where missing. Every coefficient is (pa - pe) / (1 - pe), with
the observed agreement pa over responses that two or more rated; they differ in the agreement by chance, pe.
Source: Gwet, Handbook of Inter-Rater Reliability, 4th edition, 2014, chapters 2 to 5.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.figures import Floats, UndefinedError
from grader.agreement.scale import constant, indexes


class Weights(StrEnum):
    """What two different labels k and l count: identity nothing, quadratic 1 - (k - l)^2 / (widest)^2."""

    IDENTITY = "identity"
    QUADRATIC = "quadratic"


class Distance(StrEnum):
    """How far two values lie apart, for Krippendorff's alpha."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def gwet(ratings: ArrayLike, labels: ArrayLike, weights: Weights = Weights.IDENTITY) -> float:
    """Gwet's AC1; AC2 with quadratic weights. `labels` is the full list.

    pe = (sum of weights) / (q (q - 1)) x sum over the q labels of share x (1 - share); a label's share is the
    mean over responses of its share among a response's ratings.
    """
    counts, _, weight = _table(ratings, labels, weights)
    share = _shares(counts)
    q = share.size
    return _corrected(counts, weight, float(weight.sum() / (q * (q - 1)) * (share * (1 - share)).sum()))


def fleiss(ratings: ArrayLike, labels: ArrayLike, weights: Weights = Weights.IDENTITY) -> float:
    """Fleiss' kappa, also with missing ratings: pe = sum over k, l of weight x share(k) x share(l)."""
    counts, _, weight = _table(ratings, labels, weights)
    share = _shares(counts)
    return _corrected(counts, weight, float(share @ weight @ share))


def conger(ratings: ArrayLike, labels: ArrayLike, weights: Weights = Weights.IDENTITY) -> float:
    """Conger's kappa: Cohen's kappa for more than two raters; each keeps their own shares p of the labels.

    pe = sum over k, l of weight x (mean(p_k) mean(p_l) - cov(p_k, p_l) / raters), cov over raters.
    """
    counts, cells, weight = _table(ratings, labels, weights)
    rated = cells.sum(axis=(0, 2))
    if np.count_nonzero(rated) < 2:
        raise UndefinedError("needs ratings by two raters or more")
    p = cells.sum(axis=0)[rated > 0] / rated[rated > 0, None]
    chance = np.outer(p.mean(axis=0), p.mean(axis=0)) - np.cov(p, rowvar=False) / len(p)
    return _corrected(counts, weight, float((weight * chance).sum()))


def brennan_prediger(ratings: ArrayLike, labels: ArrayLike, weights: Weights = Weights.IDENTITY) -> float:
    """Brennan-Prediger's kappa: pe = (sum of weights) / q^2, every one of the q labels being as likely."""
    counts, _, weight = _table(ratings, labels, weights)
    return _corrected(counts, weight, float(weight.sum() / weight.size))


def alpha(ratings: ArrayLike, distance: Distance) -> float:
    """Krippendorff's alpha: 1 - observed / expected disagreement, over responses that two or more rated.

    Observed: mean squared distance within responses, a pair of one response weighing 1 / (its ratings - 1);
    expected: that of all pairs of values.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011.
    """
    table = _two_dimensional(ratings)
    table = table[(~np.isnan(table)).sum(axis=1) > 1]
    if not table.size:
        raise UndefinedError("no response was rated by two raters or more")
    values = np.unique(table[~np.isnan(table)])
    if constant(values):
        raise UndefinedError("every rating is the same")
    if distance is Distance.INTERVAL:
        return _interval_alpha(table)
    counts = (table[:, :, None] == values).sum(axis=1).astype(float)
    sizes = counts.sum(axis=1)
    within = (counts / (sizes - 1)[:, None]).T @ counts - np.diag((counts / (sizes - 1)[:, None]).sum(axis=0))
    totals = counts.sum(axis=0)
    among = (np.outer(totals, totals) - np.diag(totals)) / (totals.sum() - 1)
    squared = _squared(values, totals, distance)
    return float(1 - (within * squared).sum() / (among * squared).sum())


def _interval_alpha(table: Floats) -> float:
    """The same for squared differences, by sums of squares: no table of all pairs of values is built."""
    sizes = (~np.isnan(table)).sum(axis=1)
    centered = table - np.nanmean(table)
    within = np.nansum(np.square(centered - np.nanmean(centered, axis=1, keepdims=True)), axis=1)
    observed = (within * sizes / (sizes - 1)).sum() / sizes.sum()
    return float(1 - observed / (np.nansum(np.square(centered)) / (sizes.sum() - 1)))


def _squared(values: Floats, totals: Floats, distance: Distance) -> Floats:
    """Squared distances of all pairs of values, shape (values, values)."""
    a, b = values[:, None], values[None, :]
    if distance is Distance.NOMINAL:
        return np.asarray(a != b, dtype=np.float64)
    if distance is Distance.ORDINAL:
        middle: Floats = np.cumsum(totals) - totals / 2
        return (middle[:, None] - middle[None, :]) ** 2
    if values[0] < 0:
        raise UndefinedError("ratios need ratings of 0 or more")
    squared: Floats = np.square(np.divide(a - b, a + b, out=np.zeros_like(a + b), where=a != b))
    return squared


def _table(ratings: ArrayLike, labels: ArrayLike, weights: Weights) -> tuple[Floats, Floats, Floats]:
    """Counts (responses, labels), cells (responses, raters, labels) and weights (labels, labels)."""
    places = indexes(_two_dimensional(ratings), labels)
    known = np.asarray(labels, dtype=float)
    cells = (places[:, :, None] == np.arange(known.size)).astype(float)
    counts = cells.sum(axis=1)
    rated = counts.sum(axis=1) > 0
    if not np.any(counts.sum(axis=1) > 1):
        raise UndefinedError("no response was rated by two raters or more")
    apart = np.square(known[:, None] - known[None, :])
    weight = np.eye(known.size) if weights is Weights.IDENTITY else 1 - apart / apart.max()
    return counts[rated], cells[rated], weight


def _two_dimensional(ratings: ArrayLike) -> Floats:
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2:
        raise ValueError("ratings: a table of responses by raters is needed")
    return table


def _shares(counts: Floats) -> Floats:
    shares: Floats = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _corrected(counts: Floats, weight: Floats, chance: float) -> float:
    multiple = counts[counts.sum(axis=1) > 1]
    sizes = multiple.sum(axis=1)
    agreeing = (multiple * (multiple @ weight - 1)).sum(axis=1)
    observed = float(np.mean(agreeing / (sizes * (sizes - 1))))
    if 1 - chance < 1e-12:
        raise UndefinedError("every rating is the same")
    return (observed - chance) / (1 - chance)
