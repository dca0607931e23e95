"""The judge against the first reference rater on held-out answers, before and after calibration."""

import numpy as np
from numpy.typing import NDArray

from grader.agreement.compare import compare
from grader.calibration.decisions import Split
from grader.calibration.panel import Panel, on_scale
from grader.calibration.study import BeforeAfter, Confusion, TotalPoint
from grader.calibration.totals import Totals
from grader.domain.calibration_set import VALUES
from grader.domain.rubric import Rubric

ALL_CRITERIA = "all criteria"
TOTAL = "total"


def by_criterion(panel: Panel, rubric: Rubric | None, split: Split, resamples: int) -> list[BeforeAfter]:
    """By criterion in the rubric's order, then all criteria together."""
    names = list(dict.fromkeys(split.rows.criteria))
    titles: dict[str, str] = {}
    if rubric is not None:
        titles = {c.id: c.title for c in rubric.criteria}
        names = [name for name in titles if name in set(names)]
    labels = panel.labels(split.before_verdict)
    found = []
    for name in [*names, ALL_CRITERIA]:
        chosen = split.held_out & ((split.rows.criteria == name) | (name == ALL_CRITERIA))
        if not chosen.any():
            continue
        part = split.rows.where(chosen)
        ratings = panel.matrix(list(zip(part.responses, part.criteria, strict=True)))
        before, after = (
            compare(
                ratings[:, 0],
                verdicts[chosen],
                list(part.candidates),
                labels=labels,
                further=ratings[:, 1:],
                resamples=resamples,
            )
            for verdicts in (split.before_verdict, split.after_verdict)
        )
        found.append(
            BeforeAfter(
                name=name,
                title=titles.get(name, name),
                before=before,
                after=after,
                confusion=Confusion(
                    labels=tuple(VALUES),
                    before=_counts(ratings[:, 0], split.before_verdict[chosen]),
                    after=_counts(ratings[:, 0], split.after_verdict[chosen]),
                ),
            )
        )
    return found


def of_totals(panel: Panel, totals: Totals, resamples: int) -> BeforeAfter:
    """Totals of held-out answers, compared on the panel's scale."""
    scale, rows = panel.scale, totals.held_out
    ratings = on_scale(totals.raters[rows], scale)
    before, after = (
        compare(
            ratings[:, 0],
            on_scale(given[rows], scale),
            list(totals.candidates[rows]),
            scale=scale,
            further=ratings[:, 1:],
            resamples=resamples,
        )
        for given in (totals.before, totals.after)
    )
    return BeforeAfter(
        name=TOTAL, title=f"total, {scale.low:g} to {scale.high:g}", before=before, after=after
    )


def total_points(panel: Panel, totals: Totals) -> tuple[TotalPoint, ...]:
    """Answers with a total by the judge and a rater."""
    scale = panel.scale
    rated = ~np.isnan(totals.raters).all(axis=1)
    both = rated & ~np.isnan(totals.before) & ~np.isnan(totals.after)
    before, after = on_scale(totals.before, scale), on_scale(totals.after, scale)
    return tuple(
        TotalPoint(
            response=totals.responses[row],
            raters=float(np.nanmean(on_scale(totals.raters[row], scale))),
            before=float(before[row]),
            after=float(after[row]),
            held_out=bool(totals.held_out[row]),
        )
        for row in np.flatnonzero(both).tolist()
    )


def _counts(reference: NDArray[np.float64], judge: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    values = list(VALUES.values())
    return tuple(tuple(int(((reference == x) & (judge == y)).sum()) for y in values) for x in values)
