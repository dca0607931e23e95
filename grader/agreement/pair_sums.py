"""Figures of two raters from sums that add up over responses, for many resamples at once."""

import numpy as np

from grader.agreement.figures import Floats
from grader.agreement.pair import Pair
from grader.agreement.resampling import ratio
from grader.agreement.scale import indexes

_SCALARS = 13
_NEGLIGIBLE = 1e-12


def pair_rows(pair: Pair) -> Floats:
    """What is summed, shape (n, columns): counts and moments, then a column per rater and category found."""
    (cx, cy), found = pair.centers, pair.found
    u, v = pair.x - cx, pair.y - cy
    step = pair.y_step - pair.x_step
    top = pair.categories[-1]
    scalars = [
        np.ones_like(u),
        u,
        v,
        u * u,
        v * v,
        u * v,
        (pair.y - pair.x) ** 2,
        step == 0,
        np.abs(step) <= 1,
        step > 0,
        step < 0,
        pair.x_category == top,
        pair.y_category == top,
    ]
    by_category = [pair.x_category[:, None] == found, pair.y_category[:, None] == found]
    return np.column_stack([*scalars, *by_category]).astype(float)


def pair_columns(pair: Pair) -> int:
    """How many columns `pair_rows` has."""
    return _SCALARS + 2 * pair.found.size


def pair_draws(pair: Pair, sums: Floats) -> dict[str, Floats]:
    """Figures by name, each of shape (resamples,), NaN where undefined; `sums` has a row per resample.

    Formulas as in `two_raters` and, for `ac1` and `alpha` (interval), `many_raters`.
    """
    n, u, v, uu, vv, uv, apart, exact, adjacent, more, less, top_x, top_y = sums[:, :_SCALARS].T
    by_category = sums[:, _SCALARS:]
    half = by_category.shape[1] // 2
    shares_x, shares_y = by_category[:, :half], by_category[:, half:]
    cx, cy = pair.centers
    mean_u, mean_v = ratio(u, n), ratio(v, n)
    gap = (cy - cx) + mean_v - mean_u
    sx, sy, sxy = uu - u * mean_u, vv - v * mean_v, uv - u * mean_v
    flat_x, flat_y = sx <= _NEGLIGIBLE * uu, sy <= _NEGLIGIBLE * vv
    sx, sy, sxy = np.where(flat_x, 0, sx), np.where(flat_y, 0, sy), np.where(flat_x | flat_y, 0, sxy)
    size = np.abs(np.concatenate([pair.x, pair.y])).max(initial=0.0)
    same = flat_x & flat_y & (np.abs(gap) <= 1e-9 * size)
    po = ratio(exact, n)
    pe = ratio((shares_x * shares_y).sum(axis=1), n * n)
    share = ratio((shares_x + shares_y).T, 2 * n)
    pe_gwet = (share * (1 - share)).sum(axis=0) / (pair.categories.size - 1)
    variance_x, variance_y = ratio(sx, n - 1, n > 1), ratio(sy, n - 1, n > 1)
    smd_variance = (variance_x + variance_y) / 2 if pair.people else variance_x
    smd_flat = flat_x & flat_y if pair.people else flat_x
    return {
        "prevalence_reference": ratio(top_x, n),
        "prevalence_other": ratio(top_y, n),
        "mean_reference": cx + mean_u,
        "mean_other": cy + mean_v,
        "sd_reference": np.sqrt(variance_x),
        "sd_other": np.sqrt(variance_y),
        "exact": po,
        "adjacent": ratio(adjacent, n),
        "kappa": ratio(po - pe, 1 - pe, 1 - pe > _NEGLIGIBLE),
        "qwk": ratio(2 * sxy, sx + sy + n * gap * gap, ~same),
        "ac1": ratio(po - pe_gwet, 1 - pe_gwet),
        "alpha": 1 - ratio(apart * (2 * n - 1), n * (2 * (sx + sy) + n * gap * gap), ~same),
        "pearson": ratio(sxy, np.sqrt(sx * sy), ~flat_x & ~flat_y & (n > 2)),
        "smd": ratio(gap, np.sqrt(smd_variance), ~smd_flat & (n > 1)),
        "rmse": np.sqrt(ratio(apart, n)),
        "false_credit": np.where(n > 0, more, np.nan),
        "miss": np.where(n > 0, less, np.nan),
    }


def share_draws(pair: Pair, sums: Floats, category: float) -> Floats:
    """Share of the reference rater's ratings that are `category`, shape (resamples,)."""
    found = pair.found
    if category not in found:
        return np.where(sums[:, 0] > 0, 0.0, np.nan)
    place = int(indexes(np.array([category]), found)[0]) if found.size > 1 else 0
    return ratio(sums[:, _SCALARS + place], sums[:, 0])
