"""Decisions: for each answer and criterion, the judge's probability beside the raters' verdict."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Decisions(NamedTuple):
    """Columns of equal length, one entry for each answer and criterion that judge and raters both have."""

    responses: NDArray[np.str_]
    candidates: NDArray[np.str_]
    criteria: NDArray[np.str_]
    probability: NDArray[np.float64]
    """The judge's probability of met, 0 to 1."""
    share: NDArray[np.float64]
    """Share of the raters that say met, 0 to 1."""
    verdict: NDArray[np.float64]
    """The raters' verdict, 1 met, 0.5 partly, 0 not met: the commonest, of an even split the first's."""

    def __len__(self) -> int:
        """Number of decisions, not of columns."""
        return len(self.probability)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Decisions":
        """The chosen rows."""
        return Decisions(
            responses=self.responses[rows],
            candidates=self.candidates[rows],
            criteria=self.criteria[rows],
            probability=self.probability[rows],
            share=self.share[rows],
            verdict=self.verdict[rows],
        )


class Split(NamedTuple):
    """Decisions with what a calibration makes of them; columns of equal length."""

    rows: Decisions
    held_out: NDArray[np.bool_]
    after: NDArray[np.float64]
    """Calibrated probabilities: out of fold on the fit half, by the curves on the held-out half."""
    before_verdict: NDArray[np.float64]
    after_verdict: NDArray[np.float64]
