"""Totals: the judge's, before and after calibration, and the line that puts them on the raters' scale."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import linregress

from grader.calibration.applying import with_probability
from grader.calibration.decisions import Split
from grader.calibration.judged import Judged
from grader.calibration.panel import Panel, percent_of
from grader.domain.calibration import Line
from grader.domain.calibration_set import Scale
from grader.domain.rating import Rating
from grader.domain.rubric import Rubric
from grader.scoring import score

FEWEST = 5
"""Fewer answers on either side of the split give no line."""


class Totals(NamedTuple):
    """Totals in percent, a row an answer of the set, NaN where there is none."""

    responses: tuple[str, ...]
    candidates: NDArray[np.str_]
    held_out: NDArray[np.bool_]
    raters: NDArray[np.float64]
    """Shape (answers, raters), in the panel's order."""
    before: NDArray[np.float64]
    """The judge's own."""
    after: NDArray[np.float64]
    """Of its calibrated verdicts, on the raters' scale."""
    line: Line | None

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Held-out answers with a total by the judge and by the first rater."""
        return self.held_out & ~np.isnan(self.before) & ~np.isnan(self.raters[:, 0])


def totals(panel: Panel, judged: Judged, rubric: Rubric | None, split: Split) -> Totals:
    """The totals of judge and raters; out of fold on the fit half, as the verdicts that they rest on."""
    answers = panel.set.responses
    responses = tuple(response.id for response in answers)
    apart = set(panel.set.manifest.held_out)
    held_out = np.array([response.candidate in apart for response in answers], dtype=bool)
    before = judge_totals(judged, responses, rubric, panel.set.manifest.scale)
    keys = zip(split.rows.responses, split.rows.criteria, strict=True)
    probabilities = dict(zip(keys, split.after, strict=True))
    verdicts = before if judged.overall else calibrated_totals(judged, responses, rubric, probabilities)
    raters = panel.totals(responses, rubric)
    rated = ~np.isnan(raters).all(axis=1)
    mean = np.full(len(responses), np.nan)
    mean[rated] = np.nanmean(raters[rated], axis=1)
    found = line(verdicts, mean, ~held_out)
    return Totals(
        responses=responses,
        candidates=np.array([response.candidate for response in answers]),
        held_out=held_out,
        raters=raters,
        before=before,
        after=verdicts if found is None else np.clip(found.intercept + found.slope * verdicts, 0, 100),
        line=found,
    )


def judge_totals(
    judged: Judged, responses: Sequence[str], rubric: Rubric | None, scale: Scale | None
) -> NDArray[np.float64]:
    """The judge's totals in percent, shape (responses,); NaN where it has none."""
    if judged.overall and scale is not None:
        return percent_of(np.array([judged.overall.get(r, np.nan) for r in responses]), scale)
    return np.array([_percent(judged.ratings.get(r, ()), rubric) for r in responses])


def calibrated_totals(
    judged: Judged,
    responses: Sequence[str],
    rubric: Rubric | None,
    probabilities: Mapping[tuple[str, str], float],
) -> NDArray[np.float64]:
    """Totals of the verdicts that these calibrated probabilities, by response and criterion, lead to."""
    return np.array(
        [
            _percent(
                [
                    with_probability(rating, probabilities[response, rating.criterion])
                    if (response, rating.criterion) in probabilities
                    else rating
                    for rating in judged.ratings.get(response, ())
                ],
                rubric,
            )
            for response in responses
        ]
    )


def _percent(ratings: Sequence[Rating], rubric: Rubric | None) -> float:
    counted = score(rubric, ratings) if rubric is not None else None
    return np.nan if counted is None else counted.percent


def line(judge: NDArray[np.float64], raters: NDArray[np.float64], fit: NDArray[np.bool_]) -> Line | None:
    """Least squares of the raters' percent on the judge's, on the rows of `fit`.

    The standard error is the root mean square of what the line misses on the other rows. None where either
    part has fewer than FEWEST rows with both, or the judge's totals are all the same.
    """
    both = ~np.isnan(judge) & ~np.isnan(raters)
    learn, test = both & fit, both & ~fit
    if min(learn.sum(), test.sum()) < FEWEST or np.ptp(judge[learn]) == 0:
        return None
    found = linregress(judge[learn], raters[learn])
    missed = raters[test] - np.clip(found.intercept + found.slope * judge[test], 0, 100)
    return Line(
        slope=float(found.slope),
        intercept=float(found.intercept),
        standard_error=float(np.sqrt(np.mean(missed**2))),
        n=int(learn.sum()),
    )
