"""Draws candidates with replacement, all their ratings coming along, on sums per candidate."""

from typing import Any

import numpy as np

from grader.agreement.figures import Floats

_CELLS = 4_000_000


def sums_by_group(rows: Floats, groups: Any, count: int) -> Floats:
    """Sums of `rows` (n, columns) by group, shape (count, columns); `groups` (n,) are 0 to count - 1."""
    sums = np.zeros((count, rows.shape[1]))
    if not len(rows):
        return sums
    order = np.argsort(groups, kind="stable")
    present, starts = np.unique(groups[order], return_index=True)
    sums[present] = np.add.reduceat(rows[order], starts, axis=0)
    return sums


def resample(sums: Floats, resamples: int, seed: int) -> Floats:
    """Sums in each resample, shape (resamples, columns): as many groups drawn as there are, with replacement.

    `sums` has the shape (groups, columns). One group alone cannot be resampled: the result then has no rows.
    """
    groups = len(sums)
    if groups < 2:
        return np.empty((0, sums.shape[1]))
    random = np.random.default_rng(seed)
    block = max(1, _CELLS // groups)
    parts = []
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = random.integers(groups, size=(size, groups)) + groups * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * groups).reshape(size, groups)
        parts.append(times.astype(float) @ sums)
    return np.concatenate(parts)


def ratio(top: Floats, bottom: Floats, defined: Any = True) -> Floats:
    """top / bottom, NaN where it is not defined or the bottom is 0."""
    gaps = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    divided: Floats = np.divide(top, bottom, out=gaps, where=(bottom != 0) & defined)
    return divided
