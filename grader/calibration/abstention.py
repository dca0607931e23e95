"""The threshold above which the machine decides by itself, with the agreement that it promises.

Fixed-sequence tests: thresholds are tried from strict to lax, each with an exact binomial bound, until one
fails. One sequence starts at few decisions, one in the middle, one at all of them, each with a third of the
allowed doubt; the laxest threshold that held in any is taken. Since their order is fixed before any verdict
is seen, the chance that it breaks the promise is at most 1 - confidence, however badly the judge is
calibrated (Bates et al. 2021; Angelopoulos et al. 2021, "Learn then Test").

Decisions on one candidate hang together. As survey statistics does (Korn and Graubard 1998), the bound is
taken on the effective number of decisions: their number over the design effect of errors within candidates.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from grader.domain.calibration import Guarantee

Floats = NDArray[np.float64]

MIN_CANDIDATES = 30
"""With fewer candidates their likeness can't be measured, and nothing is promised.

In simulations with errors that cluster strongly, ten candidates broke a promise of 95% twice as often as
allowed, and thirty kept it.
"""
STEPS = 40
"""Thresholds that are tried at most."""
STARTS = 3
"""Sequences, each with its share of the allowed doubt."""


class Ask(NamedTuple):
    """What the user asks of the machine's own decisions."""

    agreement: float = 0.90
    """1 - alpha."""
    confidence: float = 0.95
    """1 - delta."""


def guarantee(
    confidence: Floats, agrees: NDArray[np.bool_], candidates: NDArray[np.str_], ask: Ask
) -> Guarantee:
    """The laxest threshold on calibrated confidence that keeps the promise.

    `confidence`: 0.5 to 1, the calibrated probability of the machine's verdict. `agrees`: whether the raters
    gave the same verdict. Curves must have been fitted on other candidates.
    """
    people = len(set(candidates))
    none = Guarantee(
        agreement=ask.agreement,
        confidence=ask.confidence,
        threshold=None,
        n=len(confidence),
        candidates=people,
        design_effect=1.0,
        coverage=0.0,
        observed=None,
        lower=None,
    )
    smallest = fewest(ask)
    if people < MIN_CANDIDATES or len(confidence) < smallest:
        return none.model_copy(
            update={
                "reason": f"Not enough data: {len(confidence)} decisions on {people} candidates; at least "
                f"{smallest} on {MIN_CANDIDATES} are needed."
            }
        )
    levels = _levels(confidence, smallest)
    sure = 1 - (1 - ask.confidence) / STARTS
    sizes, wrong = _accumulated(levels, confidence, ~agrees, candidates)
    effects = design_effects(sizes, wrong)
    n, errors = sizes.sum(axis=1), wrong.sum(axis=1)
    lower = lower_bounds(n - errors, n, effects, sure)
    kept = lower >= ask.agreement
    ends = [s + _run(kept[s:]) - 1 for s in (0, len(levels) // 2, len(levels) - 1) if kept[s]]
    if not ends:
        reason = "Not enough data, or not enough agreement: even the most confident decisions fall short."
        return none.model_copy(update={"reason": reason})
    last = max(ends)
    return none.model_copy(
        update={
            "threshold": float(levels[last]),
            "design_effect": float(effects[last]),
            "coverage": float(n[last] / len(confidence)),
            "observed": float(1 - errors[last] / n[last]),
            "lower": float(lower[last]),
        }
    )


def _run(kept: NDArray[np.bool_]) -> int:
    """How many are kept before the first that is not."""
    return len(kept) if kept.all() else int(np.argmin(kept))


def fewest(ask: Ask) -> int:
    """Decisions that the strictest threshold starts with: twice what would do if none of them were wrong."""
    return 2 * math.ceil(math.log((1 - ask.confidence) / STARTS) / math.log(ask.agreement))


def _levels(confidence: Floats, smallest: int) -> Floats:
    """Thresholds from strict to lax, by how many decisions lie above them; chosen without any verdict."""
    falling = np.sort(confidence)[::-1]
    counts = np.unique(np.geomspace(smallest, len(falling), STEPS).round().astype(int))
    return np.unique(falling[counts - 1])[::-1]


def _accumulated(
    levels: Floats, confidence: Floats, errors: NDArray[np.bool_], candidates: NDArray[np.str_]
) -> tuple[Floats, Floats]:
    """Decisions and errors at or above each level, shape (levels, candidates)."""
    names, whose = np.unique(candidates, return_inverse=True)
    shape = (len(levels) + 1, len(names))
    # the first level that a decision lies above; one below them all goes into the last row, left out
    cells = np.searchsorted(-levels, -confidence) * len(names) + whose
    sizes = np.bincount(cells, minlength=math.prod(shape)).reshape(shape)
    wrong = np.bincount(cells, weights=errors, minlength=math.prod(shape)).reshape(shape)
    return sizes[:-1].cumsum(axis=0).astype(float), wrong[:-1].cumsum(axis=0)


def lower_bounds(agreeing: Floats, n: Floats, effects: Floats, confidence: float) -> Floats:
    """Exact one-sided lower bounds (Clopper and Pearson 1934) of rates, on n / effects decisions."""
    hits, misses = agreeing / effects, (n - agreeing) / effects
    bounds = betaincinv(np.maximum(hits, 1e-300), misses + 1, 1 - confidence)
    return np.where(agreeing > 0, bounds, 0.0)


def design_effects(sizes: Floats, wrong: Floats) -> Floats:
    """Variance of the error rate with whole candidates drawn over that with single decisions; at least 1.

    Both of shape (rows, candidates), the result (rows,). The ratio estimator's variance over p(1 - p)/n
    (Cochran 1977, ch. 9A); 1 where no error, or nothing but errors, leaves no variance to compare; the number
    of decisions where all are one candidate's.
    """
    n, people = sizes.sum(axis=1), (sizes > 0).sum(axis=1)
    rate = wrong.sum(axis=1) / n
    squares = ((wrong - rate[:, None] * sizes) ** 2).sum(axis=1)
    mixed = (rate > 0) & (rate < 1)
    single = np.where(mixed, rate * (1 - rate), 1.0)
    spread = people / np.maximum(people - 1, 1) * squares / (n * single)
    return np.where(mixed, np.where(people > 1, np.maximum(1.0, spread), n), 1.0)
