"""Compares a rater with the reference rater: every figure with its interval over candidates."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from grader.agreement.agreement import Agreement
from grader.agreement.figures import Draws, Floats, figure
from grader.agreement.pair import first_rating, pair_up
from grader.agreement.pair_figures import Compared, baseline, degradation, pair_figures
from grader.agreement.pair_sums import pair_columns, pair_rows
from grader.agreement.resampling import resample, sums_by_group
from grader.agreement.true_score import human_sums, prmse, prmse_draws
from grader.domain.calibration_set import Scale


def compare(
    reference: ArrayLike,
    other: ArrayLike,
    candidates: Sequence[Hashable],
    *,
    labels: Sequence[float] | None = None,
    scale: Scale | None = None,
    further: ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Agreement:
    """Agreement of `other` with `reference`, both of shape (n,), NaN where missing.

    Rows are responses, or pooled pairs of response and criterion; `candidates` (n,) says whose they are.
    Exactly one of `labels` (verdicts: all of them, rising, the highest is `met`) and `scale` (scores) is
    given. `further` holds other people's ratings, shape (n, raters): the first of a row is compared with the
    reference as human-human, and all of them serve PRMSE. Intervals are percentiles over `resamples` draws of
    candidates.
    Raises ValueError for arrays that don't fit together and for ratings outside the labels or the scale.
    """
    x, y, others = _checked(reference, other, further, len(candidates))
    if not 0 < level < 1 or resamples < 1:
        raise ValueError(f"an interval needs a level between 0 and 1 and resamples, not {level}, {resamples}")
    second, humans = first_rating(others), np.column_stack([x, others])
    true = np.column_stack(human_sums(y, humans))
    rated, rated_twice = ~np.isnan(x) & ~np.isnan(y), ~np.isnan(x) & ~np.isnan(second)
    machine = pair_up(x[rated], y[rated], labels=labels, scale=scale, people=False)
    people = pair_up(x[rated_twice], second[rated_twice], labels=labels, scale=scale, people=True)

    places, count = _numbered(candidates, rated | rated_twice | (true[:, 0] > 0))
    sums = resample(
        np.column_stack(
            [
                sums_by_group(pair_rows(machine), places[rated], count),
                sums_by_group(pair_rows(people), places[rated_twice], count),
                sums_by_group(true, places, count),
            ]
        ),
        resamples,
        seed,
    )
    ends = np.cumsum([pair_columns(machine), pair_columns(people)])
    of_machine, of_people, of_true = np.split(sums, ends, axis=1)
    with_machine = Compared(machine, np.unique(places[rated]).size, of_machine, level)
    with_people = Compared(people, np.unique(places[rated_twice]).size, of_people, level)
    own, between = pair_figures(with_machine), pair_figures(with_people)
    return Agreement(
        pair=own,
        prmse=figure(lambda: prmse(y, humans), int(true[:, 0].sum()), Draws(prmse_draws(of_true), level)),
        human_human=between if between.n else None,
        degradation=degradation(own, between, with_machine, with_people),
        baseline=baseline(with_machine),
        level=level,
        resamples=resamples,
        seed=seed,
    )


def _checked(
    reference: ArrayLike, other: ArrayLike, further: ArrayLike | None, candidates: int
) -> tuple[Floats, Floats, Floats]:
    x, y = np.asarray(reference, dtype=float), np.asarray(other, dtype=float)
    h = np.empty((x.size, 0)) if further is None else np.asarray(further, dtype=float)
    if x.ndim != 1 or y.shape != x.shape or h.ndim != 2 or len(h) != x.size or candidates != x.size:
        raise ValueError(
            f"ratings don't fit together: reference {x.shape}, other {y.shape}, further {h.shape}, "
            f"{candidates} candidates"
        )
    if np.isinf(x).any() or np.isinf(y).any() or np.isinf(h).any():
        raise ValueError("a rating is infinite")
    return x, y, h


def _numbered(candidates: Sequence[Hashable], used: Any) -> tuple[Any, int]:
    """Each row's candidate as a number, and how many there are; rows that are not used join the first."""
    numbers: dict[Hashable, int] = {}
    places = np.zeros(len(candidates), dtype=int)
    for row in np.flatnonzero(used):
        places[row] = numbers.setdefault(candidates[int(row)], len(numbers))
    return places, max(1, len(numbers))
