"""Mean scores and criterion credits by group: each group beside the largest one."""

import warnings
from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.stats import norm, ttest_ind
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.multitest import multipletests

from grader.agreement.figures import Figure, Floats
from grader.fairness.outcomes import Attribute, Cell, Stage
from grader.fairness.rates import LEVEL
from grader.fairness.report import Mean
from grader.fairness.withholding import shown

NO_SPREAD = "all scores within each of the two groups are the same"


def means(stages: Sequence[Stage], of: Attribute, minimum: int) -> tuple[Mean, ...]:
    """A row for each stage and shown group but the stage's largest; p is adjusted over all of them (Holm)."""
    rows = [row for stage in stages for row in _rows(stage, of, minimum)]
    tested = [place for place, row in enumerate(rows) if row.p is not None]
    adjusted = multipletests([rows[place].p for place in tested], method="holm")[1] if tested else []
    for place, p in zip(tested, adjusted, strict=True):
        rows[place] = rows[place].model_copy(update={"adjusted_p": float(p)})
    return tuple(rows)


def largest(sizes: dict[Cell, int]) -> Cell | None:
    """The group with the most candidates, of equals the first by name; None where there is none."""
    return max(sorted(sizes), key=lambda cell: sizes[cell], default=None)


def _rows(stage: Stage, of: Attribute, minimum: int) -> list[Mean]:
    known = shown(stage, of, minimum)
    reference = largest({cell: len(people) for cell, people in known.items()})
    scores = {cell: np.array([stage.outcomes[one] for one in people]) for cell, people in known.items()}
    return [
        _mean(stage, cell, reference, scores[cell], scores[reference])
        for cell in known
        if reference is not None and cell != reference
    ]


def _mean(stage: Stage, group: Cell, reference: Cell, x: Floats, y: Floats) -> Mean:
    difference, p = _welch(x, y)
    return Mean(
        stage=stage.id,
        title=stage.title,
        level=stage.level,
        group=group,
        reference=reference,
        n=x.size,
        reference_n=y.size,
        mean=float(x.mean()),
        reference_mean=float(y.mean()),
        difference=difference,
        effect=_effect(x, y),
        p=p,
    )


def _welch(x: Floats, y: Floats) -> tuple[Figure, float | None]:
    """The difference of means with the interval and p of Welch's t test (1947, by scipy)."""
    value, n = float(x.mean() - y.mean()), x.size + y.size
    if reason := _why_not(x, y):
        return Figure(value=value, n=n, reason=f"no interval: {reason}"), None
    with warnings.catch_warnings():
        # scipy warns of lost digits where one of the two groups has no spread: its variance is 0 then
        warnings.simplefilter("ignore", RuntimeWarning)
        found = ttest_ind(x, y, equal_var=False)
        low, high = found.confidence_interval(LEVEL)
    return Figure(value=value, low=float(low), high=float(high), n=n), float(found.pvalue)


def _effect(x: Floats, y: Floats) -> Figure:
    """Hedges' g with its normal interval (Hedges and Olkin 1985, by statsmodels)."""
    n = x.size + y.size
    if reason := _why_not(x, y):
        return Figure(value=None, n=n, reason=reason)
    g, variance = effectsize_smd(x.mean(), x.std(ddof=1), x.size, y.mean(), y.std(ddof=1), y.size)
    margin = norm.ppf((1 + LEVEL) / 2) * sqrt(variance)
    return Figure(value=float(g), low=float(g - margin), high=float(g + margin), n=n)


def _why_not(x: Floats, y: Floats) -> str:
    if min(x.size, y.size) < 2:
        return "a group of one candidate has no spread"
    return "" if np.ptp(x) or np.ptp(y) else NO_SPREAD
