"""Any two raters of a set against each other, people or model versions alike."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from grader.agreement.agreement import Agreement
from grader.agreement.compare import compare
from grader.calibration.comparison import ALL_CRITERIA, TOTAL
from grader.calibration.judged import Judged
from grader.calibration.panel import PERCENT_SCALE, Panel, on_scale
from grader.domain.calibration_set import (
    OVERALL,
    VALUES,
    CalibrationSet,
    Rater,
    RaterKind,
    SetRating,
)
from grader.domain.rubric import Rubric


class Compared(NamedTuple):
    """Two raters on one criterion, on all criteria, or on the total."""

    name: str
    title: str
    agreement: Agreement


def add_judge(calibration_set: CalibrationSet, judged: Judged, name: str) -> CalibrationSet:
    """The set with a judge's verdicts as those of one more rater, a model."""
    manifest = calibration_set.manifest
    known = {r.id for r in calibration_set.responses}
    ratings = tuple(
        SetRating(
            response=response,
            criterion=rating.criterion,
            rater=name,
            value=VALUES[rating.verdict],
            probability=rating.probability,
        )
        for response, given in judged.ratings.items()
        if response in known
        for rating in given
        if rating.verdict in VALUES
    )
    raters = (*manifest.raters, Rater(id=name, kind=RaterKind.MODEL))
    return calibration_set.model_copy(
        update={
            "manifest": manifest.model_copy(update={"raters": raters}),
            "ratings": (*calibration_set.ratings, *ratings),
        }
    )


def with_totals(calibration_set: CalibrationSet, rubric: Rubric) -> CalibrationSet:
    """The set with totals, 1 to 5, as overall ratings: of each rater, where every criterion is rated."""
    panel = Panel(calibration_set, judge="")
    panel.raters = list(calibration_set.manifest.raters)
    panel.values = values_of(calibration_set)
    if panel.rates_overall:
        return calibration_set
    responses = [r.id for r in calibration_set.responses]
    totals = on_scale(panel.totals(responses, rubric), PERCENT_SCALE)
    found = tuple(
        SetRating(response=response, criterion=OVERALL, rater=rater.id, value=float(value))
        for response, row in zip(responses, totals, strict=True)
        for rater, value in zip(panel.raters, row, strict=True)
        if not np.isnan(value)
    )
    manifest = calibration_set.manifest.model_copy(update={"scale": PERCENT_SCALE})
    return calibration_set.model_copy(
        update={"manifest": manifest, "ratings": (*calibration_set.ratings, *found)}
    )


def compare_raters(
    calibration_set: CalibrationSet, rubric: Rubric | None, first: str, second: str, resamples: int
) -> list[Compared]:
    """`second` against `first` as the reference: by criterion, all criteria, and the total.

    All people of the set but these two serve as the human-human baseline.
    """
    panel = Panel(calibration_set, judge="")
    order = {first: 0, second: 1}
    panel.raters = sorted(
        (r for r in calibration_set.manifest.raters if r.id in order or r.kind is RaterKind.HUMAN),
        key=lambda rater: order.get(rater.id, 2),
    )
    panel.values = values_of(calibration_set)
    candidates = {r.id: r.candidate for r in calibration_set.responses}
    names = list(dict.fromkeys(c for _, c in panel.values if c != OVERALL))
    titles = {c.id: c.title for c in rubric.criteria} if rubric else {}
    ordered = [name for name in titles if name in names] or names
    found = []
    for name in [*ordered, *([ALL_CRITERIA] if ordered else [])]:
        keys = [k for k in panel.values if k[1] == name or (name == ALL_CRITERIA and k[1] != OVERALL)]
        found.append(Compared(name, titles.get(name, name), _compared(panel, keys, candidates, resamples)))
    responses = [r.id for r in calibration_set.responses]
    totals = on_scale(panel.totals(responses, rubric), panel.scale)
    if np.any(~np.isnan(totals[:, 0]) & ~np.isnan(totals[:, 1])):
        scale = panel.scale
        agreement = compare(
            totals[:, 0],
            totals[:, 1],
            [candidates[r] for r in responses],
            scale=scale,
            further=totals[:, 2:],
            resamples=resamples,
        )
        found.append(Compared(TOTAL, f"total, {scale.low:g} to {scale.high:g}", agreement))
    return found


def _compared(
    panel: Panel, keys: Sequence[tuple[str, str]], candidates: dict[str, str], resamples: int
) -> Agreement:
    ratings = panel.matrix(keys)
    return compare(
        ratings[:, 0],
        ratings[:, 1],
        [candidates[response] for response, _ in keys],
        labels=panel.labels(ratings),
        further=ratings[:, 2:],
        resamples=resamples,
    )


def values_of(calibration_set: CalibrationSet) -> dict[tuple[str, str], dict[str, float]]:
    """By response and criterion, what each rater gave."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for given in calibration_set.ratings:
        found.setdefault((given.response, given.criterion), {})[given.rater] = given.value
    return found
