"""Tests of no group effect: names are shuffled, or ranked, within each answer."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import friedmanchisquare

Floats = NDArray[np.float64]

SHUFFLES = 2000
_SEED = 20261122
_AT_ONCE = 100
_FEWEST = 3
"""Answers that Friedman's test needs."""


def permutation(scores: Floats) -> float | None:
    """p of the spread between groups, `scores` of shape (answers, groups), if names had no effect.

    The statistic is the variance of the groups' means. None where no answer moved.
    """
    centered = scores - scores.mean(axis=1, keepdims=True)
    if np.allclose(centered, 0):
        return None
    random = np.random.default_rng(_SEED)
    many = np.broadcast_to(centered, (_AT_ONCE, *centered.shape))
    shuffled = [_spread(random.permuted(many, axis=2)) for _ in range(SHUFFLES // _AT_ONCE)]
    return float((1 + np.sum(np.concatenate(shuffled) >= _spread(centered) - 1e-12)) / (1 + SHUFFLES))


def friedman(scores: Floats) -> float | None:
    """p of Friedman's test on `scores` of shape (answers, groups); None where it has nothing to rank."""
    if len(scores) < _FEWEST or np.all(scores == scores[:, :1]):
        return None
    return float(friedmanchisquare(*scores.T).pvalue)


def _spread(centered: Floats) -> Floats:
    return np.asarray(centered.mean(axis=-2).var(axis=-1))
