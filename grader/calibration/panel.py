"""The raters of a calibration set that a judge is calibrated to, and their ratings as arrays."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.calibration.applying import probability
from grader.calibration.decisions import Decisions
from grader.calibration.judged import Judged, verdict
from grader.domain.calibration_set import OVERALL, VALUES, CalibrationSet, Rater, RaterKind, Scale
from grader.domain.rating import Rating, Verdict
from grader.domain.rubric import Rubric
from grader.scoring import score

PERCENT_SCALE = Scale(low=1, high=5)
"""Totals that are computed from verdicts are compared on the 1 to 5 scale of every score."""


class Panel:
    """The reference raters of a set: its people if there are any, else all but the judge."""

    def __init__(self, calibration_set: CalibrationSet, judge: str) -> None:
        others = [r for r in calibration_set.manifest.raters if r.id != judge]
        people = [r for r in others if r.kind is RaterKind.HUMAN]
        self.raters: list[Rater] = people or others
        self.set = calibration_set
        names = {r.id for r in self.raters}
        self.values: dict[tuple[str, str], dict[str, float]] = {}
        for given in calibration_set.ratings:
            if given.rater in names:
                self.values.setdefault((given.response, given.criterion), {})[given.rater] = given.value

    @property
    def human(self) -> bool:
        """Whether people rated."""
        return any(r.kind is RaterKind.HUMAN for r in self.raters)

    @property
    def scale(self) -> Scale:
        """The scale on which totals are compared."""
        return self.set.manifest.scale if self.rates_overall and self.set.manifest.scale else PERCENT_SCALE

    @property
    def rates_overall(self) -> bool:
        """Whether there are ratings of whole answers."""
        return any(criterion == OVERALL for _, criterion in self.values)

    def labels(self, others: NDArray[np.float64]) -> list[float]:
        """The verdicts that agreement is counted over: `partly` only where somebody gives it."""
        given = {v for (_, criterion), by in self.values.items() if criterion != OVERALL for v in by.values()}
        half = VALUES[Verdict.PARTLY]
        return [0.0, half, 1.0] if half in given or np.any(others == half) else [0.0, 1.0]

    def matrix(self, keys: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Ratings of (response, criterion) pairs, shape (pairs, raters), NaN where missing."""
        return np.array(
            [[self.values.get(key, {}).get(r.id, np.nan) for r in self.raters] for key in keys]
        ).reshape(len(keys), len(self.raters))

    def verdict(self, key: tuple[str, str]) -> float:
        """The commonest rating of a pair; of an even split that of the first rater who gave one."""
        given = [self.values[key][r.id] for r in self.raters if r.id in self.values[key]]
        return Counter(given).most_common(1)[0][0]

    def totals(self, responses: Sequence[str], rubric: Rubric | None) -> NDArray[np.float64]:
        """Totals in percent, shape (responses, raters): overall ratings, else computed from all verdicts."""
        if self.rates_overall:
            given = self.matrix([(response, OVERALL) for response in responses])
            return percent_of(given, self.scale)
        if rubric is None:
            return np.full((len(responses), len(self.raters)), np.nan)
        return np.array(
            [[self._counted(response, r.id, rubric) for r in self.raters] for response in responses]
        ).reshape(len(responses), len(self.raters))

    def _counted(self, response: str, rater: str, rubric: Rubric) -> float:
        ratings = [
            Rating(rater=rater, criterion=c.id, verdict=verdict(values[rater]))
            for c in rubric.criteria
            if rater in (values := self.values.get((response, c.id), {}))
        ]
        counted = score(rubric, ratings)
        return np.nan if counted is None else counted.percent


def decisions(panel: Panel, judged: Judged) -> Decisions:
    """Every answer and criterion that the judge has a probability for and the panel a rating."""
    candidates = {r.id: r.candidate for r in panel.set.responses}
    rows = [
        (response, candidates[response], rating.criterion, p, _share(given), panel.verdict(key))
        for response, ratings in judged.ratings.items()
        for rating in ratings
        if (given := panel.values.get(key := (response, rating.criterion)))
        and (p := probability(rating, judged.signal)) is not None
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(Decisions._fields)
    return Decisions(
        responses=np.array(columns[0], dtype=str),
        candidates=np.array(columns[1], dtype=str),
        criteria=np.array(columns[2], dtype=str),
        probability=np.array(columns[3], dtype=float),
        share=np.array(columns[4], dtype=float),
        verdict=np.array(columns[5], dtype=float),
    )


def _share(given: Mapping[str, float]) -> float:
    """Share of the raters that say met."""
    return sum(value == 1 for value in given.values()) / len(given)


def percent_of(values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Ratings on a scale as percent of it."""
    return 100 * (values - scale.low) / (scale.high - scale.low)


def on_scale(percent: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Percent as ratings on a scale."""
    return scale.low + (scale.high - scale.low) * percent / 100
