"""Simulated judges whose agreement with the raters is known exactly at every confidence."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

LEVELS = 0.5 + 0.5 * (np.arange(25) + 0.5) / 25
"""Confidences that a judge may have, each as likely as the others."""


class Population(NamedTuple):
    """A judge, by its agreement with the raters at each of LEVELS."""

    agreement: NDArray[np.float64]

    def true_agreement(self, threshold: float) -> float:
        """Of all its decisions at or above a threshold."""
        return float(self.agreement[threshold <= LEVELS].mean())


class Sample(NamedTuple):
    """Decisions drawn from a population; columns of equal length."""

    confidence: NDArray[np.float64]
    agrees: NDArray[np.bool_]
    candidates: NDArray[np.str_]


def judge(kind: str, ask: float) -> Population:
    """The judge of a kind; the noisy one agrees just less often than is asked for."""
    above = LEVELS - 0.5
    rates = {
        "well calibrated": LEVELS,
        "overconfident": 0.5 + 0.8 * above,
        "underconfident": np.minimum(1.0, 0.75 + 0.5 * above),
        "pure noise": np.full(len(LEVELS), ask - 0.005),
    }
    return Population(rates[kind])


def sample(
    population: Population, rng: np.random.Generator, people: int, each: int, likeness: float
) -> Sample:
    """`people` candidates with `each` decisions. `likeness`: correlation, on a normal scale, of one's errors.

    The agreement at every confidence is that of the population, however alike one's errors are.
    """
    level = rng.integers(len(LEVELS), size=people * each)
    whose = np.repeat(np.arange(people), each)
    luck = np.sqrt(likeness) * rng.normal(size=people)[whose]
    luck += np.sqrt(1 - likeness) * rng.normal(size=people * each)
    return Sample(LEVELS[level], ndtr(luck) < population.agreement[level], whose.astype(str))
