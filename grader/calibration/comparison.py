"""The judge against the first reference rater on held-out answers, before and after calibration."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grader.agreement.compare import compare
from grader.calibration.decisions import Split
from grader.calibration.panel import Panel, on_scale
from grader.calibration.study import BeforeAfter, Confusion, TotalPoint
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


def of_totals(
    panel: Panel,
    raters: NDArray[np.float64],
    raw: NDArray[np.float64],
    final: NDArray[np.float64],
    candidates: Sequence[str],
    resamples: int,
) -> BeforeAfter:
    """Totals in percent, compared on the panel's scale. `raters`: shape (responses, raters)."""
    scale = panel.scale
    ratings = on_scale(raters, scale)
    before, after = (
        compare(
            ratings[:, 0],
            on_scale(totals, scale),
            list(candidates),
            scale=scale,
            further=ratings[:, 1:],
            resamples=resamples,
        )
        for totals in (raw, final)
    )
    return BeforeAfter(
        name=TOTAL, title=f"total, {scale.low:g} to {scale.high:g}", before=before, after=after
    )


def total_points(
    panel: Panel,
    responses: Sequence[str],
    raters: NDArray[np.float64],
    raw: NDArray[np.float64],
    final: NDArray[np.float64],
    held_out: NDArray[np.bool_],
) -> tuple[TotalPoint, ...]:
    """Answers with a total by the judge and a rater. `raters`: percent, shape (responses, raters)."""
    scale = panel.scale
    both = ~np.isnan(raters).all(axis=1) & ~np.isnan(raw) & ~np.isnan(final)
    return tuple(
        TotalPoint(
            response=responses[row],
            raters=float(on_scale(np.nanmean(raters[row], keepdims=True), scale)[0]),
            before=float(on_scale(raw[row : row + 1], scale)[0]),
            after=float(on_scale(final[row : row + 1], scale)[0]),
            held_out=bool(held_out[row]),
        )
        for row in np.flatnonzero(both).tolist()
    )


def _counts(reference: NDArray[np.float64], judge: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    values = list(VALUES.values())
    return tuple(tuple(int(((reference == x) & (judge == y)).sum()) for y in values) for x in values)
