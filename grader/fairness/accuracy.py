"""Machine scores against people's by group: DSM, and the regressions OSA, OSD and CSD of RSMTool."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy.stats import t

from grader.agreement import two_raters
from grader.agreement.figures import Figure, Floats, UndefinedError, figure
from grader.fairness.means import largest
from grader.fairness.outcomes import Attribute, Cell, Stage
from grader.fairness.rates import LEVEL
from grader.fairness.report import Accuracy, Coefficient, Model
from grader.fairness.withholding import shown

_ALIKE = 1e-12


def accuracy(machine: Stage, human: Mapping[str, float], of: Attribute, minimum: int) -> Accuracy:
    """Figures over the candidates with both scores and a group that is shown.

    DSM(group) = mean of z(machine) - z(human), z by mean and standard deviation of all with both scores.
    OSA: (machine - human)² on groups; OSD: machine - human on groups; CSD: what groups add to the human
    score, as a category, in explaining machine - human. The reference is the largest group; R² is adjusted.
    Source: RSMTool documentation; Loukina, Madnani and Zechner 2019.
    """
    both = {one: score for one, score in machine.outcomes.items() if one in human}
    known = shown(replace(machine, outcomes=both), of, minimum)
    reference = largest({cell: len(people) for cell, people in known.items()})
    people = [one for members in known.values() for one in members]
    cells = [cell for cell, members in known.items() for _ in members]
    m, h = (np.array([scores[one] for one in people]) for scores in (both, human))
    others = [cell for cell in known if cell != reference]
    groups = np.array([[float(cell == other) for other in others] for cell in cells]).reshape(
        len(cells), len(others)
    )
    levels = np.unique(h)
    by_score = (h[:, None] == levels[None, 1:]).astype(float)
    return Accuracy(
        reference=reference,
        n=len(people),
        dsm=_dsm(both, human, known),
        osa=_model((m - h) ** 2, groups, others),
        osd=_model(m - h, groups, others),
        csd=_model(m - h, groups, others, by_score),
    )


def _dsm(
    machine: Mapping[str, float], human: Mapping[str, float], known: Mapping[Cell, Sequence[str]]
) -> dict[str, Figure]:
    h, m = (np.array([scores[one] for one in machine]) for scores in (human, machine))
    if h.size < 2:
        return {}
    overall, sds = (float(h.mean()), float(m.mean())), (float(h.std(ddof=1)), float(m.std(ddof=1)))

    def one(people: Sequence[str]) -> Figure:
        x, y = (np.array([scores[name] for name in people]) for scores in (human, machine))
        value = figure(lambda: two_raters.dsm(x, y, overall, sds), x.size)
        if value.value is None:
            return value
        # the interval takes the population's means and standard deviations as given
        gaps = (y - overall[1]) / sds[1] - (x - overall[0]) / sds[0]
        margin = _t(x.size - 1) * float(gaps.std(ddof=1)) / np.sqrt(x.size) if x.size > 1 else None
        if margin is None:
            return value
        return value.model_copy(update={"low": value.value - margin, "high": value.value + margin})

    return {name(cell): one(people) for cell, people in known.items()}


def name(cell: Cell) -> str:
    """A group as it is written in figures and tables."""
    return " / ".join(cell)


def _t(freedom: int) -> float:
    return float(t.ppf((1 + LEVEL) / 2, freedom))


def _model(y: Floats, groups: Floats, others: Sequence[Cell], given: Floats | None = None) -> Model:
    """The regression of `y` on groups, beyond what is `given`."""
    n = y.size

    def fit() -> tuple[Any, Any]:
        if not others:
            raise UndefinedError("fewer than two groups are large enough to be compared")
        if np.ptp(y) < _ALIKE:
            raise UndefinedError("machine and human scores differ by the same for every candidate")
        base = np.ones((n, 1)) if given is None else np.column_stack([np.ones(n), given])
        whole = np.column_stack([base, groups])
        if np.linalg.matrix_rank(whole) < whole.shape[1] or n <= whole.shape[1]:
            raise UndefinedError("too few candidates for each human score to tell groups and scores apart")
        return sm.OLS(y, base).fit(), sm.OLS(y, whole).fit()

    try:
        less, more = fit()
    except UndefinedError as error:
        return Model(r2=Figure(value=None, n=n, reason=str(error)))
    before = 0.0 if given is None else float(less.rsquared_adj)
    first = more.params.size - len(others)
    bounds = more.conf_int(1 - LEVEL)

    def coefficient(cell: Cell, place: int) -> Coefficient:
        low, high = map(float, bounds[place])
        estimate = Figure(value=float(more.params[place]), low=low, high=high, n=n)
        return Coefficient(group=cell, estimate=estimate, p=float(more.pvalues[place]))

    return Model(
        r2=Figure(value=float(more.rsquared_adj) - before, n=n),
        p=float(more.compare_f_test(less)[1]),
        coefficients=tuple(coefficient(cell, place) for place, cell in enumerate(others, start=first)),
    )
