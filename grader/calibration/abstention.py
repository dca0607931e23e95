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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from grader.domain.calibration import Guarantee

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
    confidence: NDArray[np.float64], agrees: NDArray[np.bool_], candidates: NDArray[np.str_], ask: Ask
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
    levels, whose = _levels(confidence, smallest), np.unique(candidates, return_inverse=True)[1]
    sure = 1 - (1 - ask.confidence) / STARTS
    held = [
        level
        for start in (0, len(levels) // 2, len(levels) - 1)
        for level in _holding(levels[start:], confidence, agrees, whose, Ask(ask.agreement, sure))
    ]
    if not held:
        reason = "Not enough data, or not enough agreement: even the most confident decisions fall short."
        return none.model_copy(update={"reason": reason})
    threshold = min(held)
    taken = confidence >= threshold
    effect = design_effect(~agrees[taken], whose[taken])
    return none.model_copy(
        update={
            "threshold": threshold,
            "design_effect": effect,
            "coverage": float(taken.mean()),
            "observed": float(agrees[taken].mean()),
            "lower": lower_bound(int(agrees[taken].sum()), int(taken.sum()), effect, sure),
        }
    )


def _holding(
    levels: Sequence[float],
    confidence: NDArray[np.float64],
    agrees: NDArray[np.bool_],
    candidates: NDArray[np.intp],
    ask: Ask,
) -> Iterator[float]:
    """The levels of one sequence, in order, until the first that fails."""
    for level in levels:
        taken = confidence >= level
        effect = design_effect(~agrees[taken], candidates[taken])
        if lower_bound(int(agrees[taken].sum()), int(taken.sum()), effect, ask.confidence) < ask.agreement:
            return
        yield level


def fewest(ask: Ask) -> int:
    """Decisions that the strictest threshold starts with: twice what would do if none of them were wrong."""
    return 2 * math.ceil(math.log((1 - ask.confidence) / STARTS) / math.log(ask.agreement))


def _levels(confidence: NDArray[np.float64], smallest: int) -> list[float]:
    """Thresholds from strict to lax, by how many decisions lie above them; chosen without any verdict."""
    falling = np.sort(confidence)[::-1]
    counts = np.unique(np.geomspace(smallest, len(falling), STEPS).round().astype(int))
    return list(dict.fromkeys(float(falling[count - 1]) for count in counts))


def lower_bound(agreeing: int, n: int, effect: float, confidence: float) -> float:
    """Exact one-sided lower bound (Clopper and Pearson 1934) of a rate, on n / effect decisions."""
    if agreeing == 0:
        return 0.0
    hits, misses = agreeing / effect, (n - agreeing) / effect
    return float(betaincinv(hits, misses + 1, 1 - confidence))


def design_effect(errors: NDArray[np.bool_], candidates: NDArray[np.str_] | NDArray[np.intp]) -> float:
    """Variance of the error rate with whole candidates drawn over that with single decisions; at least 1.

    The ratio estimator's variance over p(1 - p)/n (Cochran 1977, ch. 9A); 1 where no error, or nothing but
    errors, leaves no variance to compare.
    """
    n, rate = len(errors), float(errors.mean())
    if rate in {0.0, 1.0}:
        return 1.0
    _, which = np.unique(candidates, return_inverse=True)
    sizes = np.bincount(which)
    if len(sizes) < 2:
        return float(n)
    residuals = np.bincount(which, weights=errors.astype(float)) - rate * sizes
    spread = len(sizes) / (len(sizes) - 1) * float((residuals**2).sum()) / n**2
    return max(1.0, spread / (rate * (1 - rate) / n))
