"""Figures with intervals: agreement of yes/no verdicts, by bootstrap over responses."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
_RESAMPLES = 2000
_SEED = 20261121


class Figure(NamedTuple):
    """An estimate with its 95% percentile interval; None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """`0.512 [0.430, 0.590]`, or a dash."""
        if self.value is None or self.low is None or self.high is None:
            return "-"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def kappa(truth: Booleans, verdicts: Booleans) -> float | None:
    """Cohen's kappa; None when both are constant and equal."""
    if len({*truth.tolist(), *verdicts.tolist()}) < 2:
        return None
    return float(cohen_kappa_score(truth, verdicts, labels=[False, True]))


def macro_f1(truth: Booleans, verdicts: Booleans) -> float | None:
    """Mean of the F1 of met and of not met; None when only one class is there."""
    if len(set(truth.tolist())) < 2:
        return None
    return float(f1_score(truth, verdicts, average="macro", labels=[False, True], zero_division=0.0))


def auc(truth: Booleans, scores: Floats) -> float | None:
    """Area under the ROC curve; None when only one class is there."""
    return None if len(set(truth.tolist())) < 2 else float(roc_auc_score(truth, scores))


def with_interval(statistic: Callable[[npt.NDArray[np.intp]], float | None], groups: Sequence[str]) -> Figure:
    """`statistic` of all rows (given as row numbers), with an interval from resampling whole groups.

    `groups`: for each row the response or candidate that it belongs to.
    """
    names = np.array(groups)
    members = [np.flatnonzero(names == name) for name in dict.fromkeys(groups)]
    value = statistic(np.arange(len(names)))
    random = np.random.default_rng(_SEED)
    draws = []
    for _ in range(_RESAMPLES):
        chosen = random.integers(0, len(members), len(members))
        drawn = statistic(np.concatenate([members[i] for i in chosen]))
        if drawn is not None:
            draws.append(drawn)
    if value is None or not draws:
        return Figure(None, None, None)
    low, high = np.percentile(draws, [2.5, 97.5])
    return Figure(value, float(low), float(high))


def best_threshold(truth: Booleans, scores: Floats) -> float:
    """The threshold with the highest kappa among up to 200 quantiles of the scores."""
    candidates = np.unique(np.quantile(scores, np.linspace(0.005, 0.995, 200)))
    return float(max(candidates, key=lambda t: kappa(truth, scores >= t) or 0.0))


def within_auc(met: Booleans, values: Floats, criteria: npt.NDArray[np.str_]) -> tuple[float | None, int]:
    """Share of right pairs among all (met, not met) pairs of one criterion, and the number of pairs."""
    right, pairs = 0.0, 0
    for name in np.unique(criteria):
        here = criteria == name
        difference = np.subtract.outer(values[here & met], values[here & ~met])
        right += float((difference > 0).sum() + 0.5 * (difference == 0).sum())
        pairs += difference.size
    return (right / pairs if pairs else None), pairs
